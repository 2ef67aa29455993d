"""Door 3, the editor's rooms: what was missed, the entries, their history and their problems.

Everyone who passes this door (editors and admins) may publish, also to a wider audience; widening
asks once more and stands in the history. Nothing is deleted here: entries are retired.
"""

from datetime import datetime

from flask import Blueprint

from doors.services import services

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.context_processor
def present_moment() -> dict[str, datetime]:
    """``now`` in the templates of this door."""
    return {"now": services().clock()}


from admin import editor, entries, history, missed, phrasing, questions, rescue  # noqa: E402, F401
