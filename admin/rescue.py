"""Nothing that an editor wrote is lost when the session ends, or the file goes, while writing.

A posted entry that cannot be taken, since nobody is signed in any more, the form's token is from
an earlier session, or its file is broken or gone, comes back as a page that holds all of it and
can be sent again.
"""

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
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
    said = _("You were signed out while you were writing, so nothing was saved yet.")
    return _page(kept, 401, said=said, signed_in=False)


@blueprint.errorhandler(CSRFError)
def stale_form(_error: CSRFError) -> Response:
    """The form is from another session: look at it once more and send it."""
    kept = posted_values(request.form)
    if not Access.EDITOR.admits(viewer().role) or not kept:
        return answer(400)
    said = _(
        "Your session changed while you were writing. Nothing was saved yet; look at it once more "
        "and send it."
    )
    return _page(kept, 400, said=said)


def broken_meanwhile() -> Response:
    """The file cannot be read any more: it must be corrected first."""
    said = _(
        "The file of this entry was broken on disk while you were writing, so nothing was saved "
        "yet. Leave this page open, have the file corrected, and send it again."
    )
    return _page(posted_values(request.form), 422, said=said, has_problems=True)


def gone_meanwhile() -> Response:
    """There is no such entry any more: it may be written anew."""
    said = _(
        "This entry was removed while you were writing, so nothing was saved yet. Sent again, "
        "it becomes a new entry."
    )
    return _page(posted_values(request.form), 404, said=said, address=url_for("admin.create"))


def _page(
    kept: dict[str, str],
    status: int,
    *,
    said: str,
    address: str = "",
    signed_in: bool = True,
    has_problems: bool = False,
) -> Response:
    page = render_template(
        "admin/rescue.html",
        kept=kept,
        said=said,
        address=address or request.path,
        signed_in=signed_in,
        has_problems=has_problems,
    )
    return make_response(page, status)
