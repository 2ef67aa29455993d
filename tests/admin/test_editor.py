"""The entry editor: what it refuses, what it asks once more, and that no text is ever lost."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database
from insights.tables import ChangeRow
from kb.disclosure import Level
from kb.entry import format_entry, parse_entry
from tests.admin.pages import Editor, fields, read, words

TRACK = "/admin/entries/track-parcel/zh"
TRACK_FILE = "delivery/track-parcel.zh.md"


def test_every_field_of_a_file_survives_the_form(
    editor: Editor, content: Path, write_entry: Callable[..., Path], publish: Any
) -> None:
    """Opened and saved without a change, nothing differs."""
    path = write_entry(
        content,
        "whole",
        question="完整的条目",
        answer="第一行\n\n- 一\n- 二 **粗**",
        alternates=["问法甲", "问法乙"],
        not_for=["别的问题"],
        tags=["物流", "发货"],
        aliases=["old-whole"],
        owner="team",
        review_by="2027-06-30",
        publish_from="2026-01-01T09:00:30+08:00",
        publish_until="2099-01-01T00:00+05:30",
        agent_note="给客服\n第二行",
    )
    publish(editor.client.application)
    before = parse_entry("delivery/whole.zh.md", path.read_bytes())
    saved = editor.send("/admin/entries/whole/zh")
    assert 302 == saved.status_code
    after = parse_entry("delivery/whole.zh.md", path.read_bytes())
    assert format_entry(before) == format_entry(after)


@pytest.mark.parametrize(
    ("changed", "is_seen"),
    [
        ({"question": "怎么查到物流？"}, True),
        ({"answer": "在订单里看。"}, True),
        ({"tags": "物流"}, True),
        ({"level": "customer", "confirmed": "customer"}, True),
        ({"status": "draft"}, True),
        ({"topic": "returns"}, True),
        ({"slug": "trace-parcel"}, True),
        ({"agent_note": "先安抚"}, False),
        ({"owner": "team"}, False),
        ({"review_by": "2030-01-01"}, False),
        ({"not_for": "运费多少"}, False),
        ({"alternates": "快递在哪"}, False),
        ({"aliases": "where-is-it"}, False),
        ({"publish_until": "2030-01-01T00:00"}, False),
    ],
)
def test_L17_only_what_readers_see_makes_a_new_day_of_update(
    editor: Editor, content: Path, changed: dict[str, str], is_seen: bool
) -> None:
    """A note, an owner or a phrasing keeps the day that pages, the map and programs are told."""
    path = content / TRACK_FILE
    path.write_text(path.read_text("utf-8").replace("---\n", "---\nupdated: 2026-01-02\n", 1))
    editor.client.application.extensions["dawen"].publisher.publish()
    assert 302 == editor.send(TRACK, **changed).status_code
    (saved,) = [*content.glob("*/track-parcel.zh.md"), *content.glob("*/trace-parcel.zh.md")]
    entry = parse_entry(saved.relative_to(content).as_posix(), saved.read_bytes())
    assert is_seen == (date(2026, 1, 2) != entry.updated)


def test_a_taken_address_is_told_beside_its_field(editor: Editor, content: Path) -> None:
    """A new entry never replaces another one."""
    before = (content / TRACK_FILE).read_bytes()
    refused = editor.write("别的问题", slug="track-parcel")
    assert 409 == refused.status_code
    assert "taken by another entry" in words(read(refused))
    assert before == (content / TRACK_FILE).read_bytes()
    other_topic = editor.write("别的问题", slug="track-parcel", topic="returns")
    assert 422 == other_topic.status_code
    assert "taken by another entry" in words(read(other_topic))


FAULTS: list[tuple[dict[str, str], str]] = [
    ({"question": ""}, "Please fill this in."),
    ({"answer": "  "}, "Please fill this in."),
    ({"question": "甲" * 301}, "At most 300 characters."),
    ({"level": "Public"}, "Choose who may see it."),
    ({"level": ""}, "Choose who may see it."),
    ({"status": "review"}, "Choose a status."),
    ({"topic": "../../etc"}, "Choose a topic."),
    ({"lang": "fr"}, "Choose a language."),
    ({"slug": "../x"}, "Use a–z, 0–9 and single hyphens."),
    ({"slug": "CON"}, "Use a–z, 0–9 and single hyphens."),
    ({"aliases": "Old One"}, "use a–z, 0–9 and single hyphens."),
    ({"review_by": "morgen"}, "This is not a date"),
    ({"publish_from": "soon"}, "This is not a date with a time."),
    ({"publish_from": "0001-01-01T00:00"}, "This is not a date with a time."),
    ({"publish_until": "9999-12-31T23:59"}, "This is not a date with a time."),
    (
        {"publish_from": "2027-01-02T00:00", "publish_until": "2027-01-01T00:00"},
        "This must be later than",
    ),
    ({"alternates": "\n".join(f"问法{number}" for number in range(61))}, "At most 60 lines."),
    ({"answer": "甲\n\n---\n\n乙"}, "write *** for a rule"),
    ({"answer": "[" * 5_000}, "too heavy to show"),
    ({"question": "甲\u202e乙"}, "unseen character"),
    ({"answer": "看图：![尺码](/media/a.png)"}, "There are no pictures yet."),
    ({"agent_note": "![a](https://a.example/b.png)"}, "There are no pictures yet."),
    ({"owner": "o" * 121}, "At most 120 characters."),
]


@pytest.mark.parametrize(("values", "said"), FAULTS, ids=lambda case: str(case)[:40])
def test_faults_are_told_beside_their_fields_and_nothing_is_lost(
    editor: Editor, content: Path, values: dict[str, str], said: str
) -> None:
    """422, the message in the editor's language, every field as it was written, no file."""
    files = sorted(content.rglob("*.md"))
    written = {"alternates": "问法甲\n问法乙", "agent_note": "备注", "tags": "a, b"} | values
    refused = editor.write("新问题", **written)
    assert 422 == refused.status_code
    page = read(refused)
    assert said in words(page)
    again = next(each for each in page.iter("form") if "data-editor" in each.attrib)
    kept = fields(again)
    for name in ("alternates", "agent_note", "tags", "answer", "slug", "owner"):
        assert written.get(name, kept[name]).strip() == kept[name].strip()
    assert files == sorted(content.rglob("*.md"))


