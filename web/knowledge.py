"""What the pages ask the catalog, always as the viewer of this request."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from doors.language import ui_language
from doors.services import services
from doors.viewer import viewer
from kb.catalog import TopicView
from kb.disclosure import Audience


class Sight(TypedDict):
    """Who looks, when, and in which language: the options of every read."""

    lang: str
    audience: Audience
    now: datetime


def sight(lang: str | None = None) -> Sight:
    """The sight of this request's viewer, in the interface language unless told otherwise."""
    return {
        "lang": lang or ui_language(),
        "audience": viewer().audience,
        "now": services().clock(),
    }


def trail_to(topic_id: str, tree: Sequence[TopicView]) -> tuple[TopicView, ...]:
    """The topics from the top down to this one; empty when it is not in the tree."""
    for topic in tree:
        if topic.id == topic_id:
            return (topic,)
        below = trail_to(topic_id, topic.children)
        if below:
            return (topic, *below)
    return ()


def ids_in(topic: TopicView) -> tuple[str, ...]:
    """The topic's own id and those of all below it."""
    return (topic.id, *(found for child in topic.children for found in ids_in(child)))
