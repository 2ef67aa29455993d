"""``kb.catalog``: each audience reads as if what it may not see did not exist."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from database import Database
from kb.catalog import (
    cards,
    cards_now,
    entries_in,
    find_entry,
    find_topic,
    next_change,
    topic_tree,
)
from kb.disclosure import Audience, Level
from kb.sync import Changes

Put = Callable[..., Path]
Publish = Callable[[], Changes]
ANYONE = Audience(Level.PUBLIC)
AGENT = Audience(Level.AGENT)
INTERNAL = Audience(Level.INTERNAL)


@pytest.fixture
def shelf(put: Put, publish: Publish) -> None:
    """Entries of each level and state, with links, aliases and notes."""
    note = "aliases: [old-open]\nagent_note: canary-note\n"
    put("returns/open.zh.md", answer="去 [内](/faq/inner) 或 [英](/faq/english)", extra=note)
    put("returns/open.en.md", question="How?", disclosure="customer", answer="See it.")
    put("returns/english.en.md", question="English only?", answer="Yes.")
    put("returns/inner.zh.md", disclosure="internal", extra="aliases: [old-inner]\n")
    put("returns/draft.zh.md", status="draft", extra="aliases: [old-draft]\n")
    put("returns/retired.zh.md", status="retired")
    put("returns/later.zh.md", extra="publish_from: 2026-11-23T13:00Z\n")
    put("returns/over.zh.md", extra="publish_until: 2026-11-23T12:00Z\n")
    put("sizes/agents.zh.md", disclosure="agent")
    publish()


def test_an_entry_is_found_in_the_language_asked_for(
    shelf: None, store: Database, now: datetime
) -> None:
    """The language asked for comes first, and only visible languages are named."""
    with store.session() as session:
        anyone = find_entry(session, "open", lang="en", audience=ANYONE, now=now)
        agent = find_entry(session, "open", lang="en", audience=AGENT, now=now)
        english = find_entry(session, "english", lang="zh", audience=ANYONE, now=now)
    assert anyone
    assert agent
    assert english
    assert ("zh", ("zh",)) == (anyone.lang, anyone.langs)
    assert ("en", ("zh", "en")) == (agent.lang, agent.langs)
    assert ("en", "English only?") == (english.lang, english.question)


@pytest.mark.parametrize(
    "slug",
    [
        *("inner", "draft", "retired", "later", "over", "agents", "old-inner", "old-draft"),
        *("unknown", "../open", "open\x00", "%", "OPEN", "", "open' OR 1=1 --"),
    ],
)
def test_L01_L02_L03_P01_hidden_is_unknown(
    slug: str, shelf: None, store: Database, now: datetime
) -> None:
    """A slug or alias of a hidden entry is answered as one that never was."""
    with store.session() as session:
        for lang in ("zh", "en"):
            assert None is find_entry(session, slug, lang=lang, audience=ANYONE, now=now)


def test_L03_states_are_hidden_from_all(shelf: None, store: Database, now: datetime) -> None:
    """Drafts, retired, scheduled and expired entries are no part of the catalog."""
    with store.session() as session:
        found = entries_in(session, "returns", lang="zh", audience=INTERNAL, now=now)
        later = find_entry(
            session, "later", lang="zh", audience=ANYONE, now=now + timedelta(hours=1)
        )
    assert ["english", "inner", "open"] == [card.slug for card in found]
    assert later is not None


def test_an_alias_leads_to_its_entry(shelf: None, store: Database, now: datetime) -> None:
    """An old address finds the entry and says that it is an old one."""
    with store.session() as session:
        view = find_entry(session, "old-open", lang="zh", audience=ANYONE, now=now)
        straight = find_entry(session, "open", lang="zh", audience=ANYONE, now=now)
    assert view
    assert straight
    assert ("open", True, False) == (view.slug, view.is_alias, straight.is_alias)


def test_L02_an_alias_of_a_hidden_language_is_hidden(
    put: Put, publish: Publish, store: Database, now: datetime
) -> None:
    """An alias that only a hidden translation names does not betray that translation."""
    put("returns/one.zh.md", extra="aliases: [shown]\n")
    put("returns/one.en.md", disclosure="internal", extra="aliases: [secret-name]\n")
    publish()
    with store.session() as session:
        assert find_entry(session, "shown", lang="en", audience=ANYONE, now=now)
        assert not find_entry(session, "secret-name", lang="en", audience=ANYONE, now=now)
        assert find_entry(session, "secret-name", lang="en", audience=INTERNAL, now=now)


def test_notes_begin_at_agent(shelf: None, store: Database, now: datetime) -> None:
    """Below agent clearance the note is not there at all."""
    with store.session() as session:
        views = [
            find_entry(session, "open", lang="zh", audience=Audience(level), now=now)
            for level in Level
        ]
    assert [False, False, True, True] == ["canary-note" in str(view) for view in views]
    assert "" == views[0].note_html if views[0] else False


def test_L13_links_to_hidden_entries_are_words(shelf: None, store: Database, now: datetime) -> None:
    """The link goes, the words stay; whoever may follow it has it."""
    with store.session() as session:
        anyone = find_entry(session, "open", lang="zh", audience=ANYONE, now=now)
        inside = find_entry(session, "open", lang="zh", audience=INTERNAL, now=now)
    assert anyone
    assert inside
    assert "/faq/inner" not in anyone.html
    assert "内" in anyone.html
    assert "/faq/english" in anyone.html
    assert "/faq/inner" in inside.html


def test_L21_links_of_a_note_are_not_looked_up_for_those_who_do_not_see_it(
    put: Put, publish: Publish, store: Database, now: datetime
) -> None:
    """A look into the database takes time: the note must not be told by how long a page takes."""
    put("returns/bare.zh.md", answer="就这样。")
    put("returns/noted.zh.md", answer="就这样。", extra="agent_note: '看 [内](/faq/secret)'\n")
    publish()
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *all: said.append(str(all[2])))
    counts = []
    for slug in ("bare", "noted"):
        with store.session() as session:
            said.clear()
            assert find_entry(session, slug, lang="zh", audience=ANYONE, now=now)
            counts.append(len(said))
    assert counts[0] == counts[1]


def test_L13_links_by_alias_are_judged_by_their_entry(
    put: Put, publish: Publish, store: Database, now: datetime
) -> None:
    """A link to an old address lives and dies with the entry behind it."""
    put("returns/one.zh.md", answer="[a](/faq/old-two) [b](/faq/old-three)")
    put("returns/two.zh.md", extra="aliases: [old-two]\n")
    put("returns/three.zh.md", disclosure="agent", extra="aliases: [old-three]\n")
    publish()
    with store.session() as session:
        view = find_entry(session, "one", lang="zh", audience=ANYONE, now=now)
    assert view
    assert ("old-two" in view.html, "old-three" in view.html) == (True, False)


def test_L04_L09_topics_count_what_is_seen(shelf: None, store: Database, now: datetime) -> None:
    """Counts are of visible entries, one per slug; a topic without any is unknown."""
    with store.session() as session:
        anyone = topic_tree(session, lang="en", audience=ANYONE, now=now)
        agent = topic_tree(session, lang="zh", audience=AGENT, now=now)
        hidden = [
            find_topic(session, topic, lang="zh", audience=ANYONE, now=now)
            for topic in ("sizes", "buying", "unknown")
        ]
        sizes = find_topic(session, "sizes", lang="zh", audience=AGENT, now=now)
    assert [("returns", "Returns", 2)] == [(each.id, each.name, each.count) for each in anyone]
    assert [("buying", 1), ("returns", 2)] == [(each.id, each.count) for each in agent]
    assert ["sizes"] == [child.id for child in agent[0].children]
    assert [None, None, None] == hidden
    assert sizes is not None
    assert ("尺码", "多大", 1) == (sizes.name, sizes.description, sizes.count)


def test_cards_are_one_per_slug(shelf: None, store: Database, now: datetime) -> None:
    """A list shows each entry once, in the language asked for or else the other."""
    with store.session() as session:
        found = entries_in(session, "returns", lang="en", audience=AGENT, now=now)
        below = entries_in(
            session, "buying", lang="zh", audience=AGENT, now=now, with_children=True
        )
        straight = entries_in(session, "buying", lang="zh", audience=AGENT, now=now)
    assert [("english", "en"), ("open", "en")] == [(card.slug, card.lang) for card in found]
    assert ("Returns", "See it.") == (found[1].topic_name, found[1].snippet)
    assert (["agents"], ()) == ([card.slug for card in below], straight)


def test_L14_L24_cards_drop_what_is_hidden(
    shelf: None, put: Put, publish: Publish, store: Database, now: datetime
) -> None:
    """Hidden and unknown slugs mixed in are absent alike, in the order asked, at once."""
    asked = ["open", "inner", "nothing", "english", "open", "draft"]
    with store.session() as session:
        found = cards(session, asked, lang="zh", audience=ANYONE, now=now)
        none = cards(session, [], lang="zh", audience=ANYONE, now=now)
    assert ["open", "english"] == list(found)
    assert {} == none
    put("returns/open.zh.md", disclosure="internal")
    publish()
    with store.session() as session:
        found = cards(session, asked, lang="zh", audience=ANYONE, now=now)
    assert ["english"] == list(found)
    assert found == cards_now(store, asked, lang="zh", audience=ANYONE, now=now)
    assert {} == cards_now(store, [], lang="zh", audience=ANYONE, now=now)


def test_L09_L10_a_hidden_corpus_changes_nothing(
    shelf: None, put: Put, publish: Publish, store: Database, now: datetime
) -> None:
    """Everything that anyone reads is equal with and without many hidden entries."""

    def seen() -> object:
        with store.session() as session:
            return (
                topic_tree(session, lang="zh", audience=ANYONE, now=now),
                entries_in(session, "returns", lang="zh", audience=ANYONE, now=now),
                find_entry(session, "open", lang="zh", audience=ANYONE, now=now),
                cards(session, ["open", "english"], lang="en", audience=ANYONE, now=now),
                cards_now(store, ["open", "english"], lang="en", audience=ANYONE, now=now),
            )

    before = seen()
    for number in range(30):
        put(f"returns/aa-{number}.zh.md", disclosure="customer", extra=f"aliases: [x-{number}]\n")
    publish()
    assert before == seen()


def test_reads_take_few_queries(shelf: None, store: Database, now: datetime) -> None:
    """The number of queries does not grow with the number of entries."""
    statements: list[str] = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda *arguments: statements.append(arguments[2]),
    )

    def count(read: Callable[..., object], *arguments: object) -> int:
        statements.clear()
        with store.session() as session:
            read(session, *arguments, lang="zh", audience=INTERNAL, now=now)
        return len(statements)

    assert 2 == count(find_entry, "open")
    assert 1 == count(entries_in, "returns")
    assert 1 == count(cards, ["open", "inner", "english"])
    assert 2 == count(topic_tree)


def test_L21_hidden_and_unknown_take_the_same_path(
    shelf: None, store: Database, now: datetime
) -> None:
    """The same statements are run for a hidden slug as for one that never was."""
    statements: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2])
    )
    runs = []
    for slug in ("inner", "unknown"):
        statements.clear()
        with store.session() as session:
            find_entry(session, slug, lang="zh", audience=ANYONE, now=now)
        runs.append(list(statements))
    assert runs[0] == runs[1]


def test_next_change_is_the_next_boundary(shelf: None, store: Database, now: datetime) -> None:
    """The next moment at which something appears or vanishes by itself, and none after the last."""
    hour = timedelta(hours=1)
    with store.session() as session:
        assert now == next_change(session, now=now - hour)
        assert now + hour == next_change(session, now=now)
        assert None is next_change(session, now=now + hour)


def test_M10_M12_lists_hold_text_not_markup(
    put: Put, publish: Publish, store: Database, now: datetime
) -> None:
    """Question and snippet are plain strings that a template still escapes."""
    put(
        "returns/one.zh.md", question="'<img src=x onerror=x>'", answer="`<svg onload=x>` &lt;b&gt;"
    )
    publish()
    with store.session() as session:
        card = entries_in(session, "returns", lang="zh", audience=ANYONE, now=now)[0]
    assert ("<img src=x onerror=x>", "<svg onload=x> <b>") == (card.question, card.snippet)
    assert not hasattr(card.snippet, "__html__")
