"""The lists of misses as tables: by meaning, and wording by wording."""

from collections.abc import Iterator

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.clusters import chosen_clusters
from admin.csv_export import csv_response
from admin.periods import period_of
from doors.services import services
from insights.misses import missed
from insights.queue import Cluster
from kb.disclosure import Level

IN_CSV = 10_000


@blueprint.get("/clusters.csv")
def cluster_table() -> Response:
    """The clusters that the page shows with the same options, all of them."""
    found, period = chosen_clusters()
    header = (
        *(_("Cluster"), _("Keywords"), _("Questions"), _("People"), _("Wordings"), _("Minutes")),
        *(_("Languages"), _("Channels"), _("Levels"), _("First"), _("Last"), _("Reason")),
        _("Entry"),
    )
    return csv_response(f"clusters-{period.days}-days", header, map(_cells, found))


@blueprint.get("/wordings.csv")
def wording_table() -> Response:
    """The open misses of a period, most asked first."""
    period = period_of(request.args.get("days"), now=services().clock())
    with services().database.session() as session:
        found = missed(session, since=period.since, until=period.until, limit=IN_CSV)
    header = (_("Wording"), _("Languages"), _("Questions"), _("People"), _("First"), _("Last"))
    rows = (
        (
            one.text,
            " ".join(one.langs),
            one.count,
            one.sessions,
            one.first_at.isoformat(timespec="minutes"),
            one.last_at.isoformat(timespec="minutes"),
        )
        for one in found
    )
    return csv_response(f"wordings-{period.days}-days", header, rows)


def _cells(one: Cluster) -> tuple[object, ...]:
    return (
        one.title,
        ", ".join(one.keywords),
        one.intents,
        one.sessions,
        one.wordings,
        round(one.benefit.minutes),
        " ".join(one.langs),
        " ".join(one.channels),
        " ".join(_labels(one)),
        one.first_at.isoformat(timespec="minutes"),
        one.last_at.isoformat(timespec="minutes"),
        one.reason,
        one.reason_slug,
    )


def _labels(one: Cluster) -> Iterator[str]:
    return (Level(level).label for level in one.levels)
