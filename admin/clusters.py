"""The first page of the morning: what people wanted and did not find, by meaning, and each such
cluster by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app, render_template, request
from sqlalchemy.orm import Session

from accounts import people
from accounts.roles import Role
from admin import blueprint
from admin.cluster_steps import Step, entries_named, reason_names, steps, why
from admin.digesting import bring_up_to_date
from admin.near import near
from admin.periods import DAYS, Period, period_of
from doors.services import services
from doors.viewer import viewer
from insights.cluster_actions import standing
from insights.cluster_record import history, is_latest, latest_of
from insights.clusters import Status
from insights.questions import count_open
from insights.queue import Cluster, count_by_status, queue, wordings_of
from insights.visits import last_visit
from insights.work_tables import ClusterActionRow, ClusterRow

SHOWN = 30
NEAREST = 5
PAGE = "clusters"
OFFERED = (Status.OPEN, Status.WATCHED, Status.CLOSED, Status.DISMISSED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means everything."""

    status: Status
    who: str
    reason: str
    lang: str

    def passes(self, one: Cluster, *, me: int | None) -> bool:
        """Whether a cluster is to be shown."""
        wanted = {"": one.assigned_to, "me": me, "nobody": None}.get(self.who, -1)
        return (
            one.assigned_to == wanted
            and self.reason in ("", one.reason)
            and (not self.lang or self.lang in one.langs)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One cluster on the list, with why it was missed and what to do."""

    cluster: Cluster
    why: str
    steps: Sequence[Step]


@blueprint.get("/")
def index() -> str:
    """The clusters of misses in a period, the greatest benefit first."""
    unread = bring_up_to_date()
    now = services().clock()
    period, filters, me = period_of(request.args.get("days"), now=now), _filters(), _me()
    with services().database.session() as session:
        seen = last_visit(session, me, PAGE, now=now) if me is not None else None
        found = _queue(session, period, status=filters.status, seen=seen)
        shown = [one for one in found if filters.passes(one, me=me)]
        lines = _lines(session, shown[:SHOWN])
        undo, names = latest_of(session, me), _names(session)
        undo_of = session.get_one(ClusterRow, undo.cluster_id).title if undo else ""
        counts, waiting = count_by_status(session), count_open(session)
    return render_template(
        "admin/clusters.html",
        lines=lines,
        found=found,
        shown=shown,
        period=period,
        choices=DAYS,
        filters=filters,
        statuses=OFFERED,
        counts=counts,
        reasons=reason_names(),
        names=names,
        me=me,
        seen=seen,
        undo=undo,
        undo_of=undo_of,
        waiting=waiting,
        unread=unread,
    )


@blueprint.get("/clusters/<int(max=2147483647):number>")
def cluster(number: int) -> str:
    """One cluster: its wordings, what is near it, what was done, and what can be done."""
    now = services().clock()
    period = period_of(request.args.get("days", "90"), now=now)
    with services().database.session() as session:
        row = standing(session, number)
        if row is None:
            abort(404)
        found = _queue(session, period, number=row.id)
        lines = _lines(session, found)
        wordings = wordings_of(session, row.id, since=period.since, until=period.until)
        done = history(session, row.id)
        undoable = _undoable(session, done)
        names = _names(session)
    return render_template(
        "admin/cluster.html",
        row=row,
        line=lines[0] if lines else None,
        wordings=wordings,
        near=near(row.title, limit=NEAREST),
        done=done,
        undoable=undoable,
        names=names,
        me=_me(),
        period=period,
        choices=DAYS,
        is_open=row.status == Status.OPEN,
        asked_level=min(found[0].levels) if found else 0,
    )


def chosen_clusters() -> tuple[list[Cluster], Period]:
    """The clusters that the list shows for this request's options, and their period."""
    period = period_of(request.args.get("days"), now=services().clock())
    filters, me = _filters(), _me()
    with services().database.session() as session:
        found = _queue(session, period, status=filters.status)
    return [one for one in found if filters.passes(one, me=me)], period


def _queue(
    session: Session,
    period: Period,
    *,
    status: Status = Status.OPEN,
    seen: datetime | None = None,
    number: int | None = None,
) -> list[Cluster]:
    row = session.get(ClusterRow, number) if number is not None else None
    return queue(
        session,
        since=period.since,
        until=period.until,
        minutes_each=current_app.config["MISS_COST_MINUTES"],
        status=Status(row.status) if row is not None else status,
        seen=seen,
        number=number,
    )


def _lines(session: Session, clusters: Sequence[Cluster]) -> list[Line]:
    entries = entries_named(session, clusters)
    return [Line(one, why(one, entries), steps(one, entries)) for one in clusters]


def _undoable(session: Session, done: Sequence[ClusterActionRow]) -> int | None:
    """The last action that stands, if it can be undone."""
    latest = next((one for one in done if one.undone_at is None), None)
    return latest.id if latest is not None and is_latest(session, latest) else None


def _names(session: Session) -> dict[int, str]:
    """Those whom a cluster can be given to."""
    able = (Role.EDITOR, Role.ADMIN)
    return {
        one.id: one.name or one.email
        for one in people.everyone(session)
        if one.role in able and not one.disabled
    }


def _me() -> int | None:
    person = viewer().person
    return person.id if person else None


def _filters() -> Filters:
    asked = request.args
    status = asked.get("status", "")
    return Filters(
        status=Status(status) if status in OFFERED else Status.OPEN,
        who=asked.get("who", "") if asked.get("who", "") in ("me", "nobody") else "",
        reason=asked.get("reason", "") if asked.get("reason", "") in reason_names() else "",
        lang=asked.get("in", "") if asked.get("in", "") in ("zh", "en") else "",
    )