def test_faults_are_told_in_chinese_to_who_reads_chinese(editor: Editor) -> None:
    """The language of the messages is that of the page."""
    editor.client.get("/?lang=zh")
    assert "请填写这一项" in words(read(editor.write("")))


def test_a_fault_in_chinese_has_no_english_in_it(editor: Editor) -> None:
    """The sentence alone says it; only an address or a file is named as it is written."""
    editor.client.get("/?lang=zh")
    picture = words(read(editor.write("新问题", answer="![尺码](/media/a.png)")))
    assert "这里还不能放图片" in picture
    assert "an answer has no pictures" not in picture
    taken = words(read(editor.write("新问题", aliases="track-parcel")))
    assert "('track-parcel')" in taken
    assert "is the slug of" not in taken


def test_faults_of_the_text_are_told_before_it_is_to_be_confirmed(editor: Editor) -> None:
    """Nobody is asked to say yes to what cannot be saved."""
    refused = editor.write("新问题", answer="![尺码](/media/a.png)", confirmed="")
    assert 422 == refused.status_code
    assert "There are no pictures yet." in words(read(refused))
    assert "Shoppers will see this entry." not in words(read(refused))


def test_L32_a_wider_audience_is_asked_once_more(editor: Editor, content: Path) -> None:
    """Shown to shoppers only after a second yes to that very level; narrowing works at once."""
    path = "/admin/entries/margin-rules/zh"
    file = content / "handbook/margin-rules.zh.md"
    asked = editor.send(path, level="public")
    assert 200 == asked.status_code
    assert "Shoppers will see this entry." in words(read(asked))
    assert 200 == editor.send(path, level="public", confirmed="customer").status_code
    assert Level.INTERNAL == parse_entry("handbook/margin-rules.zh.md", file.read_bytes()).level
    assert 302 == editor.send(path, level="public", confirmed="public").status_code
    assert Level.PUBLIC == parse_entry("handbook/margin-rules.zh.md", file.read_bytes()).level
    assert 302 == editor.send(path, level="internal").status_code


def test_L32_a_change_of_level_is_on_record(editor: Editor, database: Database) -> None:
    """The history holds who did it, and the file before and after."""
    path = "/admin/entries/margin-rules/zh"
    editor.send(path, level="customer", confirmed="customer")
    with database.session() as session:
        change = session.scalars(select(ChangeRow)).one()
    assert change.person_id is not None
    assert "disclosure: internal" in change.before
    assert "disclosure: customer" in change.after


