"""The loop closed in a browser: a question without an answer becomes an entry that is found."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server
from tests.e2e.pages import PHONE, WIDE, OpenPage, assert_sound

pytestmark = pytest.mark.e2e
EDITOR = "editor@localhost"
UNANSWERED = {
    ("zh", WIDE): "宠物寄养服务一天多少钱",
    ("zh", PHONE): "你们门店停车场收费吗",
    ("en", WIDE): "do you rent out wedding tents",
    ("en", PHONE): "is there a swimming pool in your showroom",
}
ANSWER = {
    "zh": "目前没有这项服务。",
    "en": "We do not offer this at present.",
}


def sign_in(page: Page, link: str) -> None:
    """Follow a one-time link and press its button."""
    page.goto(link)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def search(page: Page, query: str) -> str:
    """Ask the site; the address of the first entry on the page, if there is one."""
    page.goto(f"/search?q={query}")
    first = page.locator("main a[href*='/faq/']")
    return first.first.get_attribute("href") or "" if first.count() else ""


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_missed_question_becomes_an_entry_that_is_found(
    server: Server, open_page: OpenPage, lang: str, width: int
) -> None:
    """Shopper misses → editor signs in by link, writes, confirms → shopper finds it at once."""
    query = UNANSWERED[lang, width]
    shopper, editor = open_page(lang=lang, width=width), open_page(lang=lang, width=width)
    search(shopper, query)
    if shopper.locator("form[action*='none-of-these'] button").count():
        shopper.locator("form[action*='none-of-these'] button").click()
        shopper.wait_for_url("**/ask?**")

    sign_in(editor, server.link_for(EDITOR))
    editor.goto("/admin/wordings")
    assert_sound(editor)
    row = editor.locator("main li, main tr, main article").filter(has_text=query).last
    row.locator("a[data-key=w]").click()
    editor.wait_for_url("**/admin/entries/new?**")
    expect(editor.locator("[name=question]")).to_have_value(query)
    expect(editor.locator("[name=level][value=internal]")).to_be_checked()
    assert_sound(editor)
    editor.locator("[name=answer]").fill(ANSWER[lang])
    editor.locator("[name=topic]").select_option("returns")
    editor.locator("[name=level][value=public]").check(force=True)
    editor.locator(".editor__bar button[type=submit]").click()
    editor.locator("button[name=confirmed][value=public]").click()
    editor.wait_for_load_state()
    assert_sound(editor)

    files = [
        path
        for path in (server.content / "returns").glob(f"*.{lang}.md")
        if query in path.read_text("utf-8")
    ]
    assert 1 == len(files)
    slug = files[0].name.split(".")[0]
    assert f"/faq/{slug}" in search(shopper, query)
    expect(shopper.locator("main")).to_contain_text(ANSWER[lang])
    editor.goto("/admin/wordings")
    assert not editor.locator("form.miss__form").filter(has_text=query).count()


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_H02_every_room_of_the_editors_is_sound(
    server: Server, open_page: OpenPage, lang: str, width: int
) -> None:
    """No fault in console, accessibility or width, no CSP violation, no external request."""
    page = open_page(lang=lang, width=width)
    sign_in(page, server.link_for(EDITOR))
    for path in (
        "/admin/",
        "/admin/wordings",
        "/admin/figures",
        "/admin/freshness",
        "/admin/proposals",
        "/admin/bench",
        "/admin/bench?q=退货&level=agent",
        "/admin/entries",
        "/admin/entries/new",
        "/admin/entries/no-reason-return/zh",
        "/admin/questions",
        "/admin/problems",
        "/desk/",
        "/desk/?q=退货",
        "/account",
        "/faq/no-reason-return",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert 200 == answer.status, path
        assert_sound(page)


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_draft_is_tried_before_it_is_saved(
    server: Server, open_page: OpenPage, lang: str, width: int
) -> None:
    """A question typed beside the draft is answered before and after on the same page."""
    page = open_page(lang=lang, width=width)
    sign_in(page, server.link_for(EDITOR))
    page.goto("/admin/entries/no-reason-return/zh")
    page.locator("[name=alternates]").fill("无人机送货")
    page.locator("[name=tried]").fill("无人机送货")
    page.locator("[data-trial-button]").click()
    expect(page.locator("[data-trial] .trial--good")).to_have_count(1)
    assert_sound(page)
    assert "无人机送货" not in (server.content / "returns" / "no-reason-return.zh.md").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("lang", "saves", "publishes"),
    [("zh", "保存", "保存并发布"), ("en", "Save", "Save and publish")],
)
def test_the_save_button_follows_the_status(
    server: Server, open_page: OpenPage, lang: str, saves: str, publishes: str
) -> None:
    """What the button promises is what the chosen status does, without a new page."""
    page = open_page(lang=lang, width=PHONE)
    sign_in(page, server.link_for(EDITOR))
    page.goto("/admin/entries/no-reason-return/zh")
    button = page.locator("[data-save-button]")
    for status, named in (("draft", saves), ("published", publishes), ("retired", saves)):
        page.locator("[name=status]").select_option(status)
        expect(button).to_have_text(named)


def test_back_after_a_confirmation_leads_to_the_entry(server: Server, open_page: OpenPage) -> None:
    """The page that asked was the answer to a form; Back finds an ordinary page in its place."""
    page = open_page(lang="en")
    sign_in(page, server.link_for(EDITOR))
    address = "/admin/entries/scam-calls/en"
    page.goto(address)
    page.locator("[name=status]").select_option("draft")
    page.locator("[data-save-button]").click()
    expect(page.locator("main")).to_contain_text("It is not shown to anyone.")
    page.locator("[name=status]").select_option("published")
    page.locator("[data-save-button]").click()
    page.locator("[data-back]").click()
    expect(page.locator("main")).to_contain_text("Saved and searchable now.")
    page.go_back()
    assert page.url.endswith(address)
    expect(page.locator("[name=status]")).to_have_value("published")
    expect(page.locator("[data-back]")).to_have_count(0)


def test_the_bench_goes_by_the_keyboard(server: Server, open_page: OpenPage) -> None:
    """j moves to the first entry, o folds its bars, / goes back to the question."""
    page = open_page(lang="en")
    sign_in(page, server.link_for(EDITOR))
    page.goto("/admin/bench?q=退货")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("[data-row] details").first).not_to_have_attribute("open", "")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_clusters_of_misses_are_shown_soundly(
    server: Server, open_page: OpenPage, lang: str, width: int
) -> None:
    """What several shoppers miss becomes a cluster on the editor's first page, with its own."""
    for wording in ("能不能租无人机", "无人机可以出租吗"):
        search(open_page(lang="zh"), wording)
    server.flask("insights", "digest")
    page = open_page(lang=lang, width=width)
    sign_in(page, server.link_for(EDITOR))
    page.goto("/admin/")
    assert_sound(page)
    page.locator("main a[href*='/admin/clusters/']").first.click()
    page.wait_for_url("**/admin/clusters/**")
    assert_sound(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_L35_an_agent_copies_only_what_the_customer_may_see(
    server: Server, open_page: OpenPage, lang: str
) -> None:
    """The desk shows the note apart; the clipboard holds the answer without it."""
    email = f"agent-{lang}@shop.example"
    server.flask("users", "add", email, "--role", "agent")
    page = open_page(lang=lang)
    sign_in(page, server.link_for(email))
    page.goto("/desk/?q=" + ("增值税专用发票怎么开" if lang == "zh" else "special VAT invoice"))
    assert_sound(page)
    note = page.locator(".agent-note:visible .prose").first
    expect(note).to_be_visible()
    page.locator("button.answer__copy:visible").first.click()
    expect(page.locator("button.answer__copy.is-done")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip()
    for line in filter(None, map(str.strip, note.inner_text().splitlines())):
        assert line not in copied


def test_a_folded_card_is_shown_by_its_number_and_then_copied(
    server: Server, open_page: OpenPage
) -> None:
    """The first press opens it and goes there, the second copies; nothing is copied unseen."""
    email = "agent-keys@shop.example"
    server.flask("users", "add", email, "--role", "agent")
    page = open_page(lang="en")
    sign_in(page, server.link_for(email))
    page.goto("/desk/?q=How do I return something I simply do not want?")
    second = page.locator('[data-card="2"]')
    expect(second).not_to_have_attribute("open", "")
    page.locator("#desk-q").press("Escape")
    page.keyboard.press("2")
    expect(second).to_have_attribute("open", "")
    expect(second.locator("summary").first).to_be_focused()
    expect(page.locator("button.is-done")).to_have_count(0)
    page.keyboard.press("2")
    expect(second.locator("button.is-done:visible, .answer__kept:visible").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(second).not_to_have_attribute("open", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_agent_says_with_the_keyboard_what_is_wrong(
    server: Server, open_page: OpenPage, lang: str
) -> None:
    """On a phone's width too: it unfolds, is written, is sent, and stands beside the entry."""
    email, said = f"agent-wrong-{lang}@shop.example", f"The fee is out of date ({lang})"
    server.flask("users", "add", email, "--role", "agent")
    page = open_page(lang=lang, width=PHONE)
    sign_in(page, server.link_for(email))
    page.goto("/desk/?q=" + ("增值税专用发票怎么开" if lang == "zh" else "special VAT invoice"))
    fault = page.locator('[data-card="1"] .answer__fault')
    fault.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(fault.locator("textarea")).to_be_focused()
    page.keyboard.type(said)
    assert_sound(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_be_visible()
    slug = page.locator('[data-card="1"] [name=slug]').get_attribute("value")
    editor = open_page(lang=lang)
    sign_in(editor, server.link_for(EDITOR))
    editor.goto(f"/admin/entries/{slug}/{lang}")
    expect(editor.locator(".remarks").get_by_text(said)).to_be_visible()
    assert_sound(editor)


def test_the_editors_path_needs_no_scripts(server: Server, open_page: OpenPage) -> None:
    """With JavaScript off: sign in, write an internal entry, find it as an editor."""
    page = open_page(lang="en", javascript=False)
    sign_in(page, server.link_for(EDITOR))
    page.goto("/admin/entries/new")
    page.locator("[name=question]").fill("Who has the key of the stock room cabinet?")
    page.locator("[name=answer]").fill("The shift lead has it.")
    page.locator("[name=topic]").select_option("rules")
    page.locator(".editor__bar button[type=submit]").click()
    page.wait_for_load_state()
    assert "/faq/" in search(page, "who has the key of the stock room cabinet")
    expect(page.locator("main")).to_contain_text("shift lead")
