"""The whole way: a question finds nothing, an editor answers it, the question finds it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database
from insights.tables import ChangeRow, DecisionRow
from kb.disclosure import Status
from kb.entry import parse_entry
from tests.admin.pages import Editor, fields, read, words

MISSED = "螺旋桨会飞走吗"
NOTHING = "Nothing was missed in this period"


def test_a_missed_question_becomes_an_entry_and_is_found_at_once(
    editor: Editor, ask: Callable[[str], str], content: Path
) -> None:
    """Ask, miss, write, find: the file is there, the list is empty, the shopper is answered."""
    assert "螺旋桨不会" not in ask(MISSED)
    form = editor.form(f"/admin/entries/new?wording={MISSED}&asked_in=zh&level=0")
    assert MISSED in words(editor.page("/admin/wordings"))
    saved = editor.submit(
        form,
        answer="螺旋桨不会飞走。",
        topic="delivery",
        level="public",
        confirmed="public",
        slug="propeller",
    )
    assert (302, "/admin/") == (saved.status_code, saved.headers["Location"])
    after = words(editor.page("/admin/wordings"))
    assert "Saved and searchable now." in after
    assert "this entry stands first" in after
    assert NOTHING in after
    assert "螺旋桨不会飞走" in ask(MISSED)
    entry = parse_entry(
        "delivery/propeller.zh.md", (content / "delivery/propeller.zh.md").read_bytes()
    )
    assert MISSED == entry.question


def test_a_new_entry_starts_filled_in_and_internal(
    editor: Editor, ask: Callable[[str], str]
) -> None:
    """Question, phrasing, language and topic come from the miss; the level is internal (L26)."""
    ask(MISSED)
    ask("螺旋桨会飞掉吗")
    values = fields(editor.form(f"/admin/entries/new?wording={MISSED}&asked_in=zh&level=0"))
    assert MISSED == values["question"]
    assert [MISSED, "螺旋桨会飞掉吗"] == values["alternates"].split("\n")
    assert ("zh", "internal", MISSED) == (values["lang"], values["level"], values["wording"])
    assert values["topic"] in ("delivery", "returns", "handbook")


def test_an_internal_entry_says_honestly_that_shoppers_do_not_find_it(
    editor: Editor, ask: Callable[[str], str]
) -> None:
    """After writing at the level it starts with, the page does not claim success."""
    ask(MISSED)
    form = editor.form(f"/admin/entries/new?wording={MISSED}&asked_in=zh&level=0")
    editor.submit(form, answer="只给编辑看。", topic="delivery")
    after = words(editor.page("/admin/wordings"))
    assert "not found, because the entry is for editors only" in after
    assert "只给编辑看" not in ask(MISSED)


def test_a_miss_becomes_a_phrasing_and_is_found_at_once(
    editor: Editor, ask: Callable[[str], str], content: Path, database: Database
) -> None:
    """The wording goes into the file in the asker's language, and decides the miss."""
    ask(MISSED)
    saved = editor.send("/admin/wordings", "/misses/phrasing", target="track-parcel")
    assert 302 == saved.status_code
    path = content / "delivery/track-parcel.zh.md"
    assert MISSED in parse_entry("delivery/track-parcel.zh.md", path.read_bytes()).alternates
    after = words(editor.page("/admin/wordings"))
    assert "Added to “怎么查物流？”" in after
    assert NOTHING in after
    assert "怎么查物流" in ask(MISSED)
    with database.session() as session:
        decision = session.scalars(select(DecisionRow)).one()
    assert ("phrasing", "track-parcel", "zh") == (decision.action, decision.slug, decision.lang)


def test_a_phrasing_goes_into_the_language_that_the_entry_has(
    editor: Editor, ask: Callable[[str], str], content: Path
) -> None:
    """An English wording for an entry that is only Chinese is found all the same."""
    editor.write("只有中文的条目", slug="chinese-only")
    page = "/admin/misses/phrasing?wording=zyx+propeller+wobble&asked_in=en&level=0&q=条目"
    found = [form for form in editor.page(page).iter("form") if form.get("method") == "post"]
    editor.submit(found[-1], target="chinese-only")
    assert "zyx propeller wobble" in (content / "delivery/chinese-only.zh.md").read_text("utf-8")
    assert "只有中文的条目" in ask("zyx propeller wobble")


def test_a_phrasing_that_is_there_already_only_decides(
    editor: Editor, content: Path, ask: Callable[[str], str]
) -> None:
    """The same wording twice leaves the file as it is."""
    ask(MISSED)
    form = editor.form("/admin/wordings", "/misses/phrasing")
    editor.submit(form, target="track-parcel")
    before = (content / "delivery/track-parcel.zh.md").read_bytes()
    editor.submit(form, target="track-parcel", phrase=f"{MISSED}？")
    assert before == (content / "delivery/track-parcel.zh.md").read_bytes()
    assert "has this wording already" in words(editor.page("/admin/wordings"))


