"""``kb.entry``: what a file may say, and that every fault is told with its line."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kb.strict_yaml
from kb.disclosure import Level, Status
from kb.entry import Entry, fingerprint, format_entry, parse_entry
from kb.errors import EntryInvalid

PATH = "returns/send-back.zh.md"
Text = Callable[..., str]


def problems_of(text: str | bytes, path: str = PATH) -> list[tuple[int, str]]:
    """Line and code of every problem, none where the file is valid."""
    data = text.encode() if isinstance(text, str) else text
    try:
        parse_entry(path, data)
    except EntryInvalid as invalid:
        problems = invalid.problems
    else:
        return []
    assert all(each.path == path and each.message and each.hint for each in problems)
    return [(each.line, each.code) for each in problems]


def test_reads_every_key(text: Text) -> None:
    """Each key of the contract arrives as the value that it stands for."""
    extra = (
        "alternates:\n  - 不想要了\n  - 'no'\nnot_for: [坏了]\ntags: [1.10, no]\n"
        "aliases: [old-name]\nowner: team\nreview_by: 2027-06-30\nupdated: 2026-11-22\n"
        "publish_from: 2026-11-22T09:00+08:00\npublish_until: 2027-01-01 00:00Z\n"
        "agent_note: |\n  先安抚\n\n  再问\n"
    )
    entry = parse_entry(PATH, text(extra=extra).encode())
    beijing = timezone(timedelta(hours=8))
    expected = Entry(
        slug="send-back",
        lang="zh",
        topic="returns",
        question="怎么退货？",
        level=Level.PUBLIC,
        status=Status.PUBLISHED,
        answer="七天内可以退。",
        alternates=("不想要了", "no"),
        not_for=("坏了",),
        tags=("1.10", "no"),
        aliases=("old-name",),
        owner="team",
        review_by=date(2027, 6, 30),
        updated=date(2026, 11, 22),
        publish_from=datetime(2026, 11, 22, 9, tzinfo=beijing),
        publish_until=datetime(2027, 1, 1, tzinfo=UTC),
        agent_note="先安抚\n\n再问",
    )
    assert expected == entry
    assert PATH == entry.path


def test_reports_every_problem_at_once(text: Text) -> None:
    """A file with faults in header and body names them all, each on its own line."""
    extra = "alternate: x\nupdated: soon\ntags: one\naliases: [Bad Name]\n"
    broken = text(disclosure="Public", status="open", extra=extra, answer="\n---\n")
    expected = [
        (3, "level"),
        (4, "status"),
        (5, "unknown-key"),
        (6, "date"),
        (7, "type"),
        (8, "alias"),
        (11, "header"),
    ]
    assert expected == problems_of(broken)


def test_hint_names_the_nearest_key(text: Text) -> None:
    """A misspelt key is answered with the one that was meant."""
    with pytest.raises(EntryInvalid) as caught:
        parse_entry(PATH, text(extra="alternate: [x]\n").encode())
    assert "Did you mean `alternates`?" == caught.value.problems[0].hint


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    "line",
    [
        "owner: !!python/object/apply:os.system [ls]",
        "owner: !!binary aGk=",
        "owner: !mine x",
        "owner: ! x",
    ],
)
def test_F01_tags_are_refused(
    line: str, loader: str, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No tag is constructed or ignored, whichever of PyYAML's two readers is there."""
    monkeypatch.setattr(kb.strict_yaml, "LOADER", getattr(kb.strict_yaml.yaml, loader))
    assert [(5, "tag")] == problems_of(text(extra=f"{line}\n"))


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("owner: &a x\n", "anchor"),
        ("owner: *a\n", "anchor"),
        ("<<: {owner: x}\n", "anchor"),
        ("tags: " + "[" * 5_000 + "]" * 5_000 + "\n", "depth"),
        ("tags: " + "{a: " * 3_000 + "\n", "depth"),
        ("tags:\n" + "  - x\n" * 2_000, "size"),
        ("? [a, b]\n: c\n", "yaml"),
    ],
)
def test_F02_bombs_are_refused(
    extra: str, code: str, loader: str, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anchors, merge keys, deep and long headers are refused instead of expanded."""
    monkeypatch.setattr(kb.strict_yaml, "LOADER", getattr(kb.strict_yaml.yaml, loader))
    assert [code] == [found for _, found in problems_of(text(extra=extra))]


def test_F02_header_is_at_most_16_kb(text: Text) -> None:
    """50,000 keys are refused by size, before YAML sees them."""
    many = "".join(f"k{number}: x\n" for number in range(50_000))
    assert [(1, "size")] == problems_of(text(extra=many[:200_000] + "\n"))


def test_F02_long_numbers_stay_text(text: Text) -> None:
    """An integer of 5,000 digits is text that is too long, not a number to compute."""
    assert [(5, "too-long")] == problems_of(text(extra=f"owner: {'9' * 5_000}\n"))


@pytest.mark.parametrize(
    "level",
    [
        *("null", "~", "Public", '"public "', "public\u200b", "[public]", "yes", ""),
        *("{public: yes}", "0", "ｐublic", "PUBLIC", "internal, public"),
    ],
)
def test_F03_a_level_is_one_of_four_words(level: str, text: Text) -> None:
    """Nothing that merely looks like a level is one; the fault stands on its line."""
    assert [(3, "level")] == problems_of(text(disclosure=level))


@pytest.mark.parametrize("key", ["levels", "Level", "Disclosure", "disclosure ", "disclosures"])
def test_F03_a_misspelt_key_is_no_level(key: str) -> None:
    """Without the key itself the level is missing, whatever else stands there."""
    broken = f'---\nquestion: q\n"{key}": public\nstatus: published\n---\na\n'
    assert [(2, "level"), (3, "unknown-key")] == problems_of(broken)


def test_F03_a_duplicate_level_is_refused(text: Text) -> None:
    """PyYAML keeps the last of two equal keys; here two levels are none."""
    broken = text(disclosure="internal", extra="disclosure: public\n")
    assert [(5, "duplicate-key")] == problems_of(broken)


def test_F04_bom_and_crlf_are_accepted(text: Text) -> None:
    """A file from a Windows editor says what it says elsewhere."""
    plain = parse_entry(PATH, text(answer="a\n\nb").encode())
    data = b"\xef\xbb\xbf" + text(answer="a\n\nb").replace("\n", "\r\n").encode()
    assert plain == parse_entry(PATH, data)


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("\n---\nquestion: q\n---\na\n", 1),
        ("question: q\n", 1),
        ('{"question": "q"}\n', 1),
        ("+++\nquestion = 'q'\n+++\na\n", 1),
        ("---\nquestion: q\nanswer follows\n", 4),
        ("---\n---\na\n", 2),
        ("---\n- a\n---\na\n", 2),
    ],
)
def test_F04_other_headers_are_refused(broken: str, line: int) -> None:
    """A header that is missing, not closed, empty or of another kind makes the file invalid."""
    assert [(line, "header")] == problems_of(broken)


def test_F04_a_second_front_matter_is_refused(text: Text) -> None:
    """A second ``---`` below the header is a fault on its line, never shown as text."""
    broken = text(answer="one\n\n---\ndisclosure: internal\n---\ntwo")
    assert [(8, "header"), (10, "header")] == problems_of(broken)


@pytest.mark.parametrize("value", ["0123", "12:30", "no", "1.10", ".nan", "0x1F", "1e3", "null"])
def test_F05_scalars_stay_what_was_written(value: str, text: Text) -> None:
    """YAML's guesses about numbers, times and truth never change a word."""
    entry = parse_entry(PATH, text(extra=f"owner: {value}\n").encode())
    assert value == entry.owner


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("updated", "2026-13-45"),
        ("updated", "20261122"),
        ("updated", "2026-11-22T09:00Z"),
        ("updated", "２０２６-11-22"),
        ("publish_from", "2026-11-22"),
        ("publish_from", "2026-11-22T09:00"),
        ("publish_from", "2026-11-22T25:00+08:00"),
        ("publish_from", "tomorrow"),
    ],
)
def test_F05_dates_are_checked(key: str, value: str, text: Text) -> None:
    """A date that is none, or a moment without its zone, is a clear fault."""
    assert [(5, "date")] == problems_of(text(extra=f"{key}: {value}\n"))


