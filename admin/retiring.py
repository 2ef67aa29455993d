"""Taking entries away and bringing them back: all languages together, as far as their files can be
read. The files decide what is retired, since the tables may wait for a publication."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from admin import blueprint
from admin.confirming import ask_to_confirm, is_confirmed
from admin.rows import rows_of
from admin.said import unpublished
from admin.writing import Opened, open_entry, set_status, widest
from doors.services import services
from insights.audit import before_retiring
from kb.disclosure import Status
from kb.errors import KnowledgeError
from kb.tables import EntryRow

BEFORE_RETIRING = (Status.PUBLISHED, Status.DRAFT)


@blueprint.post("/entries/<slug>/retire")
def retire(slug: str) -> Response:
    """Take an entry away in all its languages; the files stay, the message offers to undo it."""
    rows = _rows(slug)
    opened = _opened(rows)
    if not opened:
        return _back_to(slug, rows)
    before, is_published = set_status({one.path: Status.RETIRED for one in opened})
    was = {lang: before[row.path] for lang, row in rows.items() if row.path in before}
    undo = render_template("admin/_retire_undo.html", slug=slug, lang=_lang(rows), was=was)
    said = _said(is_whole=len(opened) == len(rows), is_published=is_published)
    kind = "info" if is_published else "warning"
    flash(Markup("{} {}").format(said, Markup(undo)), kind)  # noqa: S704 (it is escaped)
    return _back_to(slug, rows) if is_published else redirect(url_for("admin.entry_list"), 303)


@blueprint.post("/entries/<slug>/retire/undo")
def undo_retire(slug: str) -> Response:
    """Give each language the status that it had: what was a draft is not published by this."""
    rows = _rows(slug)
    was = {one.path: request.form.get(f"was_{one.entry.lang}", "") for one in _retired(rows)}
    set_back = {path: Status(said) for path, said in was.items() if said in BEFORE_RETIRING}
    if not set_back:
        flash(_("This cannot be undone any more: something newer was done."), "warning")
        return _back_to(slug, rows)
    return _put_back(slug, rows, set_back)


@blueprint.post("/entries/<slug>/restore")
def restore(slug: str) -> Response | str:
    """Give what is retired the status that it had before, at its level; asks once more before
    shoppers see it."""
    rows = _rows(slug)
    set_back = _before_retiring(_retired(rows))
    if not set_back:
        flash(_("Nothing of this entry is retired."), "warning")
        return _back_to(slug, rows)
    level = widest(set_back)
    if level is not None and not is_confirmed(level):
        back = url_for("admin.edit", slug=slug, lang=_lang(rows))
        return ask_to_confirm(level, title=rows[_lang(rows)].question, back=back)
    return _put_back(slug, rows, set_back)


def _said(*, is_whole: bool, is_published: bool) -> str:
    if not is_published:
        return str(_("Retired: no page shows it. The index follows with the next publication."))
    if not is_whole:
        return str(_("The rest of the entry is retired."))
    return str(_("Retired. Nobody finds it any more."))


def _before_retiring(retired: Sequence[Opened]) -> dict[str, Status]:
    """The status that each had; a draft where the history does not tell."""
    with services().database.session() as session:
        return {
            one.path: before_retiring(session, one.entry.slug, lang=one.entry.lang) or Status.DRAFT
            for one in retired
        }


def _put_back(slug: str, rows: dict[str, EntryRow], statuses: dict[str, Status]) -> Response:
    _before, is_published = set_status(statuses)
    if not is_published:
        return unpublished()
    live = Status.PUBLISHED in statuses.values()
    flash(_("Published again, searchable now.") if live else _("It is a draft again."), "success")
    return _back_to(slug, rows)


def _retired(rows: dict[str, EntryRow]) -> list[Opened]:
    return [one for one in _opened(rows) if one.entry.status is Status.RETIRED]


def _opened(rows: dict[str, EntryRow]) -> list[Opened]:
    """The languages whose files can be read; says which cannot, since they go on being shown."""
    opened: list[Opened] = []
    for row in rows.values():
        try:
            opened.append(open_entry(row.path))
        except KnowledgeError:
            said = _(
                "%(file)s cannot be read, so it stays as it was last published. Correct or remove "
                "this file.",
                file=row.path,
            )
            flash(said, "error")
    return opened


def _rows(slug: str) -> dict[str, EntryRow]:
    """The languages of an entry; answers 404 where there is none."""
    with services().database.session() as session:
        return rows_of(session, slug) or abort(404)


def _lang(rows: dict[str, EntryRow]) -> str:
    asked = request.form.get("lang", "")
    return asked if asked in rows else next(iter(rows))


def _back_to(slug: str, rows: dict[str, EntryRow]) -> Response:
    return redirect(url_for("admin.edit", slug=slug, lang=_lang(rows)))
