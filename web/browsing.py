"""Home and topic pages: the knowledge in the order in which the shop tells it."""

from collections.abc import Sequence

from flask import abort, render_template
from sqlalchemy.orm import Session

from doors.services import services
from kb import catalog
from kb.catalog import EntryCard, TopicView
from kb.overview import example_questions
from web import blueprint
from web.hot import hot_cards
from web.knowledge import ids_in, sight, trail_to

EXAMPLES = 5
STARTS = 6


@blueprint.get("/")
def home() -> str:
    """The search box, questions to try, every topic that holds something, and what is hot."""
    seen = sight()
    with services().database.session() as session:
        tree = catalog.topic_tree(session, **seen)
        examples = example_questions(session, map(ids_in, tree), **seen)[:EXAMPLES]
        hot = hot_cards(session, seen)
        starts = () if hot else _starts(session, tree[:STARTS])
    return render_template("web/home.html", topics=tree, examples=examples, hot=hot, starts=starts)


@blueprint.get("/topics/<topic_id>")
def topic(topic_id: str) -> str:
    """One topic: its entries, and those of the topics right below it."""
    seen = sight()
    with services().database.session() as session:
        tree = catalog.topic_tree(session, **seen)
        trail = trail_to(topic_id, tree)
        if not trail:
            abort(404)
        own = catalog.entries_in(session, topic_id, **seen)
        below = [
            (child, catalog.entries_in(session, child.id, with_children=True, **seen))
            for child in trail[-1].children
        ]
    return render_template(
        "web/topic.html", topic=trail[-1], parents=trail[:-1], own=own, below=below, topics=tree
    )


def _starts(session: Session, topics: Sequence[TopicView]) -> tuple[EntryCard, ...]:
    return tuple(card for topic in topics if (card := _first_entry(session, topic)))


def _first_entry(session: Session, topic: TopicView) -> EntryCard | None:
    for topic_id in ids_in(topic):
        found = catalog.entries_in(session, topic_id, **sight())
        if found:
            return found[0]
    return None
