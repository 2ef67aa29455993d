"""A site with hidden entries and one without them answer alike, byte for byte.

Nonces, form tokens and search ids differ by chance and are taken out; nothing else is.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb.disclosure import Level
from tests.admin.pages import Editor
from tests.trust.canaries import CANARIES, OPEN_SLUG, SPECIMENS, State, word, write_world
from tests.trust.site import CLEARANCE, NOT_EDITORS, Site, Who, settled

ASKED = (
    "怎么退货",
    "how do I send it back",
    "退款",
    "invoice",
    "How is that done",
    "关于 怎么办",
    "The answer is, for sure",
    "more about this",
    "%",
    "_",
    "*",
    '"',
    "a",
)
PAGES = (
    "/",
    "/topics/orders",
    f"/faq/{OPEN_SLUG}",
    "/ask",
    "/ask/thanks",
    "/sign-in",
    "/nowhere",
    "/search",
    "/sitemap.xml",
)
LANGS = ("zh", "en")
HEARD = ("秘密密码迷密", "王记迷麻" * 4)
"""Hidden Chinese that sounds like 忘记密码, which all see, and is written far more often."""
PINYIN = ("mimi", "mima", "wangji mima", "wangji mima zenme ban", "wjmm")
CROWDED = "How do I"
"""The beginning of two questions that all see, and of more hidden ones than are proposed."""
Twins = dict[Level, Site]
Pair = tuple[FlaskClient, FlaskClient]


@pytest.fixture(params=NOT_EDITORS)
def viewer(request: pytest.FixtureRequest) -> Who:
    """Each of those from whom something is hidden."""
    who: Who = request.param
    return who


@pytest.fixture
def pair(site: Site, twins: Twins, viewer: Who) -> Pair:
    """The same viewer before both sites: all there is, and all that they may see."""
    return site.client(viewer), twins[CLEARANCE[viewer]].client(viewer)


@pytest.fixture(scope="session")
def crowd(make_site: Callable[..., Site]) -> Site:
    """The site of what is public, with a crowd of hidden entries in a topic that everyone sees."""

    def write(content: Path) -> None:
        write_world(content, clearance=Level.PUBLIC)
        questions = [*HEARD, *(f"{CROWDED} {number}" for number in range(30))]
        for number, question in enumerate(questions):
            for lang in LANGS:
                header = f"question: {question}\ndisclosure: internal\nstatus: published"
                path = content / "orders" / f"a-hidden-{number}.{lang}.md"
                path.write_text(f"---\n{header}\n---\n{question}.\n", "utf-8")

    return make_site(write)


@pytest.fixture
def crowded(crowd: Site, twins: Twins, viewer: Who) -> Pair:
    """The same viewer before the public site with the hidden crowd, and without."""
    return crowd.client(viewer), twins[Level.PUBLIC].client(viewer)


def differing(pair: Pair, urls: list[str]) -> list[str]:
    """The addresses at which the two sites can be told apart."""
    full, twin = pair
    return [url for url in urls if settled(full.get(url)) != settled(twin.get(url))]


def hidden_words(viewer: Who) -> list[str]:
    """Every word hidden from anonymous; of the others only what their clearance adds."""
    clearance = CLEARANCE[viewer]
    hidden = [one for one in CANARIES if not one.seen_with(clearance)]
    if viewer is not Who.ANONYMOUS:
        hidden = [one for one in hidden if one.state is State.PUBLISHED]
    return [one.word for one in hidden]


def test_twins_differ_for_those_who_may_see_more(site: Site, twins: Twins) -> None:
    """An agent can tell the two sites apart: the comparison would notice a leak."""
    pair = (site.client(Who.AGENT), twins[Level.PUBLIC].client(Who.AGENT))
    agents = next(
        one for one in SPECIMENS if one.level is Level.AGENT and one.state is State.PUBLISHED
    )
    urls = [
        "/",
        f"/faq/{agents.slug}",
        f"/topics/{agents.topic}",
        f"/search?q={agents.field('question', 'en')}",
        f"/suggest?q={agents.field('question', 'en')[:5]}",
        "/ask",
    ]
    assert urls == differing(pair, urls)


def test_L04_L13_L17_pages_are_the_same_without_what_is_hidden(pair: Pair) -> None:
    """Home, topics, entries and lists show the same, in both languages, links included."""
    assert [] == differing(pair, [f"{page}?lang={lang}" for page in PAGES for lang in LANGS])


def test_L01_L02_L03_hidden_addresses_are_unknown_addresses(pair: Pair, viewer: Who) -> None:
    """Slug, alias and topic of every hidden entry and state answer as if there were none."""
    hidden = [
        one
        for one in SPECIMENS
        if one.state is not State.PUBLISHED or one.level > CLEARANCE[viewer]
    ]
    urls = [f"/faq/{one.slug}" for one in hidden]
    urls += [f"/faq/{one.field('alias', lang)}" for one in hidden for lang in LANGS]
    urls += [f"/topics/{one.topic}" for one in hidden]
    full, _ = pair
    assert {404} == {full.get(url).status_code for url in urls}
    assert [] == differing(pair, urls)


def test_L05_L08_search_finds_no_hidden_canary(pair: Pair, viewer: Who) -> None:
    """Asked for a word of any hidden field, the site answers as one that never had it."""
    words = hidden_words(viewer)
    assert [] == differing(pair, [f"/search?q={one}" for one in words])


def test_L09_L10_scores_order_and_counts_know_nothing_hidden(pair: Pair) -> None:
    """Ordinary questions give the same results, counts and pages, far pages included."""
    urls = [f"/search?q={query}&lang={lang}" for query in ASKED for lang in LANGS]
    urls += ["/search?q=invoice&page=999", "/search?q=invoice&page=0", "/search?q=invoice&page=-1"]
    assert [] == differing(pair, urls)


def test_L08_L10_L17_a_saved_note_leaves_public_answers_as_they_were(own_site: Site) -> None:
    """Who sees no note sees no sign that one was written: no new day, order or fingerprint."""
    urls = ["/", "/sitemap.xml", "/topics/orders", f"/api/v1/entries/{OPEN_SLUG}"]
    urls += [f"/faq/{OPEN_SLUG}?lang={lang}" for lang in LANGS]
    urls += ["/search?q=怎么退货", "/suggest?q=怎么退货", "/api/v1/search?q=怎么退货"]

    def told(who: Who) -> list[str]:
        client = own_site.client(who)
        return [settled(client.get(url)) for url in urls]

    before, agents = told(Who.ANONYMOUS), told(Who.AGENT)
    note = word("a new note")
    editor = Editor(own_site.client(Who.EDITOR))
    path = f"/admin/entries/{OPEN_SLUG}/zh"
    assert 302 == editor.send(path, agent_note=f"先问 {note}", owner="team").status_code
    assert before == told(Who.ANONYMOUS)
    assert agents != told(Who.AGENT)


def test_L10_confidence_is_the_same_to_the_last_digit(site: Site, twins: Twins) -> None:
    """The numbers that programs are told do not move with the hidden corpus."""
    for level, twin in twins.items():
        full, lone = site.app.test_client(), twin.app.test_client()
        for query in ASKED:
            url = f"/api/v1/search?q={query}&limit=20"
            with_hidden = full.get(url, headers=site.token(level))
            without = lone.get(url, headers=twin.token(level))
            assert settled(without) == settled(with_hidden), (level, query)


def test_L11_suggestions_complete_no_hidden_word(pair: Pair, viewer: Who) -> None:
    """Typing the beginning of a hidden word, a wildcard or nothing suggests nothing of it."""
    words = hidden_words(viewer)[::4]
    typed = [one[:length] for one in words for length in (2, 5, 12)]
    urls = [f"/suggest?q={text}" for text in dict.fromkeys([*typed, "%", "_", "", "  ", "how"])]
    assert [] == differing(pair, urls)


def test_L10_pinyin_is_heard_by_what_the_viewer_may_see(
    crowd: Site, twins: Twins, crowded: Pair, viewer: Who
) -> None:
    """``wangji mima`` finds 忘记密码, however often hidden entries write 王记迷麻."""
    urls = [f"/{door}?q={typed}" for door in ("search", "suggest") for typed in PINYIN]
    assert [] == differing(crowded, urls)
    level, twin = CLEARANCE[viewer], twins[Level.PUBLIC]
    for typed in PINYIN:
        answers = [
            site.app.test_client().get(f"/api/v1/search?q={typed}", headers=site.token(level))
            for site in (crowd, twin)
        ]
        assert settled(answers[1]) == settled(answers[0]), typed
    found = crowded[0].get("/search?q=wangji mima&lang=zh")
    assert "/faq/reset-password" in found.text


def test_L11_a_hidden_crowd_takes_no_suggestion_away(crowded: Pair) -> None:
    """Thirty hidden questions that begin as typed leave the visible ones their places."""
    typed = [CROWDED[:length] for length in range(2, len(CROWDED) + 1)]
    assert [] == differing(crowded, [f"/suggest?q={text}&lang=en" for text in typed])
    shown = crowded[0].get(f"/suggest?q={CROWDED}&lang=en").get_json()["suggestions"]
    assert 2 <= sum(one["question"].startswith(CROWDED) for one in shown)


def test_L20_errors_tell_the_sites_not_apart(pair: Pair, viewer: Who) -> None:
    """Refused methods and broken forms answer alike where something is hidden."""
    full, twin = pair
    for one in SPECIMENS[::5]:
        for method in ("POST", "DELETE"):
            for url in (f"/faq/{one.slug}", f"/faq/{one.slug}/helpful", f"/topics/{one.topic}"):
                seen = settled(full.open(url, method=method))
                assert settled(twin.open(url, method=method)) == seen, (method, url)


def test_L28_feedback_on_a_hidden_entry_is_unknown(site: Site) -> None:
    """A program that gives feedback on a hidden slug hears what it hears of a made-up one."""
    client = site.app.test_client()
    hidden = next(one for one in SPECIMENS if one.level is Level.INTERNAL)
    body = {"search_id": "0" * 32, "kind": "helpful"}
    answers = [
        client.post("/api/v1/feedback", json={**body, "slug": slug})
        for slug in (hidden.slug, word("made up"))
    ]
    assert 404 == answers[0].status_code
    assert settled(answers[1]) == settled(answers[0])