@pytest.mark.parametrize("key", ["publish_from", "publish_until"])
@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00+08:00", "1969-12-31T23:59Z", "9999-01-01T00:00Z", "9999-12-31T23:59-05:00"],
)
def test_F05_a_moment_that_some_zone_cannot_tell_is_refused(
    key: str, moment: str, text: Text
) -> None:
    """It is the fault of its line, and stops neither the publication of all others nor a page."""
    with pytest.raises(EntryInvalid, match=f"{key}.*not in the years 1970 to 9998") as caught:
        parse_entry(PATH, text(extra=f"{key}: {moment}\n").encode())
    assert (5, "date") == (caught.value.problems[0].line, caught.value.problems[0].code)


@pytest.mark.parametrize("moment", ["1970-01-01T00:00+14:00", "9998-12-31T23:59-12:00"])
def test_F05_moments_at_the_edge_can_be_moved_between_zones(moment: str, text: Text) -> None:
    """As the database and the editor's page do."""
    entry = parse_entry(PATH, text(extra=f"publish_from: {moment}\n").encode())
    for hours in (-23, 23):
        assert entry.publish_from is not None
        assert entry.publish_from == entry.publish_from.astimezone(timezone(timedelta(hours=hours)))


def test_F05_a_window_ends_after_it_begins(text: Text) -> None:
    """An entry that would never be seen is refused."""
    extra = "publish_from: 2026-11-22T09:00Z\npublish_until: 2026-11-22T17:00+08:00\n"
    assert [(6, "date")] == problems_of(text(extra=extra))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", (1, "empty")),
        (b" \n\n", (1, "empty")),
        ("---\nquestion: 怎么退\n".encode("gbk"), (2, "encoding")),
        (b"---\nquestion: q\nowner: \x00\n---\na\n", (3, "encoding")),
        (b"---\rquestion: q\r---\ra\r", (1, "encoding")),
        (b"---\nquestion: half of a fi", (2, "header")),
        (b"---\n" + b"x" * 300_000, (1, "size")),
    ],
)
def test_F06_bad_bytes_are_refused_with_their_line(data: bytes, problem: tuple[int, str]) -> None:
    """GBK, NUL, lone CR, nothing, half a file and too much are each told with a line."""
    assert [problem] == problems_of(data)


