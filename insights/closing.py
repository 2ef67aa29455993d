"""Whether a change closed what it was made for: the source queries, asked again.

After a publication the misses of a cluster are asked again at the clearance and in the language of
those who asked, through the very engine that serves. What is not closed says why.
``insights.watching`` looks after the cluster from then on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from insights.cluster_actions import standing
from insights.wants import Want, form_of
from insights.work_tables import ClosureRow, IntentRow, MemberRow
from kb.disclosure import Audience, Level, is_live
from kb.tables import EntryRow
from search.engine import SearchEngine
from search.results import Mode, Outcome, Result

LOOKED_BACK = timedelta(days=90)
CLOSED_SHARE = 0.9
"""Of the missed intents, those that must find the entry for the whole to count as closed."""
EXAMPLES = 3


class Verdict(StrEnum):
    """What the proof came to."""

    CLOSED = "closed"
    PARTLY = "partly"
    NOT = "not"


class Cause(StrEnum):
    """Why a query is not closed by the entry."""

    HIDDEN = "hidden"
    NOT_LIVE = "not_live"
    OTHER_FIRST = "other_first"
    BELOW_FLOOR = "below_floor"
    NOT_FOUND = "not_found"
    NO_VECTORS = "no_vectors"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for which queries stay open. ``slug`` is the entry that stands first instead, and
    ``gap`` how much confidence lacks to the floor; ``level`` is the entry's own."""

    cause: str
    intents: int
    slug: str = ""
    gap: float = 0.0
    level: int = 0
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The proof for those of one clearance and language. Counts are of missed intents."""

    level: int
    lang: str
    intents: int
    closed: int
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """A proof: parts by clearance and language, and what they come to together."""

    slug: str
    parts: tuple[Part, ...]

    @property
    def intents(self) -> int:
        """Missed intents that were asked again."""
        return sum(part.intents for part in self.parts)

    @property
    def closed(self) -> int:
        """Those of them that find the entry now."""
        return sum(part.closed for part in self.parts)

    @property
    def verdict(self) -> Verdict:
        """Closed, partly closed, or not."""
        if self.intents and self.closed >= CLOSED_SHARE * self.intents:
            whole = all(part.closed for part in self.parts)
            return Verdict.CLOSED if whole else Verdict.PARTLY
        return Verdict.PARTLY if self.closed else Verdict.NOT


def prove(session: Session, engine: SearchEngine, *, cluster: int, now: datetime) -> Closure | None:
    """Ask a cluster's misses again and keep what comes of it; none for an unknown cluster, or one
    that no entry answers."""
    row = standing(session, cluster)
    if row is None or not row.slug:
        return None
    found = ask_again(session, engine, _wants(session, row.id, now), slug=row.slug, now=now)
    parts = [asdict(part) for part in found.parts]
    verdict = found.verdict.value
    session.add(ClosureRow(cluster_id=row.id, at=now, slug=row.slug, verdict=verdict, parts=parts))
    return found


def ask_again(
    session: Session, engine: SearchEngine, wants: Sequence[Want], *, slug: str, now: datetime
) -> Closure:
    """What those who asked find now, each at their own clearance and in their own language."""
    rows = list(session.scalars(select(EntryRow).where(EntryRow.slug == slug)))
    groups: dict[tuple[int, str], list[Want]] = {}
    for want in wants:
        groups.setdefault((want.level, want.lang), []).append(want)
    return Closure(
        slug,
        tuple(
            _part(engine, level, lang, group, slug=slug, rows=rows, now=now)
            for (level, lang), group in sorted(groups.items())
        ),
    )


def latest(session: Session, cluster: int) -> ClosureRow | None:
    """The last proof of a cluster."""
    query = select(ClosureRow).where(ClosureRow.cluster_id == cluster)
    return session.scalars(query.order_by(ClosureRow.id.desc()).limit(1)).first()


def parts_of(row: ClosureRow) -> Closure:
    """A kept proof as it was."""
    return Closure(row.slug, tuple(_read(part) for part in row.parts))


def _wants(session: Session, cluster: int, now: datetime) -> list[Want]:
    """The missed wants of a cluster, counted by wording, clearance and language."""
    query = (
        select(
            IntentRow.text, IntentRow.wording, IntentRow.level, IntentRow.lang, IntentRow.session
        )
        .join(MemberRow, MemberRow.wording == IntentRow.wording)
        .where(MemberRow.cluster_id == cluster, IntentRow.cause != "")
        .where(IntentRow.at >= now - LOOKED_BACK)
        .order_by(IntentRow.at, IntentRow.id)
    )
    wants: dict[tuple[str, int, str], Want] = {}
    for text, wording, level, lang, asker in session.execute(query):
        form = form_of(text)
        want = wants.setdefault((form, level, lang), Want(text, form, wording, level, lang))
        want.intents += 1
        want.missed += 1
        want.sessions.add(asker)
    return list(wants.values())


def _part(
    engine: SearchEngine,
    level: int,
    lang: str,
    wants: Sequence[Want],
    *,
    slug: str,
    rows: Sequence[EntryRow],
    now: datetime,
) -> Part:
    open_wants: dict[tuple[str, str], list[tuple[Want, float]]] = {}
    closed = 0
    for want in wants:
        result = engine.look(want.text, audience=Audience(Level(level)), lang=lang, now=now)
        cause, other, gap = why(engine, result, slug=slug, rows=rows, level=level, now=now)
        if not cause:
            closed += want.intents
        else:
            open_wants.setdefault((cause, other), []).append((want, gap))
    reasons = tuple(_reasons(open_wants, rows))
    return Part(level, lang, sum(want.intents for want in wants), closed, reasons)


def why(
    engine: SearchEngine,
    result: Result,
    *,
    slug: str,
    rows: Sequence[EntryRow],
    level: int,
    now: datetime,
) -> tuple[str, str, float]:
    """Why a result is not closed by an entry: cause, the entry that is first instead, and the
    confidence that lacks; an empty cause where it is closed."""
    first = result.hits[0].slug if result.hits else ""
    if first == slug and result.outcome is not Outcome.MISSED:
        return "", "", 0.0
    if result.mode is Mode.LEXICAL:
        return Cause.NO_VECTORS, "", 0.0
    live = [row for row in rows if is_live(row, now=now)]
    if not live:
        return Cause.NOT_LIVE, "", 0.0
    if all(row.level > level for row in live):
        return Cause.HIDDEN, "", 0.0
    if result.outcome is not Outcome.MISSED:
        return Cause.OTHER_FIRST, first, 0.0
    if first == slug:
        return Cause.BELOW_FLOOR, "", round(engine.floors.suggest - result.confidence, 4)
    return Cause.NOT_FOUND, "", 0.0


def _reasons(
    open_wants: dict[tuple[str, str], list[tuple[Want, float]]], rows: Sequence[EntryRow]
) -> Iterator[Why]:
    """The reasons of one part, the heaviest first."""
    heavy = sorted(open_wants.items(), key=lambda one: -sum(want.intents for want, _ in one[1]))
    level = min((row.level for row in rows), default=0)
    for (cause, slug), found in heavy:
        texts = tuple(want.text for want, _ in found[:EXAMPLES])
        gap = max(gap for _, gap in found)
        yield Why(str(cause), sum(want.intents for want, _ in found), slug, gap, level, texts)


def _read(part: dict[str, object]) -> Part:
    values = dict(part)
    reasons = values.pop("reasons")
    whys = tuple(
        Why(**(why | {"texts": tuple(why["texts"])}))
        for why in reasons  # type: ignore[attr-defined]
    )
    return Part(**values, reasons=whys)  # type: ignore[arg-type]
