"""The way to a person: the entry that the shop names for it, where this viewer may see it."""

from doors.services import services
from kb import catalog
from kb.catalog import EntryCard
from web.knowledge import sight


def contact_card() -> EntryCard | None:
    """The entry that says how to reach a person. A hidden one is absent like an unknown one."""
    slug = services().shop.contact
    if not slug:
        return None
    with services().database.session() as session:
        return catalog.cards(session, [slug], **sight()).get(slug)
