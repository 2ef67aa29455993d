"""Questions that people left at the form."""

from flask import render_template

from admin import blueprint
from admin.actions import MissForm
from admin.missed import NEAREST, SHOWN
from admin.near import nearest
from doors.services import services
from insights.questions import open_questions


@blueprint.get("/questions", endpoint="left_questions")
def left_questions() -> str:
    """The questions that wait, newest first, with the entries nearest to each."""
    with services().database.session() as session:
        waiting = open_questions(session, limit=SHOWN)
    rows = [(one, nearest(one.text, lang=one.lang, limit=NEAREST)) for one in waiting]
    return render_template("admin/questions.html", rows=rows, form=MissForm())