def test_L24_narrowed_is_gone_at_once(editor: Editor, shopper: FlaskClient) -> None:
    """The next request after the save finds nothing, on the page and in the search."""
    assert 200 == shopper.get("/faq/track-parcel").status_code
    for lang in ("zh", "en"):
        editor.send(f"/admin/entries/track-parcel/{lang}", level="internal")
    assert 404 == shopper.get("/faq/track-parcel").status_code
    assert "在订单详情里看" not in shopper.get("/search?q=怎么查物流").get_data(as_text=True)


def test_a_new_address_leaves_the_old_one_working(editor: Editor, shopper: FlaskClient) -> None:
    """Both languages move along, and the old address leads to the new one."""
    saved = editor.send(TRACK, slug="where-is-it")
    assert "/admin/entries/where-is-it/zh" == saved.headers["Location"]
    assert "/faq/where-is-it" in shopper.get("/faq/track-parcel").headers["Location"]
    assert 200 == editor.client.get("/admin/entries/where-is-it/en").status_code


def test_an_address_goes_back_through_the_other_language(
    editor: Editor, shopper: FlaskClient
) -> None:
    """Renamed in Chinese and back in English, both languages stay public, and so does the trip."""
    editor.send(TRACK, slug="where-is-it")
    editor.send("/admin/entries/where-is-it/en", slug="track-parcel")
    for lang in ("zh", "en"):
        assert 200 == shopper.get(f"/faq/track-parcel?lang={lang}").status_code
        editor.page(f"/admin/entries/track-parcel/{lang}")
    assert "/faq/track-parcel" in shopper.get("/faq/where-is-it").headers["Location"]


def test_an_old_address_lives_on_for_who_sees_one_language_only(
    editor: Editor, shopper: FlaskClient
) -> None:
    """Renamed through a translation that is internal, the public one keeps its old address."""
    editor.send("/admin/entries/track-parcel/en", level="internal")
    editor.send("/admin/entries/track-parcel/en", slug="where-is-it")
    assert "/faq/where-is-it" in shopper.get("/faq/track-parcel").headers["Location"]


def test_the_other_language_starts_with_what_both_share(editor: Editor) -> None:
    """Topic, level and address are filled in; the words are to be written; it begins as a draft."""
    editor.write("只有中文", slug="one-language")
    values = fields(editor.form("/admin/entries/new?slug=one-language&asked_in=en"))
    shared = {name: values[name] for name in ("slug", "lang", "topic", "level", "status")}
    expected = {"slug": "one-language", "lang": "en", "topic": "delivery", "level": "public"}
    assert expected | {"status": "draft"} == shared
    assert "" == values["question"]


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "<javascript:alert(1)>",
    "[x](data:text/html,<script>1</script>)",
    "[r]\n\n[r]: vbscript:x",
    '<img src=x onerror="alert(1)">',
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["answer", "agent_note"])
def test_M02_the_preview_is_sanitised(editor: Editor, field: str, text: str) -> None:
    """What is previewed holds no script, handler or scriptable address."""
    values = fields(editor.form("/admin/entries/new")) | {"question": "问", field: text}
    shown = editor.client.post("/admin/preview", data=values)
    assert 200 == shown.status_code
    page = read(shown)
    assert not list(page.iter("script"))
    assert not list(page.iter("iframe"))
    assert not list(page.iter("svg"))
    for each in page.iter():
        assert not [name for name in each.attrib if name.startswith("on")]
        assert not each.get("href", "").strip().lower().startswith(("java", "data", "vb"))


def test_the_preview_button_shows_the_same_without_javascript(editor: Editor) -> None:
    """The form itself answers with preview and near entries, and saves nothing."""
    shown = editor.send(
        "/admin/entries/new", question="快递到哪了", answer="**粗**", confirmed="preview"
    )
    page = read(shown)
    assert "粗" in ["".join(each.itertext()) for each in page.iter("strong")]
    assert "怎么查物流？" in words(page)
    assert (
        "**粗**"
        == fields(next(f for f in page.iter("form") if "data-editor" in f.attrib))["answer"]
    )


