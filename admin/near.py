"""The entries near a text at every level, each with the phrase that matched: so that no twin is
made."""

from dataclasses import dataclass

from doors.services import services
from doors.viewer import viewer
from insights.wording import LONGEST
from kb.disclosure import Level
from search.passages import Kind
from search.results import Hit
from search.text import query_language


@dataclass(frozen=True, slots=True)
class Near:
    """An entry, how sure the engine is of it, and its passage that spoke best: ``phrase`` is in
    its searchable form."""

    slug: str
    lang: str
    question: str
    confidence: float
    level: Level
    kind: Kind
    phrase: str


def near(text: str, *, limit: int) -> tuple[Near, ...]:
    """The entries nearest to a text that the viewer may see, the nearest first."""
    asked = " ".join(text.split())[:LONGEST]
    if not any(character.isalnum() for character in asked):
        return ()
    found = services().engine.explain(
        asked, audience=viewer().audience, lang=query_language(asked), limit=limit
    )
    phrases = {reason.slug: reason.passage for reason in found.reasons}
    return tuple(
        Near(
            hit.slug,
            hit.lang,
            hit.question,
            hit.confidence,
            hit.level,
            hit.matched,
            phrases.get(hit.slug, ""),
        )
        for hit in found.result.hits
    )


def nearest(text: str, *, lang: str, limit: int) -> tuple[Hit, ...]:
    """The same without the phrase, for a text whose language is known: a list asks many."""
    return services().engine.nearest(text, audience=viewer().audience, lang=lang, limit=limit)
