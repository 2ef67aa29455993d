"""The one way from the admin to a file: write, publish, put on record.

When a function here returns, the change is searchable in every worker. The file comes first, since
files are the truth; a crash after it costs the line in the history, never the text. The day of the
update is set here, and only where readers see the change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.replay import changes_of, check
from doors.services import services
from doors.viewer import viewer
from insights.changes import Change, note_change
from insights.decisions import Action, decide
from insights.drafts import ChangeSet
from insights.misses import is_miss
from insights.tables import QuestionRow, SearchRow
from insights.wording import wording_of
from kb import editing
from kb.disclosure import Level, Status
from kb.entry import Entry, format_entry, parse_entry

WIDE = (Level.PUBLIC, Level.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry as its file was read: what a change starts from."""

    path: str
    text: str
    fingerprint: str
    entry: Entry


def open_entry(path: str) -> Opened:
    """Read an entry's file. Raises ``FileNotFoundError``, ``EntryInvalid``, ``KnowledgeError``."""
    text, fingerprint = services().library.read(path)
    return Opened(path, text, fingerprint, parse_entry(path, text.encode("utf-8")))


def create(entry: Entry, *, wording: str = "", reason: str = "") -> None:
    """Write a new entry. Raises what ``kb.editing.create`` raises, and ``PublicationHeld``."""
    reason = said(reason, check(changes_of(entry, None)))
    entry = editing.dated(entry, None, today=_today())
    editing.create(services().library, entry)
    services().publisher.publish()
    _note(Change.CREATED, entry, before="", reason=reason, decided=(wording, Action.ENTRY))


def change(
    entry: Entry,
    opened: Opened,
    *,
    expected: str,
    action: Change = Change.EDITED,
    wording: str = "",
    reason: str = "",
    is_checked: bool = False,
) -> None:
    """Write a changed entry over the version ``expected``. Raises ``EntryConflict`` (F08) and,
    unless it was checked with others together, ``PublicationHeld``."""
    if not is_checked:
        reason = said(reason, check(changes_of(entry, opened.entry)))
    entry = editing.dated(entry, opened.entry, today=_today())
    editing.replace(services().library, entry, expected=expected, old_path=opened.path)
    services().publisher.publish()
    kind = Action.PHRASING if action is Change.PHRASING else Action.ENTRY
    _note(action, entry, before=opened.text, reason=reason, decided=(wording, kind))


def add_phrasing(path: str, phrase: str, *, wording: str) -> bool:
    """Add a way of asking to an entry; whether the file had to change for it.

    An entry that has it already is left alone, and the wording counts as dealt with all the same.
    """
    opened = open_entry(path)
    known = {wording_of(text) for text in (opened.entry.question, *opened.entry.alternates)}
    if wording_of(phrase) in known:
        with services().database.session() as session:
            _decide(session, [wording], Action.PHRASING, opened.entry)
        return False
    entry = replace(
        opened.entry,
        alternates=(*opened.entry.alternates, phrase),
        not_for=tuple(
            text for text in opened.entry.not_for if wording_of(text) != wording_of(phrase)
        ),
    )
    change(
        entry,
        opened,
        expected=opened.fingerprint,
        action=Change.PHRASING,
        wording=wording,
        reason=phrase,
    )
    return True


def set_status(wanted: Mapping[str, Status]) -> dict[str, Status]:
    """Retire the languages of an entry together, or publish them again: takes the status of each
    path, and gives back the one before of those that changed."""
    every = [open_entry(path) for path in wanted]
    opened = [one for one in every if one.entry.status is not wanted[one.path]]
    entries = [replace(one.entry, status=wanted[one.path]) for one in opened]
    overruled = check(ChangeSet(tuple(entries)))
    for entry, one in zip(entries, opened, strict=True):
        change(
            entry,
            one,
            expected=one.fingerprint,
            action=Change.RETIRED if entry.status is Status.RETIRED else Change.RESTORED,
            reason=overruled,
            is_checked=True,
        )
    return {one.path: one.entry.status for one in opened}


def with_text_of(entry: Entry, old: Entry) -> Entry:
    """``entry`` with the words of an older version; its address, level and status stay."""
    return replace(
        entry,
        question=old.question,
        answer=old.answer,
        alternates=old.alternates,
        not_for=old.not_for,
        tags=old.tags,
        agent_note=old.agent_note,
    )


def said(*parts: str) -> str:
    """Reasons as one text for the record."""
    return "; ".join(part for part in parts if part)


def widens(before: Entry | None, after: Entry) -> bool:
    """Whether a save shows the entry to shoppers who did not see it before."""
    if after.status is not Status.PUBLISHED or after.level not in WIDE:
        return False
    was_shown = before is not None and before.status is Status.PUBLISHED
    return not (was_shown and before is not None and before.level <= after.level)


def _today() -> date:
    return services().clock().date()


def _note(
    action: Change, entry: Entry, *, before: str, reason: str, decided: tuple[str, Action]
) -> None:
    """Put a change on record, and with it each open wording that it answers."""
    wording, kind = decided
    person = viewer().person
    phrases = () if action is Change.RETIRED else (entry.question, *entry.alternates)
    with services().database.session() as session:
        note_change(
            session,
            at=services().clock(),
            person_id=person.id if person else None,
            action=action,
            slug=entry.slug,
            lang=entry.lang,
            before=before,
            after=format_entry(entry),
            reason=reason,
        )
        _decide(session, [wording, *_asked(session, phrases)], kind, entry)


def _asked(session: Session, phrases: Iterable[str]) -> list[str]:
    """Those phrases that somebody has asked in vain or left as a question."""
    wordings = [wording_of(phrase) for phrase in phrases]
    missed = select(SearchRow.wording).where(SearchRow.wording.in_(wordings), is_miss())
    left = select(QuestionRow.wording).where(QuestionRow.wording.in_(wordings))
    return sorted({*session.scalars(missed), *session.scalars(left)})


def _decide(session: Session, wordings: Iterable[str], action: Action, entry: Entry) -> None:
    person = viewer().person
    for wording in dict.fromkeys(wording_of(each) for each in wordings if each):
        decide(
            session,
            wording,
            action=action,
            at=services().clock(),
            person_id=person.id if person else None,
            slug=entry.slug,
            lang=entry.lang,
        )
