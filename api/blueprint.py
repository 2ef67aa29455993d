"""The blueprint of the API with its views, and what holds for each of its answers."""

from flask import Blueprint, Response

from api import document, entries, errors, feedback, search
from doors.viewer import viewer

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.add_url_rule("/search", "search", search.answer_search)
blueprint.add_url_rule("/entries/<slug>", "entry", entries.answer_entry)
blueprint.add_url_rule("/feedback", "feedback", feedback.take_feedback, methods=["POST"])
blueprint.add_url_rule("/openapi.json", "openapi", document.answer_document)
blueprint.register_error_handler(errors.ApiError, errors.answer_error)


@blueprint.before_request
def identify() -> None:
    """Look at the token first: a bad one is refused at every address, not only where it counts."""
    viewer()


@blueprint.after_request
def keep_out_of_caches(response: Response) -> Response:
    """What one program may see is never kept for another."""
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Authorization")
    return response
