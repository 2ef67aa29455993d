"""The list of entries, of what is wrong with the files, and taking entries away and back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin import blueprint
from admin.rows import Filters, listed, problems, rows_of, topic_choices
from admin.writing import set_status
from doors.language import ui_language
from doors.services import services
from kb.disclosure import Level, Status

PER_PAGE = 50


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
    """Take an entry away in all its languages; the files stay."""
    return _set_all(slug, Status.RETIRED, _("Retired. Nobody finds it any more."))


@blueprint.post("/entries/<slug>/restore")
def restore(slug: str) -> Response:
    """Publish a retired entry again, at the level that it had."""
    return _set_all(slug, Status.PUBLISHED, _("Published again, searchable now."))


def _set_all(slug: str, status: Status, said: str) -> Response:
    with services().database.session() as session:
        rows = rows_of(session, slug)
    if not rows:
        abort(404)
    set_status([row.path for row in rows.values()], status)
    flash(said, "success")
    lang = request.form.get("lang", "")
    return redirect(
        url_for("admin.edit", slug=slug, lang=lang if lang in rows else next(iter(rows)))
    )


def _filters() -> Filters:
    asked = request.args
    return Filters(
        text=asked.get("q", "").strip()[:200],
        topic=asked.get("topic", ""),
        level=asked.get("level", ""),
        status=asked.get("status", ""),
        lang=asked.get("in", ""),
        sort=asked.get("sort", "question"),
    )
