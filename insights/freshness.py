"""What may be stale in the published entries, and why: dates, translations, use and numbers.

Promises one finding per fault, with what an editor needs to judge it, and no model behind it.
Refuses to call an entry unreached before the log is old enough to know.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from insights.changes import Change
from insights.findings import Finding, Reason, dismissed_keys, in_order
from insights.numbers import Disagreement, disagreements
from insights.reach import Votes, log_begins, reached_slugs, votes
from insights.tables import ChangeRow
from insights.twins import Contradiction, Told, contradictions
from kb.disclosure import Level, Status, is_live
from kb.names import LANGUAGES
from kb.tables import EntryRow

UNREACHED_DAYS = 90
SOON_DAYS = 14
LEAST_VOTES = 2
"""Sessions that must have voted an entry down, and more of them than were in favour."""
NOT_WORDS = frozenset({Change.PHRASING.value, Change.RETIRED.value, Change.RESTORED.value})
"""Changes of one language that ask nothing of its translation."""

_COLUMNS = (
    EntryRow.slug,
    EntryRow.lang,
    EntryRow.topic,
    EntryRow.level,
    EntryRow.status,
    EntryRow.question,
    EntryRow.alternates,
    EntryRow.answer_text,
    EntryRow.agent_note_text,
    EntryRow.review_by,
    EntryRow.updated,
    EntryRow.publish_from,
    EntryRow.publish_until,
)

_Record = Mapping[tuple[str, str], Sequence[ChangeRow]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """The published languages of one entry."""

    rows: Mapping[str, EntryRow]

    @property
    def main(self) -> EntryRow:
        return next(iter(self.rows.values()))


def findings(
    session: Session,
    *,
    now: datetime,
    unreached_days: int = UNREACHED_DAYS,
    soon_days: int = SOON_DAYS,
    with_dismissed: bool = False,
) -> list[Finding]:
    """Every finding about the published entries, the most urgent first; without those that were
    put aside, unless they are asked for."""
    entries = _published(session)
    since = now - timedelta(days=unreached_days)
    changes = _changes(session)
    found = [
        *_dates(entries, now, timedelta(days=soon_days)),
        *_voted_down(entries, votes(session, since=since)),
        *_missing_languages(entries),
        *_older_languages(entries, changes),
        *_unreached(session, entries, changes, since, unreached_days, now),
        *_numbers(entries),
        *_twins(entries),
    ]
    aside = frozenset() if with_dismissed else dismissed_keys(session)
    return in_order(one for one in found if one.key not in aside)


def _published(session: Session) -> list[_Entry]:
    query = select(EntryRow).where(EntryRow.status == Status.PUBLISHED.value)
    query = query.options(load_only(*_COLUMNS)).order_by(EntryRow.slug, EntryRow.lang.desc())
    entries: dict[str, dict[str, EntryRow]] = {}
    for row in session.scalars(query):
        entries.setdefault(row.slug, {})[row.lang] = row
    return [_Entry(rows) for rows in entries.values()]


def _finding(row: EntryRow, reason: Reason, **facts: Any) -> Finding:
    return Finding(reason, row.slug, row.lang, row.topic, row.question, Level(row.level), **facts)


def _dates(entries: Iterable[_Entry], now: datetime, soon: timedelta) -> Iterator[Finding]:
    for row in (row for entry in entries for row in entry.rows.values()):
        if row.review_by and row.review_by <= now.date():
            yield _finding(row, Reason.REVIEW_DUE, day=row.review_by, mark=str(row.review_by))
        until = row.publish_until
        if until and until <= now + soon:
            reason = Reason.EXPIRED if until <= now else Reason.EXPIRING
            yield _finding(row, reason, day=until.date(), mark=until.isoformat())


def _voted_down(entries: Iterable[_Entry], cast: Mapping[str, Votes]) -> Iterator[Finding]:
    for row in (entry.main for entry in entries):
        said = cast.get(row.slug)
        if said and said.against >= LEAST_VOTES and said.against > said.in_favour:
            yield _finding(
                row,
                Reason.VOTED_DOWN,
                count=said.against,
                total=said.against + said.in_favour,
                day=said.last_at.date(),
                mark=str(said.against),
            )


def _missing_languages(entries: Iterable[_Entry]) -> Iterator[Finding]:
    for entry in entries:
        for lang in LANGUAGES:
            if lang not in entry.rows:
                yield _finding(entry.main, Reason.MISSING_TRANSLATION, other=lang, mark=lang)


def _older_languages(entries: Iterable[_Entry], changes: _Record) -> Iterator[Finding]:
    """A language that was last worked on before the words of another one changed."""
    for entry in entries:
        days = {row.lang: _worked_on(row, changes) or date.min for row in entry.rows.values()}
        newest = max(entry.rows.values(), key=lambda row: days[row.lang])
        for row in entry.rows.values():
            if not date.min < days[row.lang] < days[newest.lang]:
                continue
            begin = datetime.combine(days[row.lang], datetime.max.time(), UTC)
            since = [one for one in changes.get((newest.slug, newest.lang), ()) if one.at > begin]
            if not since or any(one.action not in NOT_WORDS for one in since):
                day = days[newest.lang]
                yield _finding(
                    row, Reason.OLDER_TRANSLATION, other=newest.lang, day=day, mark=str(day)
                )


def _worked_on(row: EntryRow, changes: _Record) -> date | None:
    """The day of the last work on a language: a note or a phrasing leaves ``updated`` as it is,
    since that is what readers are told."""
    days = [one.at.date() for one in changes.get((row.slug, row.lang), ())]
    return max(days + ([row.updated] if row.updated else []), default=None)


def _changes(session: Session) -> dict[tuple[str, str], list[ChangeRow]]:
    query = select(ChangeRow).options(
        load_only(ChangeRow.slug, ChangeRow.lang, ChangeRow.at, ChangeRow.action)
    )
    found: dict[tuple[str, str], list[ChangeRow]] = {}
    for row in session.scalars(query):
        found.setdefault((row.slug, row.lang), []).append(row)
    return found


def _unreached(
    session: Session,
    entries: Iterable[_Entry],
    changes: _Record,
    since: datetime,
    days: int,
    now: datetime,
) -> Iterator[Finding]:
    begin = log_begins(session)
    if begin is None or begin > since:
        return
    reached = reached_slugs(session, since=since)
    for entry in entries:
        row = entry.main
        worked_on = [_worked_on(each, changes) for each in entry.rows.values()]
        is_new = any(day and day > since.date() for day in worked_on)
        live = any(is_live(each, now=now) for each in entry.rows.values())
        # editors look as staff, who are not counted, so nobody could reach what is theirs alone
        if live and not is_new and row.level < Level.INTERNAL and row.slug not in reached:
            mark = str(_worked_on(row, changes))
            yield _finding(row, Reason.UNREACHED, count=days, mark=mark)


def _numbers(entries: Iterable[_Entry]) -> Iterator[Finding]:
    for entry in entries:
        if len(entry.rows) < 2:
            continue
        one, other = (entry.rows[lang] for lang in LANGUAGES)
        for in_note in (False, True):
            for gap in _gaps(_text(one, in_note=in_note), _text(other, in_note=in_note)):
                yield _finding(
                    one,
                    Reason.NUMBERS,
                    other=other.lang,
                    gap=gap,
                    in_note=in_note,
                    mark=f"{in_note} {gap.one} {gap.other}",
                )


def _twins(entries: Iterable[_Entry]) -> Iterator[Finding]:
    for lang in LANGUAGES:
        rows = {entry.main.slug: entry.rows[lang] for entry in entries if lang in entry.rows}
        for found in _contradictions(tuple(_told(row) for row in rows.values())):
            gap = found.gap
            mark = f"{found.other} {gap.one} {gap.other}"
            yield _finding(rows[found.one], Reason.TWINS, other=found.other, gap=gap, mark=mark)


def _told(row: EntryRow) -> Told:
    return Told(row.slug, row.topic, (row.question, *row.alternates), _text(row, in_note=False))


def _text(row: EntryRow, *, in_note: bool) -> str:
    return row.agent_note_text if in_note else f"{row.question}\n{row.answer_text}"


@lru_cache(maxsize=8_192)
def _gaps(one: str, other: str) -> tuple[Disagreement, ...]:
    return disagreements(one, other)


@lru_cache(maxsize=4)
def _contradictions(told: tuple[Told, ...]) -> tuple[Contradiction, ...]:
    return contradictions(told)
