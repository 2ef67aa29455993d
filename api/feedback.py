"""``POST /api/v1/feedback``: what a program's user did with an answer."""

from flask import current_app

from api.errors import not_found
from api.reading import read_body
from api.schemas import FeedbackBody
from doors.services import services
from doors.viewer import viewer
from kb.catalog import cards


def take_feedback() -> tuple[str, int]:
    """Store one signal and answer 204; about a hidden or unknown entry nothing is stored."""
    said = read_body(FeedbackBody)
    if said.slug is not None and not _is_visible(said.slug):
        raise not_found()
    services().log.signal(said.search_id, said.kind, said.slug or "", said.reason)
    return "", 204


def _is_visible(slug: str) -> bool:
    with services().database.session() as session:
        found = cards(
            session,
            [slug],
            lang=current_app.config["DEFAULT_LANGUAGE"],
            audience=viewer().audience,
            now=services().clock(),
        )
    return bool(found)
