"""The last look before anything is shown: is the entry still visible, and how does it read now?

The index may be older than the database by a moment; the database decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from database import Database
from kb.catalog import EntryCard, cards_now
from kb.disclosure import Audience


class Gate(Protocol):
    """Gives the cards of those entries that may be shown."""

    def cards(
        self, slugs: Iterable[str], *, lang: str, audience: Audience, now: datetime
    ) -> Mapping[str, EntryCard]:
        """Cards by slug; an entry that may not be shown is absent."""
        ...


class DatabaseGate:
    """Asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cards(
        self, slugs: Iterable[str], *, lang: str, audience: Audience, now: datetime
    ) -> Mapping[str, EntryCard]:
        """See ``Gate.cards``."""
        return cards_now(self._database, slugs, lang=lang, audience=audience, now=now)


class FixedGate:
    """Knows a fixed set of cards, for an index without a database."""

    def __init__(self, cards: Sequence[EntryCard]) -> None:
        self._cards = {card.slug: card for card in cards}

    def cards(
        self,
        slugs: Iterable[str],
        *,
        lang: str,  # noqa: ARG002 (the protocol's)
        audience: Audience,
        now: datetime,  # noqa: ARG002 (the protocol's)
    ) -> Mapping[str, EntryCard]:
        """See ``Gate.cards``; the level is looked at here too."""
        known = (self._cards[slug] for slug in slugs if slug in self._cards)
        return {card.slug: card for card in known if card.level in audience.levels}
