"""The way to a person: shown to whoever finds nothing, where they may see it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

PERSON = {"User-Agent": "Mozilla/5.0"}
MISSED = {"answer_floor": 1.0, "suggest_floor": 1.0}
UNSURE = {"answer_floor": 1.0, "suggest_floor": 0.0}
PAGES = ("/search?q=parcel", "/ask", "/ask/thanks")
CHANCE = re.compile(r'(?:nonce|value)="[^"]+"|nonce-[^\']+|[0-9a-f]{32}')


@pytest.fixture
def shop_with(content: Path, make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """``shop_with(slug, **options)``: a site whose shop names that entry; "" names none."""

    def make(slug: str, **options: Any) -> Flask:
        contact = f"contact: {slug}\n" if slug else ""
        (content / "shop.yaml").write_text(f"name: {{zh: 店, en: Shop}}\n{contact}", "utf-8")
        return make_app(**options)

    return make


def page(client: FlaskClient, path: str, lang: str) -> str:
    """The text of a page in a language."""
    return client.get(path, headers={**PERSON, "Accept-Language": lang}).get_data(as_text=True)


def settled(text: str) -> str:
    """A page without what differs by chance."""
    return CHANCE.sub("…", text)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("lang", "words", "question"),
    [
        ("zh", "想直接找人工？", "怎么查物流？"),
        ("en", "Would you rather ask a person?", "Where is my parcel?"),
    ],
)
def test_whoever_finds_nothing_is_shown_the_way(
    shop_with: Callable[..., Flask], path: str, lang: str, words: str, question: str
) -> None:
    """A miss, the form and its thanks link the entry by its own question."""
    text = page(shop_with("track-parcel", **MISSED).test_client(), path, lang)
    assert words in text
    assert f'href="/faq/track-parcel" lang="{"zh-CN" if lang == "zh" else "en"}">{question}' in text


def test_the_way_stands_below_none_of_these(shop_with: Callable[..., Flask]) -> None:
    """Who may not see themselves in the results need not open the form to find it."""
    text = page(shop_with("send-back", **UNSURE).test_client(), "/search?q=parcel", "en")
    below = text.partition('class="none-of-these"')[2]
    assert 'class="to-a-person"' in below


def test_following_the_way_does_not_count_as_an_answer(shop_with: Callable[..., Flask]) -> None:
    """The link names no search, so that a question without answer stays one."""
    text = page(shop_with("track-parcel", **MISSED).test_client(), "/search?q=parcel", "en")
    assert 'href="/faq/track-parcel"' in text
    assert "/faq/track-parcel?" not in text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("slug", ["member-shipping", "margin-rules", "gift-wrap", "nowhere"])
def test_L04_a_hidden_way_leaves_no_trace(
    shop_with: Callable[..., Flask], slug: str, path: str
) -> None:
    """Named but hidden, named but not there, or not named at all: the pages are the same."""
    named = page(shop_with(slug, **MISSED).test_client(), path, "en")
    assert settled(page(shop_with("", **MISSED).test_client(), path, "en")) == settled(named)


def test_who_may_see_it_is_shown_it(
    shop_with: Callable[..., Flask], sign_in: Callable[..., Any]
) -> None:
    """A way that is for customers is shown to a customer."""
    client = shop_with("member-shipping", **MISSED).test_client()
    sign_in(client, "customer")
    assert "/faq/member-shipping" in page(client, "/ask", "en")
