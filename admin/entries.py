"""The list of entries, and of what is wrong with the files."""

from flask import render_template, request

from admin import blueprint
from admin.rows import Filters, listed, problems, topic_choices
from doors.language import ui_language
from doors.services import services
from kb.disclosure import Level
from search.text import one_line

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
