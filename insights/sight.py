"""What an index would answer to many texts, each asked at its own clearance; nothing is logged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from insights.vectors import Vector, heard
from kb.disclosure import Audience, Level
from search.crowd import firsts
from search.engine import SearchEngine
from search.fields import query_terms
from search.guidance import form_of
from search.question import Question
from search.results import Outcome
from search.shelf import Serving
from search.synonymy import Synonymy
from search.text import query_language
from search.words import Terms

Asked = tuple[str, int]
"""A normalised text and the level of those who ask it."""
ANSWERED, SUGGESTED, MISSED, UNREAD = range(4)
_CODES = {Outcome.ANSWERED: ANSWERED, Outcome.SUGGESTED: SUGGESTED, Outcome.MISSED: MISSED}
TERMS_KEPT = 65_536
REMEMBERED_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Sight:
    """Per text: the entry that comes first (empty without one), the confidence 0…1, and what the
    search comes to; ``UNREAD`` where the text has no vector."""

    slugs: Sequence[str]
    confidences: Sequence[float]
    outcomes: Sequence[int]

    def shown(self, row: int) -> str:
        """The first entry that the asker is shown; empty where the search misses."""
        return self.slugs[row] if self.outcomes[row] in (ANSWERED, SUGGESTED) else ""


class Memory:
    """What the index that serves says to what was asked, remembered until another one serves.

    Safe to share by threads: at worst two of them work out the same.
    """

    def __init__(self) -> None:
        self._serving: Serving | None = None
        self._heard: dict[Asked, str] = {}
        self._seen: dict[Asked, tuple[str, float, int]] = {}

    def heard(self, serving: Serving, asked: Sequence[Asked]) -> list[str]:
        """``heard_in``, remembered."""
        if self._serving is not serving or len(self._heard) > REMEMBERED_MAX:
            self._serving, self._heard, self._seen = serving, {}, {}
        known = self._heard
        new = [one for one in dict.fromkeys(asked) if one not in known]
        known.update(zip(new, heard_in(serving, new), strict=True))
        return [known[one] for one in asked]

    def look(
        self,
        engine: SearchEngine,
        serving: Serving,
        asked: Sequence[Asked],
        texts: Sequence[str],
        vectors: Mapping[str, Vector],
    ) -> Sight:
        """``look``, remembered for what has a vector."""
        seen = self._seen
        new = [row for row, one in enumerate(asked) if one not in seen]
        some = [asked[row] for row in new]
        sight = look(engine, serving, some, [texts[row] for row in new], vectors)
        for at, one in enumerate(some):
            if sight.outcomes[at] != UNREAD:
                seen[one] = sight.slugs[at], sight.confidences[at], sight.outcomes[at]
        known = [seen.get(one, ("", 0.0, UNREAD)) for one in asked]
        return Sight(*map(list, zip(*known, strict=True))) if known else Sight([], [], [])


def heard_in(serving: Serving, asked: Sequence[Asked]) -> list[str]:
    """The texts as the engine reads them."""
    return [heard(serving.index, text, level=level) for text, level in asked]


def look(
    engine: SearchEngine,
    serving: Serving,
    asked: Sequence[Asked],
    texts: Sequence[str],
    vectors: Mapping[str, Vector],
) -> Sight:
    """The sight of ``asked``, which reads ``texts`` in this index."""
    slugs = [""] * len(asked)
    confidences = np.zeros(len(asked))
    outcomes = [UNREAD] * len(asked)
    for level, rows in _by_level(asked, texts, vectors).items():
        audience = Audience(Level(level))
        synonymy = serving.index.synonymy(audience)
        questions = [_question(texts[row], vectors, synonymy) for row in rows]
        found = firsts(serving.index, questions, audience=audience)
        confidences[rows] = found.confidences(serving.calibration(audience))
        pins = _pins(serving, audience)
        for at, row in enumerate(rows):
            slugs[row] = found.slug(at)
            if pins and (pinned := pins.get(_pinned_as(asked[row][0]))):
                slugs[row], confidences[row] = pinned, 1.0
            outcomes[row] = _CODES[engine.floors.outcome(float(confidences[row]))]
    return Sight(slugs, confidences.tolist(), outcomes)


def _pins(serving: Serving, audience: Audience) -> dict[str, str]:
    """The pins whose entry this audience sees; of several to one form the first, as the engine."""
    index = serving.index
    seen = {index.slugs[one] for one in np.unique(index.owners[: index.visible(audience)])}
    return {form: slug for form, slug in reversed(index.guidance.pins) if slug in seen}


@lru_cache(TERMS_KEPT)
def _pinned_as(text: str) -> str:
    return form_of(text)


def _by_level(
    asked: Sequence[Asked], texts: Sequence[str], vectors: Collection[str]
) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for row, (_, level) in enumerate(asked):
        if texts[row] in vectors:
            rows.setdefault(level, []).append(row)
    return rows


def _question(text: str, vectors: Mapping[str, Vector], synonymy: Synonymy) -> Question:
    lang, terms = _words(text)
    return Question(text, lang, terms, vectors[text], synonymy.terms(text))


@lru_cache(TERMS_KEPT)
def _words(text: str) -> tuple[str, Mapping[str, Terms]]:
    return query_language(text), query_terms(text)