def test_what_stands_for_redacted_data_never_becomes_a_phrasing(
    editor: Editor, ask: Callable[[str], str], content: Path
) -> None:
    """A wording with a redacted number is added without its placeholder."""
    ask("螺旋桨 13812345678 会飞走吗")
    page = editor.page("/admin/wordings")
    assert "螺旋桨 [phone number] 会飞走吗" in words(page)
    assert "13812345678" not in words(page)
    editor.send("/admin/wordings", "/misses/phrasing", target="track-parcel")
    text = (content / "delivery/track-parcel.zh.md").read_text("utf-8")
    assert "螺旋桨 会飞走吗" in text
    assert "PHONE" not in text


def test_dismissed_questions_leave_the_list_and_come_back_when_undone(
    editor: Editor, ask: Callable[[str], str]
) -> None:
    """Dismissing holds when the question is asked again; undo takes it back."""
    ask(MISSED)
    form = editor.form("/admin/wordings", "/misses/phrasing")
    editor.client.post("/admin/misses/dismiss", data=fields(form))
    ask(MISSED)
    page = editor.page("/admin/wordings")
    assert NOTHING in words(page)
    undo = next(each for each in page.iter("form") if each.get("action", "").endswith("/reopen"))
    editor.submit(undo)
    assert NOTHING not in words(editor.page("/admin/wordings"))


def test_an_answered_question_that_is_missed_again_comes_back_marked(
    editor: Editor, ask: Callable[[str], str]
) -> None:
    """Writing an entry closes what was asked before, not what is asked afterwards in vain."""
    ask(MISSED)
    form = editor.form(f"/admin/entries/new?wording={MISSED}&asked_in=zh&level=0")
    editor.submit(form, answer="只给编辑看。", topic="delivery")
    assert NOTHING in words(editor.page("/admin/wordings"))
    ask(MISSED)
    assert "Asked again after it was answered" in words(editor.page("/admin/wordings"))


def test_a_question_left_by_a_person_is_answered_the_same_way(
    editor: Editor, shopper: FlaskClient, csrf_of: Callable[[FlaskClient, str], str]
) -> None:
    """It waits on its own list with the same actions, and leaves when it is dealt with."""
    token = csrf_of(shopper, "/ask")
    form = {"csrf_token": token, "question": "能刻字吗？", "email": "a@example.com"}
    assert 303 == shopper.post("/ask", data=form).status_code
    page = words(editor.page("/admin/questions"))
    assert "能刻字吗" in page
    assert "a@example.com" not in page
    editor.send("/admin/questions", "/misses/phrasing", target="track-parcel")
    assert "No question waits" in words(editor.page("/admin/questions"))


def test_retiring_can_be_undone_right_after_and_publishes_no_draft(
    editor: Editor, content: Path, shopper: FlaskClient
) -> None:
    """The message offers it; each language gets the status that it had, not all the same."""
    path = "/admin/entries/track-parcel/zh"
    editor.send("/admin/entries/track-parcel/en", status="draft")
    editor.send(path, "/retire")
    page = editor.page(path)
    assert "Nobody finds it any more." in words(page)
    undo = next(each for each in page.iter("form") if each.get("action", "").endswith("/undo"))
    assert 404 == shopper.get("/faq/track-parcel").status_code
    assert path == editor.submit(undo).headers["Location"]
    assert "Published again" in words(editor.page(path))
    assert 200 == shopper.get("/faq/track-parcel").status_code
    states = {
        lang: parse_entry(f"delivery/track-parcel.{lang}.md", file.read_bytes()).status
        for lang in ("zh", "en")
        for file in [content / f"delivery/track-parcel.{lang}.md"]
    }
    assert {"zh": Status.PUBLISHED, "en": Status.DRAFT} == states


def test_an_old_undo_takes_nothing_newer_back(editor: Editor, shopper: FlaskClient) -> None:
    """Published again and edited meanwhile, the entry stays as it is; made-up words do nothing."""
    path = "/admin/entries/track-parcel/zh"
    editor.send(path, "/retire")
    undo = editor.form(path, "/undo")
    editor.send(path, "/restore", confirmed="public")
    editor.submit(undo, was_zh="draft", was_en="draft")
    assert "cannot be undone any more" in words(editor.page(path))
    assert 200 == shopper.get("/faq/track-parcel").status_code
    editor.send(path, "/retire")
    editor.submit(undo, was_zh="public", was_en="retired")
    assert "cannot be undone any more" in words(editor.page(path))
    assert 404 == shopper.get("/faq/track-parcel").status_code