@pytest.mark.parametrize("character", ["\x07", "\u202e", "\u2028", "\u2067"])
def test_questions_have_no_unseen_characters(character: str, text: Text) -> None:
    """A question cannot turn the page's text around or break its line."""
    escaped = f'"a\\u{ord(character):04x}b"'
    assert [(2, "unseen")] == problems_of(text(question=escaped))


@pytest.mark.parametrize("extra", ["owner:\n", "tags: []\n", "alternates:\n  -\n", "owner: ''\n"])
def test_keys_without_value_are_refused(extra: str, text: Text) -> None:
    """A key that says nothing is a mistake or noise; the hint says to remove it."""
    assert ["empty"] == [code for _, code in problems_of(text(extra=extra))]


def test_an_empty_answer_is_refused(text: Text) -> None:
    """An entry without an answer answers nothing."""
    assert [(6, "empty")] == problems_of(text(answer=""))


@pytest.mark.parametrize(
    "path",
    ["x.zh.md", "a/b/c.zh.md", "a/b.md", "a/b.fr.md", "A/b.zh.md", "a/con.zh.md", "../b.zh.md"],
)
def test_names_are_checked(path: str, text: Text) -> None:
    """A file's name is held to the same rules as its text."""
    assert [(1, "name")] == problems_of(text(), path)


def test_fingerprint_is_of_the_bytes() -> None:
    """The fingerprint is SHA-256, so it changes with every byte."""
    assert "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" == fingerprint(b"abc")


SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{2,5})?", fullmatch=True).filter(
    lambda slug: (
        slug not in ("con", "prn", "aux", "nul", "media", "conin", "conout")
        and slug[:3] not in ("com", "lpt")
    )
)
UNSEEN = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF]))
LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=UNSEEN + "\ufffe\uffff"),
    min_size=1,
    max_size=40,
).filter(lambda line: bool(line.strip()))
LINES = LINES.map(str.strip)
NOTES = st.lists(LINES, min_size=1, max_size=4).map("\n".join)
MOMENTS = st.integers(1_500_000_000, 2_200_000_000).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)
ENTRIES = st.builds(
    Entry,
    slug=SLUGS,
    lang=st.sampled_from(["zh", "en"]),
    topic=SLUGS,
    question=LINES,
    level=st.sampled_from(Level),
    status=st.sampled_from(Status),
    answer=LINES.filter(lambda line: line != "---"),
    alternates=st.lists(LINES, max_size=3).map(tuple),
    not_for=st.lists(LINES, max_size=3).map(tuple),
    tags=st.lists(LINES, max_size=3).map(tuple),
    aliases=st.lists(SLUGS, max_size=2).map(tuple),
    owner=LINES | st.just(""),
    review_by=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    publish_from=st.none() | MOMENTS,
    agent_note=NOTES | st.just(""),
)


@given(ENTRIES)
def test_format_and_parse_are_inverse(entry: Entry) -> None:
    """What is written is read back as the same entry, for any text."""
    assert entry == parse_entry(entry.path, format_entry(entry).encode())


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    """Whatever a file holds, the only error is the one with problems."""
    problems_of(b"---\nquestion: q\n" + data)
    problems_of(data)


def test_keys_are_written_in_a_fixed_order(text: Text) -> None:
    """Two editors who save the same entry write the same bytes."""
    extra = "updated: 2026-11-22\ntags: [a, b]\nalternates:\n  - x\nagent_note: |\n  n\n  m\n"
    entry = parse_entry(PATH, text(extra=extra).encode())
    expected = (
        "---\nquestion: 怎么退货？\ndisclosure: public\nstatus: published\nalternates:\n  - x\n"
        "tags: [a, b]\nupdated: 2026-11-22\nagent_note: |\n  n\n  m\n---\n七天内可以退。\n"
    )
    assert expected == format_entry(entry)
