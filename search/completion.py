"""What someone who is still typing may mean: questions that begin with it, contain it, resemble it.

Only questions and phrasings of the audience's own passages are looked at, and wildcards mean
nothing here. Too little typed gives nothing, so that no one can list everything letter by letter.
"""

from collections.abc import Iterator

from kb.disclosure import Audience
from search.index import Index
from search.passages import Kind
from search.question import question_of
from search.ranking import rank
from search.text import has_han

LATIN_MIN = 2
RESEMBLES = 0.25
PROPOSED_MAX = 24


def complete(index: Index, typed: str, *, audience: Audience) -> list[str]:
    """Slugs, most likely first, for normalised text."""
    if not long_enough(typed):
        return []
    slugs = dict.fromkeys(_containing(index, typed, audience=audience))
    if len(slugs) < PROPOSED_MAX:
        slugs.update(dict.fromkeys(_resembling(index, typed, audience=audience)))
    return list(slugs)[:PROPOSED_MAX]


def long_enough(typed: str) -> bool:
    """Whether one Chinese character or ``LATIN_MIN`` other letters or digits are typed."""
    return has_han(typed) or sum(letter.isalnum() for letter in typed) >= LATIN_MIN


def _containing(index: Index, typed: str, *, audience: Audience) -> list[str]:
    """Beginnings first; then questions before phrasings, and short before long."""
    found: list[tuple[bool, bool, int, str]] = []
    for at in index.passages.holding(typed, visible=index.visible(audience)):
        if index.phrased[at]:
            passage = index.passages[at]
            asked_so = passage.kind is Kind.QUESTION
            begins = passage.text.startswith(typed)
            found.append((not begins, not asked_so, len(passage.text), passage.slug))
    return [slug for *_, slug in sorted(found)]


def _resembling(index: Index, typed: str, *, audience: Audience) -> Iterator[str]:
    question = question_of(
        index.hearing(audience).spell(typed), None
    )  # its last word is not whole yet
    for candidate in rank(index, question, audience=audience):
        if candidate.score >= RESEMBLES:
            yield candidate.slug
