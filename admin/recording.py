"""What stands on record of a file that was written: a line in the history, and the open wordings
that it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from doors.services import services
from doors.viewer import viewer
from insights.changes import Change, follow, note_change
from insights.decisions import Action, decide
from insights.misses import is_miss
from insights.tables import QuestionRow, SearchRow
from insights.wording import wording_of
from kb.entry import Entry, format_entry


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written. ``before`` is its text until then and ``moved_from`` the address
    that it gave up; ``wording`` is the one, if any, that it was written for."""

    action: Change
    entry: Entry
    before: str = ""
    reason: str = ""
    wording: str = ""
    moved_from: str = ""


def note(written: Sequence[Written]) -> None:
    """Put files that were written together on record together."""
    with services().database.session() as session:
        for one in written:
            _note(session, one)


def decided(wording: str, entry: Entry) -> None:
    """An entry has this phrasing already: the wording counts as dealt with."""
    with services().database.session() as session:
        _decide(session, [wording], Action.PHRASING, entry)


def _note(session: Session, one: Written) -> None:
    entry = one.entry
    note_change(
        session,
        at=services().clock(),
        person_id=_person_id(),
        action=one.action,
        slug=entry.slug,
        lang=entry.lang,
        before=one.before,
        after=format_entry(entry),
        reason=one.reason,
    )
    if one.moved_from:
        follow(session, one.moved_from, entry.slug)
    phrases = () if one.action is Change.RETIRED else (entry.question, *entry.alternates)
    kind = Action.PHRASING if one.action is Change.PHRASING else Action.ENTRY
    _decide(session, [one.wording, *_asked(session, phrases)], kind, entry)


def _asked(session: Session, phrases: Iterable[str]) -> list[str]:
    """Those phrases that somebody has asked in vain or left as a question."""
    wordings = [wording_of(phrase) for phrase in phrases]
    missed = select(SearchRow.wording).where(SearchRow.wording.in_(wordings), is_miss())
    left = select(QuestionRow.wording).where(QuestionRow.wording.in_(wordings))
    return sorted({*session.scalars(missed), *session.scalars(left)})


def _decide(session: Session, wordings: Iterable[str], action: Action, entry: Entry) -> None:
    for wording in dict.fromkeys(wording_of(each) for each in wordings if each):
        decide(
            session,
            wording,
            action=action,
            at=services().clock(),
            person_id=_person_id(),
            slug=entry.slug,
            lang=entry.lang,
        )


def _person_id() -> int | None:
    person = viewer().person
    return person.id if person else None