def test_retiring_takes_an_entry_away_at_once_and_restoring_brings_it_back(
    editor: Editor, shopper: FlaskClient, ask: Callable[[str], str], database: Database
) -> None:
    """Page and search forget a retired entry in both languages; the history names who did it."""
    path = "/admin/entries/track-parcel/zh"
    assert 200 == shopper.get("/faq/track-parcel").status_code
    editor.send(path, "/retire")
    assert 404 == shopper.get("/faq/track-parcel").status_code
    assert "在订单详情里看" not in ask("怎么查物流？")
    editor.send(path, "/restore", confirmed="public")
    assert 200 == shopper.get("/faq/track-parcel").status_code
    assert "在订单详情里看" in ask("怎么查物流？")
    with database.session() as session:
        changes = session.scalars(select(ChangeRow).order_by(ChangeRow.id)).all()
    assert ["retired", "retired", "restored", "restored"] == [each.action for each in changes]
    assert all(each.person_id is not None for each in changes)


def test_L32_bringing_an_entry_back_asks_once_more_before_shoppers_see_it(
    editor: Editor, content: Path
) -> None:
    """Only a yes to the widest level that would see it publishes; the page leads there."""
    path = "/admin/entries/member-shipping/zh"
    file = content / "delivery/member-shipping.zh.md"
    editor.send(path, "/retire")
    for confirmed in ("", "public"):
        asked = editor.send(path, "/restore", confirmed=confirmed)
        assert 200 == asked.status_code
        assert "Shoppers will see this entry." in words(read(asked))
        assert "status: retired" in file.read_text("utf-8")
    form = next(f for f in read(asked).iter("form") if f.get("action", "").endswith("/restore"))
    assert 302 == editor.submit(form, confirmed="customer").status_code
    assert "status: published" in file.read_text("utf-8")


def test_L26_bringing_an_entry_back_publishes_no_draft(
    editor: Editor, content: Path, write_entry: Callable[..., Path], publish: Any
) -> None:
    """Each language has the status it had when it was retired, and is a draft where nobody knows;
    what is not retired stays as it is."""
    editor.send("/admin/entries/gift-wrap/zh", "/retire")
    assert 302 == editor.send("/admin/entries/gift-wrap/zh", "/restore").status_code
    write_entry(content, "by-hand", status="retired")
    write_entry(content, "by-hand", lang="en", status="draft")
    publish(editor.client.application)
    assert 302 == editor.send("/admin/entries/by-hand/zh", "/restore").status_code
    for name in ("gift-wrap.zh", "gift-wrap.en", "by-hand.zh", "by-hand.en"):
        assert "status: draft" in (content / f"delivery/{name}.md").read_text("utf-8")


@pytest.mark.parametrize("text", [b"---\nquestion: x\n---\n", b"x" * 300_000, None])
def test_F06_a_file_that_cannot_be_read_holds_no_retirement(
    editor: Editor, content: Path, shopper: FlaskClient, text: bytes | None
) -> None:
    """Broken, too large or gone, the message names the file; what can be read is retired."""
    path, file = "/admin/entries/track-parcel/zh", content / "delivery/track-parcel.en.md"
    form = editor.form(path, "/retire")
    file.unlink()
    if text:
        file.write_bytes(text)
    assert 302 == editor.submit(form).status_code
    page = words(editor.page(path))
    assert "delivery/track-parcel.en.md cannot be read" in page
    assert "Nobody finds it any more" not in page
    assert "status: retired" in (content / "delivery/track-parcel.zh.md").read_text("utf-8")
    assert "在订单详情里看" not in shopper.get("/faq/track-parcel?lang=zh").text


def test_F06_an_unreadable_file_is_shown_as_one_that_has_problems(
    editor: Editor, content: Path
) -> None:
    """What cannot even be read as text is told like any other fault, and what to do."""
    (content / "delivery/track-parcel.zh.md").write_bytes(b"x" * 300_000)
    answer = editor.client.get("/admin/entries/track-parcel/zh")
    assert 422 == answer.status_code
    assert "Correct this file, or remove it." in words(read(answer))


def test_an_edit_is_searchable_when_the_page_returns(
    app: Flask, editor: Editor, ask: Callable[[str], str]
) -> None:
    """The changed question is found by every worker's next search."""
    saved = editor.send("/admin/entries/track-parcel/zh", question="螺旋桨快递在哪里？")
    assert 302 == saved.status_code
    assert "螺旋桨快递在哪里" in ask("螺旋桨快递在哪里")


def test_proof_shows_what_the_askers_find(editor: Editor) -> None:
    """The link behind a save asks the engine at the askers' level."""
    page = words(editor.page("/admin/proof?q=会员包邮门槛是多少&slug=member-shipping&level=0"))
    assert "because the entry is for signed-in customers" in page
    page = words(editor.page("/admin/proof?q=会员包邮门槛是多少&slug=member-shipping&level=1"))
    assert "this entry stands first" in page


def test_the_list_of_an_empty_shop_says_what_to_do(editor: Editor) -> None:
    """No miss is good news, said as such."""
    response = editor.client.get("/admin/wordings")
    assert NOTHING in words(read(response))
