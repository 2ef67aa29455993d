"""The figures of a period: tiles, a chart, tables, and each table as CSV."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import blueprint
from admin.charts import Chart, line_chart
from admin.csv_export import csv_response
from admin.digesting import bring_up_to_date
from admin.figure_tiles import tiles
from admin.periods import DAYS, Period, period_of
from admin.rows import topic_choices
from doors.language import ui_language
from doors.services import services
from insights.figures import Figures, Filters, figures
from kb.disclosure import Level
from kb.names import LANGUAGES
from kb.tables import EntryRow

CHANNELS = ("web", "desk", "api")
DEFAULT_DAYS = "30"
IN_CSV = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    period: Period
    filters: Filters

    def query(self) -> dict[str, object]:
        """The same as options of an address; what is not narrowed is left out."""
        wanted = self.filters
        level = None if wanted.level is None else int(wanted.level)
        options = {"days": self.period.days, "topic": wanted.topic, "in": wanted.lang}
        options |= {"channel": wanted.channel, "level": level}
        return {name: value for name, value in options.items() if value not in ("", None)}


@blueprint.get("/figures", endpoint="figures")
def figure_page() -> str:
    """The figures of the period and the filters that are asked for."""
    asked = _asked()
    unread = bring_up_to_date()
    with services().database.session() as session:
        found = _figures(session, asked)
        topics = topic_choices(session, lang=ui_language())
        questions = _questions(session, found)
    return render_template(
        "admin/figures.html",
        figures=found,
        tiles=tiles(found),
        chart=_chart(found),
        questions=questions,
        asked=asked,
        unread=unread,
        topics=topics,
        choices=DAYS,
        channels=CHANNELS,
        languages=LANGUAGES,
        levels=list(Level),
    )


@blueprint.get("/figures/<table>.csv")
def figure_table(table: str) -> Response:
    """One of the tables, whole."""
    if table not in TABLES:
        abort(404)
    asked = _asked()
    with services().database.session() as session:
        found = _figures(session, asked, limit=IN_CSV)
        questions = _questions(session, found)
    header, rows = TABLES[table](found, questions)
    return csv_response(f"{table}-{asked.period.days}-days", header, rows)


def _asked() -> Asked:
    raw = request.args
    level = raw.get("level", "")
    known = {str(int(each)) for each in Level}
    filters = Filters(
        topic=raw.get("topic", "")[:120],
        lang=raw["in"] if raw.get("in") in LANGUAGES else "",
        channel=raw["channel"] if raw.get("channel") in CHANNELS else "",
        level=int(level) if level in known else None,
    )
    return Asked(period_of(raw.get("days", DEFAULT_DAYS), now=services().clock()), filters)


def _figures(session: Session, asked: Asked, *, limit: int = 20) -> Figures:
    period = asked.period
    return figures(
        session, since=period.since, until=period.until, filters=asked.filters, limit=limit
    )


def _chart(found: Figures) -> Chart:
    series = {
        name: [getattr(day, name) for day in found.days]
        for name in ("answered", "suggested", "missed")
    }
    return line_chart([day.day for day in found.days], series)


def _questions(session: Session, found: Figures) -> dict[str, EntryRow]:
    """The rows that speak for the entries named in the tables, in the page's language."""
    slugs = {each.slug for each in (*found.questions, *found.misses)}
    slugs |= {each.slug for each in found.load} | {each.slug for each in found.closings}
    named: dict[str, EntryRow] = {}
    for row in session.scalars(select(EntryRow).where(EntryRow.slug.in_(slugs))):
        if row.slug not in named or row.lang == ui_language():
            named[row.slug] = row
    return named


Table = tuple[Sequence[str], Iterable[Sequence[object]]]
Rows = dict[str, EntryRow]


def _day_table(found: Figures, _rows: Rows) -> Table:
    header = (_("Day"), _("Answered"), _("Suggested"), _("Missed"))
    return header, ((day.day, day.answered, day.suggested, day.missed) for day in found.days)


def _asked_table(name: str) -> Callable[[Figures, Rows], Table]:
    def table(found: Figures, _rows: Rows) -> Table:
        header = (_("Question"), _("Language"), _("People"), _("Times"), _("Entry"))
        rows = getattr(found, name)
        return header, ((x.text, x.lang, x.sessions, x.intents, x.slug) for x in rows)

    return table


def _load_table(found: Figures, rows: Rows) -> Table:
    header = (_("Entry"), _("Question"), _("Times"), _("Accepted"), _("Carried so far, %"))
    return header, (
        (
            each.slug,
            rows[each.slug].question if each.slug in rows else "",
            each.intents,
            each.accepted,
            round(100 * each.carried, 1),
        )
        for each in found.load
    )


def _closing_table(found: Figures, _rows: Rows) -> Table:
    header = (_("Cluster"), _("Entry"), _("Opened"), _("Closed"), _("Days"))
    return header, (
        (x.title, x.slug, x.opened_at.date(), x.closed_at.date(), round(x.days, 1))
        for x in found.closings
    )


def _sum_table(found: Figures, _rows: Rows) -> Table:
    header = (_("Figure"), _("This period"), _("Period before"))
    names = ("searches", "intents", "answered", "suggested", "missed", "accepted", "contacted")
    return header, (
        (name, getattr(found.totals, name), getattr(found.before, name)) for name in names
    )


TABLES: dict[str, Callable[[Figures, Rows], Table]] = {
    "sums": _sum_table,
    "days": _day_table,
    "questions": _asked_table("questions"),
    "misses": _asked_table("misses"),
    "entries": _load_table,
    "closings": _closing_table,
}
