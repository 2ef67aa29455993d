"""Whether what was written closed what was missed: the proof of a cluster, and those watched."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin import blueprint
from admin.replay import questions_of
from doors.language import ui_language
from doors.services import services
from insights.closing import Cause, Closure, Verdict, Why, latest, parts_of, prove
from insights.clusters import Status
from insights.watching import missed_since
from insights.work_tables import ClosureRow, ClusterRow
from kb.disclosure import Level
from search.errors import EncoderBusy, ModelUnusable

ONE = "/clusters/<int(max=2147483647):number>/proof"


@dataclass(frozen=True, slots=True)
class Watched:
    """A cluster that an entry answers: its last proof, and who missed it again since."""

    row: ClusterRow
    proof: ClosureRow | None
    closure: Closure | None
    missed: int


@blueprint.get(ONE)
def closure(number: int) -> str:
    """The last proof of a cluster, part by part."""
    with services().database.session() as session:
        found = _watched(session, session.get(ClusterRow, number))
        questions = questions_of(session, lang=ui_language())
    if found is None or not found.row.slug:
        abort(404)
    return render_template(
        "admin/closure.html", one=found, questions=questions, verdict=verdict, why=why
    )


@blueprint.post(ONE)
def ask_again(number: int) -> Response:
    """Ask the cluster's misses again now."""
    if settle_proof(number) is None:
        abort(404)
    return redirect(url_for("admin.closure", number=number))


@blueprint.get("/watched")
def watch_list() -> str:
    """Clusters that are watched, the next to be closed first."""
    with services().database.session() as session:
        watched = select(ClusterRow).where(ClusterRow.status == Status.WATCHED.value)
        rows = session.scalars(watched.order_by(ClusterRow.watched_until, ClusterRow.id).limit(200))
        found = [one for row in rows.all() if (one := _watched(session, row)) is not None]
        questions = questions_of(session, lang=ui_language())
    return render_template("admin/watched.html", found=found, questions=questions, verdict=verdict)


def settle_proof(number: int) -> Closure | None:
    """Prove a cluster now and keep it; none where no entry answers it or nothing can be asked."""
    now: datetime = services().clock()
    try:
        with services().database.session() as session:
            return prove(session, services().engine, cluster=number, now=now)
    except (ModelUnusable, EncoderBusy):
        return None


def flash_proof(number: int, found: Closure) -> None:
    """Say in one line what the proof came to, with the way to its page."""
    link = Markup('<a href="{}">{}</a>').format(
        url_for("admin.closure", number=number), _("See who finds it now")
    )
    kind = "success" if found.verdict is Verdict.CLOSED else "warning"
    flash(escape(verdict(found)) + " " + link, kind)


def verdict(found: Closure) -> str:
    """What a proof came to, in words."""
    if not found.intents:
        return _("There was nothing to ask again.")
    counts = {"closed": found.closed, "count": found.intents}
    match found.verdict:
        case Verdict.CLOSED:
            return _("Closed: %(closed)s of %(count)s missed questions find it now.", **counts)
        case Verdict.PARTLY:
            return _(
                "Partly closed: %(closed)s of %(count)s missed questions find it now.", **counts
            )
        case Verdict.NOT:
            return _("Not closed: none of %(count)s missed questions finds it yet.", **counts)


def why(reason: Why, questions: dict[str, str]) -> str:
    """Why some questions are not closed, in words."""
    match reason.cause:
        case Cause.HIDDEN:
            return _(
                "The entry is for %(seers)s.",
                seers={
                    Level.CUSTOMER: _("signed-in customers"),
                    Level.AGENT: _("chat agents"),
                }.get(Level(reason.level), _("editors only")),
            )
        case Cause.NOT_LIVE:
            return _("The entry is not published now.")
        case Cause.OTHER_FIRST:
            other = questions.get(reason.slug, reason.slug)
            return _("“%(other)s” comes first.", other=other)
        case Cause.BELOW_FLOOR:
            gap = max(1, round(reason.gap * 100))
            return _("The entry is nearest, but too unsure by %(gap)s points.", gap=gap)
        case Cause.NO_VECTORS:
            return _("The search engine works without its model at present.")
        case _cause:
            return _("The entry is not found by this wording.")


def _watched(session: Session, row: ClusterRow | None) -> Watched | None:
    if row is None:
        return None
    proof = latest(session, row.id)
    since = proof.at if proof else row.changed_at
    missed = missed_since(session, row.id, since=since)
    return Watched(row, proof, parts_of(proof) if proof else None, missed)
