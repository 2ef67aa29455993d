"""What the lists of misses and of left questions have in common."""

from urllib.parse import urlsplit

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from doors.services import services
from doors.viewer import viewer
from insights.decisions import Action, decide
from insights.wording import LONGEST
from search.errors import QueryEmpty, QueryTooLong
from search.text import clean_query


class MissForm(FlaskForm):
    """Which wording is meant, how it was written, by whom, and where to go afterwards."""

    wording = HiddenField(validators=[InputRequired(), Length(max=LONGEST)])
    text = HiddenField()
    asked_in = HiddenField()
    level = HiddenField()
    back = HiddenField()
    phrase = StringField(_l("The wording to add"))
    target = HiddenField()

    def way_back(self) -> str:
        """The list that the form stood on; only the admin's own pages are believed."""
        parts = urlsplit(self.back.data or "")
        own = ("admin.index", "admin.wordings", "admin.left_questions", "admin.bench")
        if parts.path in [url_for(endpoint) for endpoint in own]:
            return parts.path + (f"?{parts.query}" if parts.query else "")
        return url_for("admin.wordings")


def decide_on(wording: str, action: Action) -> None:
    """Put the signed-in editor's decision about a wording on record."""
    person = viewer().person
    with services().database.session() as session:
        decide(
            session,
            wording,
            action=action,
            at=services().clock(),
            person_id=person.id if person else None,
        )


def reading(raw: str | None) -> str:
    """A text to search for, cleaned; empty where nothing can be searched."""
    try:
        return clean_query(raw or "", max_chars=LONGEST)
    except (QueryEmpty, QueryTooLong):
        return ""
