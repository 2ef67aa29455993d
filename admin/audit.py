"""The room where one sees who was let see what: every change of an audience, with who and why."""

from flask import Response, render_template
from flask_babel import gettext as _

from admin import blueprint
from admin.csv_export import csv_response
from admin.entry_form import LEVEL_NAMES
from admin.history import kind_names, names_of
from doors.services import services
from insights.audit import Moved, Standing, moved
from kb.disclosure import Status

SHOWN = 200
IN_CSV = 10_000


@blueprint.get("/audit")
def audit() -> str:
    """The last changes of audiences, newest first."""
    found, people = _moved(SHOWN)
    return render_template(
        "admin/audit.html", found=found, people=people, kinds=kind_names(), seen_by=seen_by
    )


@blueprint.get("/audit.csv")
def audit_table() -> Response:
    """The same as a table, and further back."""
    found, people = _moved(IN_CSV)
    header = (_("When"), _("Who"), _("Entry"), _("Language"), _("Before"), _("After"), _("Why"))
    rows = (
        (
            one.at.isoformat(timespec="minutes"),
            people.get(one.person_id or 0, ""),
            one.slug,
            one.lang,
            seen_by(one.before),
            seen_by(one.after),
            one.reason,
        )
        for one in found
    )
    return csv_response("audit", header, rows)


def seen_by(standing: Standing | None) -> str:
    """Who sees an entry, in words."""
    if standing is None:
        return str(_("not there yet"))
    if standing.status is Status.DRAFT:
        return str(_("nobody: a draft"))
    if standing.status is Status.RETIRED:
        return str(_("nobody: retired"))
    return str(LEVEL_NAMES[standing.level])


def _moved(limit: int) -> tuple[list[Moved], dict[int, str]]:
    with services().database.session() as session:
        found = moved(session, limit=limit)
        return found, names_of(session, {one.person_id for one in found})
