"""What the desk shows of a hit: the answer in each language, the note, and what may be copied."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.plain import as_message
from kb.catalog import EntryView, find_entry
from kb.disclosure import Audience, Level
from search.results import Hit

SAYABLE = (Level.PUBLIC, Level.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Version:
    """One language of an answer. ``payload`` is the text to send, empty where none may be."""

    view: EntryView
    payload: str


@dataclass(frozen=True, slots=True)
class Card:
    """One entry on the desk: its versions, that of the customer's language first."""

    hit: Hit
    versions: tuple[Version, ...]

    @property
    def level(self) -> Level:
        """The most guarded of its versions."""
        return max(version.view.level for version in self.versions)


def card_of(
    session: Session, hit: Hit, *, audience: Audience, lang: str, now: datetime, root: str
) -> Card | None:
    """The card of a hit, or None when the entry has just gone. ``root`` completes links."""
    first = find_entry(session, hit.slug, lang=lang, audience=audience, now=now)
    if first is None:
        return None
    others = [other for other in first.langs if other != first.lang]
    views = [first]
    for other in others:
        view = find_entry(session, hit.slug, lang=other, audience=audience, now=now)
        if view is not None and view.lang == other:
            views.append(view)
    return Card(hit, tuple(_version(session, view, now=now, root=root) for view in views))


def _version(session: Session, view: EntryView, *, now: datetime, root: str) -> Version:
    """The answer, read once more as those who may hear it: their copy knows no note."""
    if view.level not in SAYABLE:
        return Version(view, "")
    heard = Audience(view.level)
    safe = find_entry(session, view.slug, lang=view.lang, audience=heard, now=now)
    if safe is None or safe.lang != view.lang:
        return Version(view, "")
    return Version(view, as_message(safe.html, root=root))
