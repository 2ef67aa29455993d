"""Every wording that was asked and not found, and what to do about each, one by one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from admin import blueprint
from admin.actions import MissForm, decide_on, reading
from admin.near import nearest
from admin.periods import DAYS, Period, period_of
from admin.proof import prove
from admin.said import verdict
from doors.services import services
from insights.decisions import Action
from insights.misses import Miss, count_missed, missed
from insights.questions import count_open
from kb.disclosure import Level
from search.results import Hit

SHOWN = 50
NEAREST = 3
VISIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MissedRow:
    """One line of the list: the miss, the entries nearest to it, and whether it is new here."""

    miss: Miss
    nearest: tuple[Hit, ...]
    is_new: bool


@blueprint.get("/wordings")
def wordings() -> str:
    """The open misses of a period, most asked first."""
    now = services().clock()
    period = period_of(request.args.get("days"), now=now)
    seen = _last_visit(now)
    misses, totals, waiting = _report(period)
    rows = [_row(miss, seen) for miss in misses]
    return render_template(
        "admin/missed.html",
        rows=rows,
        period=period,
        choices=DAYS,
        totals=totals,
        waiting=waiting,
        form=MissForm(),
        seen=seen,
    )


@blueprint.post("/misses/dismiss")
def dismiss() -> Response:
    """Take a wording off the list for good; the message offers to undo it."""
    form = MissForm()
    if not form.validate():
        return redirect(url_for("admin.wordings"))
    decide_on(form.wording.data, Action.DISMISSED)
    undo = render_template("admin/_undo.html", form=form)
    said = escape(_("Dismissed: “%(text)s”. It will not come back.", text=form.text.data))
    flash(Markup("{} {}").format(said, Markup(undo)), "info")  # noqa: S704 (both are escaped)
    return redirect(form.way_back())


@blueprint.post("/misses/reopen")
def reopen() -> Response:
    """Take a dismissal back."""
    form = MissForm()
    if form.validate():
        decide_on(form.wording.data, Action.REOPENED)
        flash(_("Back on the list: “%(text)s”.", text=form.text.data), "success")
    return redirect(form.way_back())


@blueprint.get("/proof")
def proof() -> str:
    """What those who asked a question find now, asked again at their own level."""
    text = reading(request.args.get("q"))
    level = Level(min(request.args.get("level", 0, type=int) % 4, Level.INTERNAL))
    slug = request.args.get("slug", "")[:80]
    found = prove(text, slug=slug, level=level) if text else None
    return render_template(
        "admin/proof.html",
        text=text,
        proof=found,
        slug=slug,
        level=level,
        verdict=verdict(found) if found else "",
    )


def _report(period: Period) -> tuple[list[Miss], tuple[int, int], int]:
    with services().database.session() as rows:
        misses = missed(rows, since=period.since, until=period.until, limit=SHOWN)
        totals = count_missed(rows, since=period.since, until=period.until)
        return misses, totals, count_open(rows)


def _row(miss: Miss, seen: datetime | None) -> MissedRow:
    found = nearest(miss.text, lang=miss.lang, limit=NEAREST)
    return MissedRow(miss, found, bool(seen and miss.first_at > seen))


def _last_visit(now: datetime) -> datetime | None:
    """When the editor was last here; looking again within the hour is the same visit."""
    latest: datetime | None = session.get("missed_seen")
    previous: datetime | None = session.get("missed_before")
    if latest is None or now - latest > VISIT:
        session["missed_before"] = previous = latest
    session["missed_seen"] = now
    return previous
