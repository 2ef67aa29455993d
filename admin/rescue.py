"""Nothing that an editor wrote is lost when the session ends while writing.

A posted entry that cannot be taken, since nobody is signed in any more or the form's token is from
an earlier session, comes back as a page that holds all of it and can be sent again.
"""

from flask import Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from admin import blueprint
from admin.entry_form import posted_values
from doors.access import Access, SignInNeeded, send_to_sign_in
from doors.errors import answer
from doors.viewer import viewer


@blueprint.errorhandler(SignInNeeded)
def signed_out(needed: SignInNeeded) -> Response:
    """Sign in first; what was written waits on this page meanwhile."""
    kept = posted_values(request.form)
    if not kept.get("answer") and not kept.get("question"):
        return make_response(send_to_sign_in(needed))
    return _page(kept, 401, signed_in=False)


@blueprint.errorhandler(CSRFError)
def stale_form(_error: CSRFError) -> Response:
    """The form is from another session: look at it once more and send it."""
    kept = posted_values(request.form)
    if not Access.EDITOR.admits(viewer().role) or not kept:
        return answer(400)
    return _page(kept, 400, signed_in=True)


def _page(kept: dict[str, str], status: int, *, signed_in: bool) -> Response:
    page = render_template(
        "admin/rescue.html", kept=kept, address=request.path, signed_in=signed_in
    )
    return make_response(page, status)
