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


from admin import (  # noqa: E402
    audit,  # noqa: F401
    bench,  # noqa: F401
    blotting,  # noqa: F401
    closing,  # noqa: F401
    cluster_table,  # noqa: F401
    cluster_work,  # noqa: F401
    clusters,  # noqa: F401
    editor,  # noqa: F401
    entries,  # noqa: F401
    figures,  # noqa: F401
    freshness,  # noqa: F401
    history,  # noqa: F401
    missed,  # noqa: F401
    phrasing,  # noqa: F401
    proposals,  # noqa: F401
    questions,  # noqa: F401
    replay,  # noqa: F401
    rescue,  # noqa: F401
    retiring,  # noqa: F401
)
