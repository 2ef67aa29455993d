"""How a question is understood, before it is searched."""

from doors.services import services
from doors.viewer import viewer
from search.text import query_language


def heard(query: str) -> str:
    """A cleaned query with its pinyin in the characters that the viewer's entries have."""
    return services().engine.heard(query, audience=viewer().audience)


def language_asked(query: str, *, otherwise: str) -> str:
    """The language most of a cleaned query is in, pinyin being Chinese; ``otherwise`` where it has
    no letter."""
    text = heard(query)
    return query_language(text) if any(map(str.isalpha, text)) else otherwise
