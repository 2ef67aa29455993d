"""The list of entries, of what is wrong with the files, and taking entries away and back."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from admin import blueprint
from admin.confirming import ask_to_confirm, is_confirmed
from admin.rows import Filters, listed, problems, rows_of, topic_choices
from admin.said import unpublished
from admin.writing import open_entry, set_status, widest
from doors.language import ui_language
from doors.services import services
from insights.audit import before_retiring
from kb.disclosure import Level, Status
from kb.names import split_path
from kb.tables import EntryRow
from search.text import one_line

PER_PAGE = 50
BEFORE_RETIRING = (Status.PUBLISHED, Status.DRAFT)


@blueprint.get("/entries")
def entry_list() -> str:
    """Every entry, narrowed and sorted as asked."""
    filters = _filters()
    lang = ui_language()
    with services().database.session() as session:
        found = listed(session, filters, lang=lang)
        topics = topic_choices(session, lang=lang)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "admin/entries.html",
        entries=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(found),
        filters=filters,
        topics=topics,
        topic_names=dict(topics),
        levels=list(Level),
        page=page,
        pages=pages,
    )


@blueprint.get("/problems")
def problem_list() -> str:
    """What is wrong with the files, with the line and what to do."""
    with services().database.session() as session:
        found = problems(session)
    return render_template("admin/problems.html", problems=found)


@blueprint.post("/entries/<slug>/retire")
def retire(slug: str) -> Response:
    """Take an entry away in all its languages; the files stay, the message offers to undo it."""
    rows = _rows(slug)
    before, is_published = set_status({row.path: Status.RETIRED for row in rows.values()})
    was = {lang: before[row.path] for lang, row in rows.items() if row.path in before}
    undo = render_template("admin/_retire_undo.html", slug=slug, lang=_lang(rows), was=was)
    said = (
        _("Retired. Nobody finds it any more.")
        if is_published
        else _("Retired, but not yet published: it is found until the next publication.")
    )
    kind = "info" if is_published else "warning"
    flash(Markup("{} {}").format(said, Markup(undo)), kind)  # noqa: S704 (it is escaped)
    return _back_to(slug, rows) if is_published else _to_list()


@blueprint.post("/entries/<slug>/retire/undo")
def undo_retire(slug: str) -> Response:
    """Give each language the status that it had: what was a draft is not published by this."""
    rows = _rows(slug)
    was = {row.path: request.form.get(f"was_{lang}", "") for lang, row in rows.items()}
    set_back = {path: Status(was[path]) for path in _retired(rows) if was[path] in BEFORE_RETIRING}
    if not set_back:
        flash(_("This cannot be undone any more: something newer was done."), "warning")
        return _back_to(slug, rows)
    return _put_back(slug, rows, set_back)


@blueprint.post("/entries/<slug>/restore")
def restore(slug: str) -> Response | str:
    """Give what is retired the status that it had before, at its level; asks once more before
    shoppers see it."""
    rows = _rows(slug)
    set_back = _before_retiring(slug, _retired(rows))
    if not set_back:
        flash(_("Nothing of this entry is retired."), "warning")
        return _back_to(slug, rows)
    level = widest(set_back)
    if level is not None and not is_confirmed(level):
        back = url_for("admin.edit", slug=slug, lang=_lang(rows))
        return ask_to_confirm(level, title=rows[_lang(rows)].question, back=back)
    return _put_back(slug, rows, set_back)


def _before_retiring(slug: str, paths: Sequence[str]) -> dict[str, Status]:
    """The status that each path had; a draft where the history does not tell."""
    with services().database.session() as session:
        return {
            path: before_retiring(session, slug, lang=split_path(path).lang) or Status.DRAFT
            for path in paths
        }


def _put_back(slug: str, rows: dict[str, EntryRow], statuses: dict[str, Status]) -> Response:
    _before, is_published = set_status(statuses)
    if not is_published:
        return unpublished()
    live = Status.PUBLISHED in statuses.values()
    flash(_("Published again, searchable now.") if live else _("It is a draft again."), "success")
    return _back_to(slug, rows)


def _retired(rows: dict[str, EntryRow]) -> list[str]:
    """The paths of what is retired: by the files, since the rows may wait for a publication."""
    paths = [row.path for row in rows.values()]
    return [path for path in paths if open_entry(path).entry.status is Status.RETIRED]


def _rows(slug: str) -> dict[str, EntryRow]:
    """The languages of an entry; answers 404 where there is none."""
    with services().database.session() as session:
        return rows_of(session, slug) or abort(404)


def _lang(rows: dict[str, EntryRow]) -> str:
    asked = request.form.get("lang", "")
    return asked if asked in rows else next(iter(rows))


def _back_to(slug: str, rows: dict[str, EntryRow]) -> Response:
    return redirect(url_for("admin.edit", slug=slug, lang=_lang(rows)))


def _to_list() -> Response:
    return redirect(url_for("admin.entry_list"), 303)


def _filters() -> Filters:
    asked = request.args
    return Filters(
        text=one_line(asked.get("q", "")[:200]),
        topic=asked.get("topic", ""),
        level=asked.get("level", ""),
        status=asked.get("status", ""),
        lang=asked.get("in", ""),
        sort=asked.get("sort", "question"),
    )
