"""The lexical fields: ways in which a query and a passage can share terms.

``words`` is what BM25 usually is; the others forgive how a question was typed: ``sound``
homophones, ``spelling`` slips in Latin words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from search.passages import PHRASINGS, Kind, Passage
from search.sound import sound_terms
from search.words import Terms, latin_words, terms

NO_TERMS: Terms = np.zeros(0, dtype=np.uint32)
GRAM = 3


@dataclass(frozen=True, slots=True)
class Field:
    """One way to make terms of a text; only passages of ``kinds`` have it."""

    name: str
    terms: Callable[[str], Terms]
    kinds: frozenset[Kind]

    def terms_of(self, passage: Passage) -> Terms:
        """The terms that the passage has in this field."""
        return self.terms(passage.text) if passage.kind in self.kinds else NO_TERMS


def spelling_terms(text: str) -> Terms:
    """Three neighbouring letters of each Latin word, its ends included: alike when misspelt."""
    grams = [
        padded[at : at + GRAM]
        for word in latin_words(text)
        for padded in [f"^{word}$"]
        for at in range(len(padded) - GRAM + 1)
    ]
    return np.fromiter((crc32(gram.encode()) for gram in grams), dtype=np.uint32, count=len(grams))


_EVERY_KIND = frozenset(Kind)
_ASKED = PHRASINGS | {Kind.NOT_FOR}

FIELDS: tuple[Field, ...] = (
    Field("words", terms, _EVERY_KIND),
    Field("sound", sound_terms, _ASKED),
    Field("spelling", spelling_terms, _EVERY_KIND),
)


def query_terms(text: str) -> Mapping[str, Terms]:
    """The terms of a normalised query, by field."""
    return {field.name: field.terms(text) for field in FIELDS}
