"""Leaving a question that found no answer."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional

from doors.language import ui_language
from doors.services import services
from doors.viewer import viewer
from insights.letters import HIGHEST_TOLD
from insights.questions import leave_question
from search.text import clean_lines
from web import blueprint
from web.contact import contact_card

LONGEST_QUESTION = 1_000


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _legible(text: str | None) -> str:
    return clean_lines(text or "")


class QuestionForm(FlaskForm):
    """``website`` is a trap: people do not see it, programs fill it in."""

    question = TextAreaField(
        _l("Your question"),
        filters=[_legible],
        validators=[
            DataRequired(_l("Please write your question.")),
            Length(min=2, message=_l("Please say a little more.")),
            Length(max=LONGEST_QUESTION, message=_l("Please keep it under 1,000 characters.")),
        ],
    )
    email = StringField(
        _l("E-mail"),
        filters=[_stripped],
        validators=[
            Optional(),
            Length(max=254, message=_l("This address is too long.")),
            Email(_l("This does not look like an e-mail address, for example name@example.com.")),
        ],
    )
    website = StringField(_l("Leave this empty"))
    search_id = HiddenField(name="from")


@blueprint.route("/ask", methods=["GET", "POST"])
def ask() -> str | Response | tuple[str, int]:
    """The form, filled with what was searched for; stored redacted."""
    form = _form()
    if request.method == "GET":
        form.question.data = clean_lines(request.args.get("q", "")[:LONGEST_QUESTION])
        form.search_id.data = request.args.get("from", "")[:32]
        return _page(form)
    if not form.validate():
        return _page(form), 400
    if not form.website.data:
        _keep(form)
    return redirect(url_for("web.thanks"), 303)


@blueprint.get("/ask/thanks")
def thanks() -> str:
    """What happens with the question now."""
    return render_template("web/thanks.html", writes_back=_writes_back(), contact=contact_card())


def _page(form: QuestionForm) -> str:
    return render_template("web/ask.html", form=form, contact=contact_card())


def _form() -> QuestionForm:
    """The form; it asks for no address of those who could not be written to."""
    form = QuestionForm()
    if not _writes_back():
        del form.email
    return form


def _writes_back() -> bool:
    """Whether the asker can be told by letter. Staff are not: their answer may be above what
    letters tell of, and none is promised that may not come."""
    is_told = viewer().audience.clearance <= HIGHEST_TOLD
    return bool(current_app.config["SENDS_LETTERS"]) and is_told


def _keep(form: QuestionForm) -> None:
    search_id = (form.search_id.data or "")[:32]
    with services().database.session() as session:
        leave_question(
            session,
            text=form.question.data,
            lang=ui_language(),
            audience=viewer().audience,
            at=services().clock(),
            email=form.email.data or None if form.email else None,
            search_id=search_id or None,
        )
    services().log.signal(search_id, "contact")
