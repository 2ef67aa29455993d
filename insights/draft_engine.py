"""The engine as it would be with a change: its index, and the last look before anything is shown.

Nothing is written; the engine that serves knows nothing of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from database import Database
from insights.drafts import ChangeSet, with_changes
from kb.catalog import EntryCard
from kb.disclosure import Audience, Status
from kb.entry import Entry
from kb.markdown import render
from kb.names import LANGUAGES
from search.engine import SearchEngine
from search.gate import DatabaseGate, Gate
from search.shelf import Serving


@dataclass(frozen=True, slots=True)
class HeldShelf:
    """A shelf with one index on it."""

    held: Serving

    def serving(self, *, now: datetime) -> Serving:  # noqa: ARG002 (the protocol's)
        """The one index."""
        return self.held


class DraftGate:
    """What may be shown once the change is published: the drafted files in place of the kept."""

    def __init__(self, gate: Gate, changes: ChangeSet) -> None:
        self._gate = gate
        self._replaced = changes.gone | {(one.slug, one.lang) for one in changes.entries}
        self._touched = changes.slugs
        self._entries = changes.entries

    def cards(
        self, slugs: Iterable[str], *, lang: str, audience: Audience, now: datetime
    ) -> Mapping[str, EntryCard]:
        """See ``Gate.cards``."""
        wanted = list(slugs)
        known = self._gate.cards(wanted, lang=lang, audience=audience, now=now)
        found = {slug: card for slug, card in known.items() if slug not in self._touched}
        for slug in self._touched.intersection(wanted):
            card = self._card(slug, lang=lang, audience=audience, now=now)
            if card:
                found[slug] = card
        return found

    def _card(self, slug: str, *, lang: str, audience: Audience, now: datetime) -> EntryCard | None:
        """The card of an entry that the change touches, in ``lang`` if it will have that."""
        cards = {
            one.lang: _card(one)
            for one in self._entries
            if one.slug == slug and _is_seen(one, audience, now)
        }
        for other in LANGUAGES:
            kept = self._gate.cards([slug], lang=other, audience=audience, now=now).get(slug)
            if kept and (kept.slug, kept.lang) not in self._replaced:
                cards.setdefault(kept.lang, kept)
        return cards.get(lang) or next(iter(cards.values()), None)


def engine_with(
    engine: SearchEngine, database: Database, changes: ChangeSet, *, now: datetime
) -> SearchEngine:
    """The very engine on what it would search after the change, with the same floors.

    Raises ``ModelUnusable`` or ``EncoderBusy``.
    """
    changed = with_changes(engine, engine.serving(now=now), changes, now=now)
    gate = DraftGate(DatabaseGate(database), changes)
    return SearchEngine.over(HeldShelf(changed), gate, engine.embedder, floors=engine.floors)


def _is_seen(entry: Entry, audience: Audience, now: datetime) -> bool:
    """Whether the draft will be seen; one that is to be shown later counts as shown."""
    is_over = entry.publish_until is not None and entry.publish_until <= now
    return entry.status is Status.PUBLISHED and entry.level in audience.levels and not is_over


def _card(entry: Entry) -> EntryCard:
    text, topic = render(entry.answer).text, entry.topic
    return EntryCard(entry.slug, entry.lang, topic, topic, entry.question, text, entry.level)
