"""A query made ready to be asked: its terms by field, and its vector where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from search.fields import NO_TERMS, query_terms
from search.text import query_language
from search.words import Terms


@dataclass(frozen=True, slots=True)
class Question:
    """A query made ready: normalised text, terms by field, and its vector where there is one.

    ``meant`` are the terms of words that mean the same as some of its own.
    """

    text: str
    lang: str
    terms: Mapping[str, Terms]
    vector: npt.NDArray[np.float32] | None
    meant: Terms = field(default_factory=lambda: NO_TERMS)


def question_of(
    text: str, vector: npt.NDArray[np.float32] | None, *, meant: Terms = NO_TERMS
) -> Question:
    """A normalised text made ready to be asked; ``meant`` are terms of equivalents of its words."""
    return Question(text, query_language(text), query_terms(text), vector, meant)
