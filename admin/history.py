"""What happened to an entry: who changed what and when, and going back to an earlier version."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts.tables import PersonRow
from admin import blueprint, writing
from admin.confirming import ask_to_confirm, is_confirmed
from admin.rows import find_row
from admin.said import unpublished
from doors.services import services
from insights.audit import standing_of
from insights.changes import Change, change_with, changes_of, difference
from insights.tables import ChangeRow
from kb.disclosure import Level
from kb.entry import format_entry, parse_entry
from kb.errors import EntryInvalid
from kb.tables import EntryRow

SHOWN = 50


@blueprint.get("/entries/<slug>/<any(zh, en):lang>/history")
def history(slug: str, lang: str) -> str:
    """The changes of one language of an entry, newest first."""
    with services().database.session() as session:
        row = _row(session, slug, lang)
        changes = changes_of(session, slug, lang=lang, limit=SHOWN)
        people = names_of(session, {change.person_id for change in changes})
    shown = [(change, list(difference(change.before, change.after))) for change in changes]
    return render_template(
        "admin/history.html", row=row, changes=shown, people=people, kinds=kind_names()
    )


@blueprint.post("/entries/<slug>/<any(zh, en):lang>/history/<int(max=2147483647):number>")
def bring_back(slug: str, lang: str, number: int) -> Response | str:
    """Save the text of an earlier version anew, at its address and level of today; asks once more
    where it was written for fewer people."""
    with services().database.session() as session:
        row = _row(session, slug, lang)
        change = change_with(session, number, slug=slug, lang=lang)
    if change is None:
        abort(404)
    try:
        edit = _edit(row, change)
        level = _newly_shown(edit, change)
        if level is not None and not is_confirmed(level):
            return _ask(row, edit, level)
        is_published = writing.change([edit])
    except EntryInvalid:
        flash(_("This version does not follow today's rules and cannot be brought back."), "error")
        return redirect(url_for("admin.history", slug=slug, lang=lang))
    if not is_published:
        return unpublished()
    flash(_("Brought back and searchable now."), "success")
    return redirect(url_for("admin.edit", slug=slug, lang=lang))


def _edit(row: EntryRow, change: ChangeRow) -> writing.Edit:
    opened = writing.open_entry(row.path)
    old = parse_entry(row.path, change.after.encode("utf-8"))
    # who may see it is decided anew, never brought back along with an old text
    entry = writing.with_text_of(opened.entry, old)
    reason = change.at.isoformat(timespec="minutes")
    return writing.Edit(entry, opened, Change.RESTORED, reason)


def _newly_shown(edit: writing.Edit, change: ChangeRow) -> Level | None:
    """The level of those shoppers who see the entry but were not to see that version of it."""
    then, today = standing_of(change.after), standing_of(format_entry(edit.entry))
    if today is None or today.reach <= (then.reach if then else 0):
        return None
    return edit.entry.level if edit.entry.level in writing.WIDE else None


def _ask(row: EntryRow, edit: writing.Edit, level: Level) -> str:
    back = url_for("admin.history", slug=row.slug, lang=row.lang)
    lines = tuple(difference(edit.opened.text, format_entry(edit.entry)))
    return ask_to_confirm(level, title=row.question, back=back, changes=lines)


def kind_names() -> dict[str, str]:
    """What was done, in words."""
    return {
        Change.CREATED: _("Written"),
        Change.EDITED: _("Changed"),
        Change.PHRASING: _("Way to ask added"),
        Change.RETIRED: _("Retired"),
        Change.RESTORED: _("Brought back"),
    }


def _row(session: Session, slug: str, lang: str) -> EntryRow:
    row = find_row(session, slug, lang)
    if row is None:
        abort(404)
    return row


def names_of(session: Session, ids: set[int | None]) -> dict[int, str]:
    """What people are called, by their numbers."""
    people = session.scalars(select(PersonRow).where(PersonRow.id.in_(ids)))
    return {person.id: person.name or person.email for person in people}
