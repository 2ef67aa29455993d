"""The tree of topics as one audience sees it: a topic without a visible entry is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.disclosure import Audience, visible_to
from kb.tables import EntryRow, TopicRow


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with at least one visible entry in it or below; ``count`` holds both."""

    id: str
    name: str
    description: str
    icon: str
    count: int
    children: tuple["TopicView", ...]


def topic_tree(
    session: Session, *, lang: str, audience: Audience, now: datetime
) -> tuple[TopicView, ...]:
    """The topics in their order. Those without a visible entry are absent."""
    rows = session.scalars(select(TopicRow).order_by(TopicRow.position)).all()
    counted = select(EntryRow.topic, func.count(EntryRow.slug.distinct()))
    counted = counted.where(visible_to(audience, now=now)).group_by(EntryRow.topic)
    counts = {topic: count for topic, count in session.execute(counted)}  # noqa: C416
    return _branches(None, rows, counts, lang)


def find_topic(
    session: Session, topic_id: str, *, lang: str, audience: Audience, now: datetime
) -> TopicView | None:
    """One topic of the tree, or None where it is unknown or holds nothing visible."""
    waiting = list(topic_tree(session, lang=lang, audience=audience, now=now))
    while waiting:
        topic = waiting.pop()
        if topic.id == topic_id:
            return topic
        waiting.extend(topic.children)
    return None


def with_descendants(session: Session, topic_id: str) -> list[str]:
    """The topic and every topic below it, whether anything in them is visible or not."""
    children: dict[str | None, list[str]] = {}
    for child, parent in session.execute(select(TopicRow.id, TopicRow.parent)):
        children.setdefault(parent, []).append(child)
    found = [topic_id]
    for topic in found:
        found.extend(children.get(topic, ()))
    return found


def in_language(texts: dict[str, str], lang: str) -> str:
    """The text in ``lang``, or else in another language, or nothing."""
    return texts.get(lang) or next((text for _, text in sorted(texts.items()) if text), "")


def _branches(
    parent: str | None, rows: Sequence[TopicRow], counts: dict[str, int], lang: str
) -> tuple[TopicView, ...]:
    views = []
    for row in rows:
        if row.parent == parent:
            children = _branches(row.id, rows, counts, lang)
            count = counts.get(row.id, 0) + sum(child.count for child in children)
            if count:
                views.append(_topic_view(row, lang, count, children))
    return tuple(views)


def _topic_view(row: TopicRow, lang: str, count: int, children: tuple[TopicView, ...]) -> TopicView:
    name = in_language(row.names, lang) or row.id
    return TopicView(row.id, name, in_language(row.descriptions, lang), row.icon, count, children)
