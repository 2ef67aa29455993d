"""Questions that people left at the form."""

from flask import render_template

from admin import blueprint
from admin.actions import MissForm
from admin.missed import NEAREST, SHOWN
from doors.services import services
from doors.viewer import viewer
from insights.questions import LeftQuestion, open_questions
from search.results import Hit


@blueprint.get("/questions", endpoint="left_questions")
def left_questions() -> str:
    """The questions that wait, newest first, with the entries nearest to each."""
    with services().database.session() as session:
        waiting = open_questions(session, limit=SHOWN)
    rows = [(question, _nearest(question)) for question in waiting]
    return render_template("admin/questions.html", rows=rows, form=MissForm())


def _nearest(question: LeftQuestion) -> tuple[Hit, ...]:
    return services().engine.nearest(
        question.text, audience=viewer().audience, lang=question.lang, limit=NEAREST
    )
