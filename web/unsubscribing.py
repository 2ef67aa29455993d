"""The way out of letters: a page with one button, the same for every token, known or not."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from doors.services import services
from insights.letters import unsubscribe as forget
from web import blueprint


@blueprint.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """A button; opening the page changes nothing, since mail programs open links by themselves."""
    return render_template("web/unsubscribe.html", token=token, is_done=False)


@blueprint.post("/unsubscribe/<token>")
def unsubscribe_now(token: str) -> Response:
    """Forget the address that the letter went to."""
    with services().database.session() as session:
        forget(session, token, now=services().clock())
    return redirect(url_for("web.unsubscribed"), 303)


@blueprint.get("/unsubscribed")
def unsubscribed() -> str:
    """Said after the button, whatever the token was."""
    return render_template("web/unsubscribe.html", token="", is_done=True)
