"""What happened to an entry: who changed what and when, and going back to an earlier version."""

from dataclasses import dataclass

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
from insights.changes import Change, change_with, changes_of, difference, first_change
from insights.tables import ChangeRow
from kb.disclosure import Level, Status
from kb.entry import format_entry, parse_entry
from kb.errors import EntryInvalid
from kb.tables import EntryRow

SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Version:
    """A file as it was, and how the record of its return names it."""

    text: str
    named: str


@blueprint.get("/entries/<slug>/<any(zh, en):lang>/history")
def history(slug: str, lang: str) -> str:
    """The changes of one language of an entry, newest first, and at the end what stood before."""
    with services().database.session() as session:
        row = _row(session, slug, lang)
        changes = changes_of(session, slug, lang=lang, limit=SHOWN)
        first = first_change(session, slug, lang=lang)
        people = names_of(session, {change.person_id for change in changes})
    shown = [(change, list(difference(change.before, change.after))) for change in changes]
    return render_template(
        "admin/history.html",
        row=row,
        changes=shown,
        first=first if first and first.before else None,
        people=people,
        kinds=kind_names(),
    )


@blueprint.post("/entries/<slug>/<any(zh, en):lang>/history/<int(max=2147483647):number>")
def bring_back(slug: str, lang: str, number: int) -> Response | str:
    """Save the text that a change left behind anew."""
    with services().database.session() as session:
        row = _row(session, slug, lang)
        change = change_with(session, number, slug=slug, lang=lang)
    if change is None:
        abort(404)
    return _bring_back(row, _Version(change.after, _moment(change)))


@blueprint.post("/entries/<slug>/<any(zh, en):lang>/history/first")
def bring_back_first(slug: str, lang: str) -> Response | str:
    """Save the text from before the first change anew: an editor's first mistake is undone so."""
    with services().database.session() as session:
        row = _row(session, slug, lang)
        change = first_change(session, slug, lang=lang)
    if change is None or not change.before:
        abort(404)
    return _bring_back(row, _Version(change.before, f"< {_moment(change)}"))


def _bring_back(row: EntryRow, version: _Version) -> Response | str:
    """Save the text of a version, at the entry's address and level of today; asks once more where
    it was written for fewer people."""
    try:
        edit = _edit(row, version)
        writing.check_text(edit.entry, edit.opened)
        level = _newly_shown(edit, version)
        if level is not None and not is_confirmed(level):
            return _ask(row, edit, level)
        is_published = writing.change([edit])
    except EntryInvalid:
        flash(_("This version does not follow today's rules and cannot be brought back."), "error")
        return redirect(url_for("admin.history", slug=row.slug, lang=row.lang))
    if not is_published:
        return unpublished()
    live = edit.entry.status is Status.PUBLISHED
    said = _("Brought back and searchable now.") if live else _("Saved. It is not shown to anyone.")
    flash(said, "success")
    return redirect(url_for("admin.edit", slug=row.slug, lang=row.lang))


def _moment(change: ChangeRow) -> str:
    return change.at.isoformat(timespec="minutes")


def _edit(row: EntryRow, version: _Version) -> writing.Edit:
    opened = writing.open_entry(row.path)
    old = parse_entry(row.path, version.text.encode("utf-8"))
    # who may see it is decided anew, never brought back along with an old text
    entry = writing.with_text_of(opened.entry, old)
    return writing.Edit(entry, opened, Change.RESTORED, version.named)


def _newly_shown(edit: writing.Edit, version: _Version) -> Level | None:
    """The level of those shoppers who see the entry but were not to see that version of it."""
    then, today = standing_of(version.text), standing_of(format_entry(edit.entry))
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
