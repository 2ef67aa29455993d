"""What a shopper does, in both languages, on a desk and on a phone, with and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import PHONE, WIDE, OpenPage, assert_sound

pytestmark = pytest.mark.e2e
ASKED = {"zh": "东西不想要了咋退", "en": "I no longer want it, can I send it back"}
UNKNOWN = {
    "zh": "你们卖不卖二手直升机零件",
    "en": "do you sell used helicopter rotor blades",
}
SLIPPED = {"zh": ("积粪怎么用", "积分怎么用"), "en": ("discout code", "discount code")}
SEEN_ALONE = ("/", "/topics/returns", "/faq/no-reason-return", "/ask", "/sign-in", "/register")


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_home_to_an_answer_and_back_in_the_other_language(
    open_page: OpenPage, lang: str, width: int
) -> None:
    """Home → search in words that are in no entry → the right answer → the other language."""
    page = open_page(lang=lang, width=width)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
    assert_sound(page)
    page.locator("main input[name=q]").fill(ASKED[lang])
    page.locator("main input[name=q]").press("Enter")
    page.wait_for_url("**/search?**")
    assert_sound(page)
    first = page.locator("main a[href*='/faq/']").first
    assert "no-reason-return" in (first.get_attribute("href") or "")
    first.click()
    page.wait_for_url("**/faq/**")
    expect(page.locator("main h1")).to_be_visible()
    assert_sound(page)
    before = page.locator("main h1").inner_text()
    if width == PHONE:
        page.locator("body > header summary").click()
    page.locator("body > header a[hreflang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if lang == "zh" else "zh-CN")
    expect(page.locator("main h1")).not_to_have_text(before)


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_without_an_answer_can_be_left(
    open_page: OpenPage, lang: str, width: int
) -> None:
    """What the knowledge base cannot answer leads to the form, which is filled in and kept."""
    page = open_page(lang=lang, width=width)
    page.goto("/search?q=" + UNKNOWN[lang])
    assert_sound(page)
    leave = page.locator("main a[href*='/ask']")
    if not leave.count():
        page.locator("form[action*='none-of-these'] button").click()
    else:
        leave.first.click()
    page.wait_for_url("**/ask?**")
    expect(page.locator("textarea[name=question]")).to_have_value(UNKNOWN[lang])
    page.locator("input[name=email]").fill("not an address")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("textarea[name=question]")).to_have_value(UNKNOWN[lang])
    assert_sound(page)
    page.locator("input[name=email]").fill("shopper@example.com")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/ask/thanks")
    assert_sound(page)


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_typing_slip_is_undone_and_can_be_kept(
    open_page: OpenPage, lang: str, width: int
) -> None:
    """The page says what was searched for; one link on it searches for what was typed."""
    page = open_page(lang=lang, width=width)
    typed, meant = SLIPPED[lang]
    page.goto("/search?q=" + typed)
    expect(page.locator("main")).to_contain_text(meant)
    assert_sound(page)
    way_back = page.get_by_role("link", name="按原文搜索" if lang == "zh" else "Search as typed")
    way_back.click()
    page.wait_for_url("**/search?**as=typed**")
    expect(page.locator("main input[type=search]")).to_have_value(typed)
    expect(way_back).to_have_count(0)


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_H02_every_public_page_is_sound(open_page: OpenPage, lang: str, width: int) -> None:
    """No fault in console, accessibility or width, no CSP violation, no external request."""
    page = open_page(lang=lang, width=width)
    for path in SEEN_ALONE:
        answer = page.goto(path)
        assert answer is not None
        assert 200 == answer.status, path
        assert_sound(page)
    answer = page.goto("/nowhere")
    assert answer is not None
    assert 404 == answer.status
    assert_sound(page)


def test_the_main_path_needs_no_scripts(open_page: OpenPage) -> None:
    """With JavaScript off: search, read, vote, find nothing, leave the question."""
    page = open_page(lang="zh", javascript=False)
    page.goto("/")
    page.locator("main input[name=q]").fill(ASKED["zh"])
    page.locator("main input[name=q]").press("Enter")
    page.locator("main a[href*='/faq/']").first.click()
    expect(page.locator("main h1")).to_be_visible()
    page.locator("form[action*='/helpful'] button").first.click()
    expect(page.locator("main")).to_be_visible()
    page.goto("/ask?q=" + UNKNOWN["zh"])
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/ask/thanks")


def test_the_keyboard_reaches_the_answer(open_page: OpenPage) -> None:
    """Tab leads to the skip link first; typing and Enter search; Tab and Enter open a result."""
    page = open_page(lang="en")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("main input[name=q]").focus()
    page.keyboard.type("refund")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    link = page.locator("main a[href*='/faq/']").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/faq/**")