def test_an_entry_broken_on_disk_is_listed_and_cannot_be_opened(
    editor: Editor, content: Path, publish: Any, shopper: FlaskClient
) -> None:
    """The page says what is wrong and where; the last good version goes on serving."""
    (content / TRACK_FILE).write_text("---\nquestion: x\n---\n", "utf-8")
    publish(editor.client.application)
    assert 422 == editor.client.get(TRACK).status_code
    assert TRACK_FILE in words(editor.page("/admin/problems"))
    assert 200 == shopper.get("/faq/track-parcel").status_code


LONG_AGO, AGO = "2020-01-01T00:00:00+00:00", "2021-01-01T00:00:00+00:00"
SOON, LATER = "2099-01-01T00:00:00+00:00", "2099-02-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("window", "changed", "asks"),
    [
        ({"publish_until": AGO}, {"publish_until": ""}, True),
        ({"publish_until": AGO}, {"publish_until": "2099-01-01T00:00"}, True),
        ({"publish_until": AGO}, {"tags": "物流"}, False),
        ({"publish_from": LATER}, {"publish_from": ""}, True),
        ({"publish_from": LATER}, {"tags": "物流"}, False),
        ({"publish_from": SOON}, {"publish_from": "2099-02-01T00:00"}, False),
        ({"publish_from": LONG_AGO, "publish_until": SOON}, {"publish_until": ""}, False),
        ({"publish_from": LONG_AGO}, {"publish_from": ""}, False),
    ],
)
def test_L32_a_window_that_shows_it_anew_is_asked_about(
    editor: Editor,
    content: Path,
    write_entry: Callable[..., Path],
    publish: Any,
    window: dict[str, str],
    changed: dict[str, str],
    asks: bool,
) -> None:
    """What is over or still to come is shown, or shown sooner, only after a yes."""
    file = write_entry(content, "timed", **window)
    publish(editor.client.application)
    before = file.read_bytes()
    answer = editor.send("/admin/entries/timed/zh", **changed)
    assert asks == (200 == answer.status_code)
    assert asks == ("Shoppers will see this entry." in answer.text)
    assert asks == (before == file.read_bytes())


def test_the_list_narrows_and_sorts(editor: Editor) -> None:
    """Every filter does what it says; wildcards are plain signs."""
    assert "Limit of compensation" in words(editor.page("/admin/entries?level=3"))
    assert "Where is my parcel?" not in words(editor.page("/admin/entries?level=3"))
    assert "Do you wrap gifts?" in words(editor.page("/admin/entries?status=draft"))
    assert "No entry passes" in words(editor.page("/admin/entries?q=%25"))
    assert "Where is my parcel?" in words(editor.page("/admin/entries?q=物流&topic=delivery"))
    for sort in ("topic", "level", "status", "updated", "review", "made-up"):
        editor.page(f"/admin/entries?sort={sort}&page=999")


@pytest.mark.parametrize(
    ("lang", "days"),
    [
        ("zh", ["2019年12月31日", "2020年1月31日", "2020年10月2日"]),
        ("en", ["Dec 31, 2019", "Jan 31, 2020", "Oct 2, 2020"]),
    ],
)
def test_days_in_the_list_are_in_the_readers_language_and_sort_by_time(
    editor: Editor,
    content: Path,
    write_entry: Callable[..., Path],
    publish: Any,
    lang: str,
    days: list[str],
) -> None:
    """Shown as on the other pages, with the plain day for programs; ordered as days, not words."""
    for day in ("2020-01-31", "2020-10-02", "2019-12-31"):
        write_entry(content, f"due-{day}", review_by=day, updated=day)
    publish(editor.client.application)
    for sort, shown in (("review", days), ("updated", days[::-1])):
        page = editor.page(f"/admin/entries?q=due-20&sort={sort}&lang={lang}")
        times = [time for row in page.iter("tr") for time in row.iter("time")]
        assert [day for day in shown for _ in range(2)] == [time.text for time in times]
        assert {"2020-01-31", "2020-10-02", "2019-12-31"} == {
            time.get("datetime") for time in times
        }
        assert "2020-01-31" not in words(page).replace("due-2020-01-31", "")


@pytest.mark.parametrize(
    ("status", "named"), [("published", "Save and publish"), ("draft", "Save"), ("retired", "Save")]
)
def test_the_button_promises_to_publish_only_what_it_publishes(
    editor: Editor, status: str, named: str
) -> None:
    """The first button of the form is named by the status of the entry."""
    editor.send(TRACK, status=status)
    button = next(editor.form(TRACK).iter("button"))
    assert named == "".join(button.itertext())
