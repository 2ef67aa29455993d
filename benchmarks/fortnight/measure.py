"""What the site made of the fortnight, beside what the program knows."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sklearn.metrics import adjusted_mutual_info_score, completeness_score, homogeneity_score
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from benchmarks.fortnight.meanings import Meanings
from benchmarks.fortnight.play import Label
from insights.clusters import Status
from insights.intents import LEXICAL
from insights.queue import queue
from insights.tables import SearchRow
from insights.work_tables import IntentRow, MemberRow

TOP = 10
MINUTES = 6.0


@dataclass(frozen=True, slots=True)
class Totals:
    """Searches by what they count as, and intents by what became of them."""

    searches: int
    sessions: int
    bots: int
    staff: int
    outage: int
    counted_wrongly: int
    intents: int
    missed: int
    causes: Mapping[str, int]
    reasons: Mapping[str, int]

    @property
    def share_missed(self) -> float:
        """Of the intents."""
        return self.missed / max(self.intents, 1)


@dataclass(frozen=True, slots=True)
class Joining:
    """Intents against wants: one each is right. ``split`` wants have several intents, ``joined``
    ones none of their own."""

    wants: int
    split: int
    joined: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Intents by whether the shop answers them (rows) and whether they count as missed."""

    answered_missed: int
    answered_found: int
    lacking_missed: int
    lacking_found: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """How many missed intents were given the reason that is true, of all, by the true reason."""

    right: Mapping[str, int]
    all: Mapping[str, int]

    @property
    def share(self) -> float:
        """Of all of them together."""
        return sum(self.right.values()) / max(sum(self.all.values()), 1)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Clusters against meanings: over different wordings, and over missed intents."""

    wordings: int
    clusters: int
    meanings: int
    ami_wordings: float
    ami_intents: float
    homogeneity: float
    completeness: float


@dataclass(frozen=True, slots=True)
class Top:
    """One of the largest clusters: its title, and what most of its misses meant."""

    number: int
    title: str
    keywords: str
    intents: int
    sessions: int
    meaning: str
    purity: float
    coverage: float
    reason: str


def totals(session: Session, *, since: datetime, until: datetime) -> Totals:
    """Counts of a period."""
    within = (SearchRow.at >= since, SearchRow.at < until)
    away = or_(SearchRow.is_bot, SearchRow.is_staff, SearchRow.mode == LEXICAL)

    def count(*more: object) -> int:
        query = select(func.count()).select_from(SearchRow).where(*within, *more)  # type: ignore[arg-type]
        return session.scalar(query) or 0

    sessions = select(func.count(func.distinct(SearchRow.session))).where(*within)
    wrongly = select(func.count()).select_from(IntentRow)
    wrongly = wrongly.join(SearchRow, SearchRow.id == IntentRow.id).where(away)
    intents = list(
        session.execute(
            select(IntentRow.cause, IntentRow.reason).where(
                IntentRow.at >= since, IntentRow.at < until
            )
        )
    )
    missed = [row for row in intents if row.cause]
    return Totals(
        searches=count(),
        sessions=session.scalar(sessions) or 0,
        bots=count(SearchRow.is_bot),
        staff=count(SearchRow.is_staff),
        outage=count(SearchRow.mode == LEXICAL),
        counted_wrongly=session.scalar(wrongly) or 0,
        intents=len(intents),
        missed=len(missed),
        causes=dict(Counter(row.cause for row in missed)),
        reasons=dict(Counter(row.reason for row in missed)),
    )


def joining(session: Session, labels: Sequence[Label]) -> Joining:
    """How well searches were joined to wants."""
    want_of = {label.search: label.want for label in labels if _counts(label)}
    found = Counter(want_of[one] for one in session.scalars(select(IntentRow.id)) if one in want_of)
    wants = set(want_of.values())
    split = sum(count > 1 for count in found.values())
    return Joining(len(wants), split, len(wants - found.keys()))


def truth(session: Session, labels: Sequence[Label], meanings: Meanings) -> Truth:
    """Whether those missed whose question has no answer, and no others."""
    by_name = {meaning.name: meaning for meaning in meanings.all}
    label_of = {label.search: label for label in labels}
    counts: Counter[tuple[bool, bool]] = Counter()
    for number, cause in session.execute(select(IntentRow.id, IntentRow.cause)):
        label = label_of.get(number)
        if label is not None:
            has = by_name[label.meaning].is_answered_at(label.clearance)
            counts[has, bool(cause)] += 1
    return Truth(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def reasons(session: Session, labels: Sequence[Label], meanings: Meanings) -> Reasons:
    """Whether the site knows why something was missed."""
    by_name = {meaning.name: meaning for meaning in meanings.all}
    label_of = {label.search: label for label in labels}
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    query = select(IntentRow.id, IntentRow.reason).where(IntentRow.cause != "")
    for number, given in session.execute(query):
        label = label_of.get(number)
        if label is not None:
            true = by_name[label.meaning].reason_at(label.clearance)
            every[true] += 1
            right[true] += given == true
    return Reasons(dict(right), dict(every))


def grouping(session: Session, labels: Sequence[Label]) -> Grouping:
    """How well the clusters are the meanings."""
    meant = _missed_meanings(session, labels)
    homes = dict(session.execute(select(MemberRow.wording, MemberRow.cluster_id)).all())
    wordings = [one for one in meant if one in homes]
    most = [meant[one].most_common(1)[0][0] for one in wordings]
    found = [homes[one] for one in wordings]
    weighted = [
        (meaning, homes[one])
        for one in wordings
        for meaning, count in meant[one].items()
        for _each in range(count)
    ]
    each_meant, each_found = zip(*weighted, strict=True) if weighted else ((), ())
    return Grouping(
        wordings=len(wordings),
        clusters=len(set(found)),
        meanings=len(set(most)),
        ami_wordings=float(adjusted_mutual_info_score(most, found)),
        ami_intents=float(adjusted_mutual_info_score(each_meant, each_found)),
        homogeneity=float(homogeneity_score(most, found)),
        completeness=float(completeness_score(most, found)),
    )


def largest(
    session: Session, labels: Sequence[Label], *, since: datetime, until: datetime
) -> list[Top]:
    """The largest open clusters of a period."""
    meant = _missed_meanings(session, labels)
    everywhere: Counter[str] = Counter()
    inside: dict[int, Counter[str]] = defaultdict(Counter)
    homes = dict(session.execute(select(MemberRow.wording, MemberRow.cluster_id)).all())
    for wording, counts in meant.items():
        everywhere.update(counts)
        if wording in homes:
            inside[homes[wording]].update(counts)
    found = queue(session, since=since, until=until, minutes_each=MINUTES, status=Status.OPEN)
    tops = []
    for one in sorted(found, key=lambda each: -each.intents)[:TOP]:
        counts = inside.get(one.id) or Counter({"": 1})
        meaning, count = counts.most_common(1)[0]
        tops.append(
            Top(
                one.id,
                one.title,
                ", ".join(one.keywords),
                one.intents,
                one.sessions,
                meaning,
                count / counts.total(),
                count / max(everywhere[meaning], 1),
                one.reason,
            )
        )
    return tops


def _missed_meanings(session: Session, labels: Sequence[Label]) -> dict[str, Counter[str]]:
    """What each missed wording meant, and how often."""
    meaning_of = {label.search: label.meaning for label in labels}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    query = select(IntentRow.id, IntentRow.wording).where(IntentRow.cause != "")
    for number, wording in session.execute(query):
        if number in meaning_of:
            found[wording][meaning_of[number]] += 1
    return dict(found)


def _counts(label: Label) -> bool:
    return label.who not in ("bot", "staff") and not label.outage
