"""What can be searched at one moment: live passages, their vectors and postings, in memory.

Needs no database and no folder: the engine that serves and ``flask eval`` build it alike.
Passages stand in the order of their levels, so what an audience may see is a prefix of everything
here, and no function has a default audience.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience
from search.faiss_store import FaissStore
from search.fields import FIELDS, NO_TERMS, query_terms
from search.guidance import NO_GUIDANCE, Guidance
from search.hearing import Hearing
from search.lexical import Overlap, Postings
from search.passages import PHRASINGS, Kind, Passage
from search.stores import Vectors, VectorStore
from search.synonymy import Synonymy
from search.text import query_language
from search.words import Terms
from search.words import terms as split_terms

Positions = npt.NDArray[np.int64]
NOWHERE: Positions = np.zeros(0, dtype=np.int64)
FieldTerms = Mapping[str, Sequence[Terms]]


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


class Index:
    """Passages in the order of their levels, with everything needed to find them.

    ``vectors`` is ``[len(passages), dimension]``, or ``None`` for an index that is only lexical.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        terms: FieldTerms,
        vectors: Vectors | None,
        *,
        guidance: Guidance = NO_GUIDANCE,
    ) -> None:
        order = sorted(range(len(passages)), key=lambda at: _place(passages[at]))
        self.passages = tuple(passages[at] for at in order)
        self.vectors = None if vectors is None else np.ascontiguousarray(vectors[order])
        self.levels = np.array([passage.level for passage in self.passages], dtype=np.int8)
        self.slugs = tuple(sorted({passage.slug for passage in self.passages}))
        numbers = {slug: number for number, slug in enumerate(self.slugs)}
        self.owners = np.array([numbers[one.slug] for one in self.passages], dtype=np.int64)
        self.langs = np.array([one.lang for one in self.passages], dtype="U8")
        self.phrased = np.array([one.kind in PHRASINGS for one in self.passages], dtype=bool)
        self.repels = np.array([one.kind is Kind.NOT_FOR for one in self.passages], dtype=bool)
        self.postings = {name: Postings([terms[name][at] for at in order]) for name in terms}
        self.chapters = _chapters(self.passages)
        self.whole = Postings(_by_chapter(self.chapters, [terms["words"][at] for at in order]))
        self._by_owner = np.argsort(self.owners, kind="stable").astype(np.int64)
        self._begins = np.searchsorted(self.owners[self._by_owner], np.arange(len(self.slugs) + 1))
        self.guidance = guidance
        self._hearings: dict[int, Hearing] = {}
        self._synonymies: dict[int, Synonymy] = {}
        self.store = self._fill()

    def _fill(self) -> VectorStore | None:
        if self.vectors is None:
            return None
        store = FaissStore(self.vectors.shape[1])
        ids = np.arange(len(self.passages), dtype=np.int64)
        store.upsert(ids, self.vectors, levels=[passage.level for passage in self.passages])
        return store

    def overlaps(self, question: Question, *, audience: Audience) -> dict[str, Overlap]:
        """What the question shares with each passage the audience may see, by field.

        ``whole`` is what it shares with all that stands at the passage's level in its entry,
        ``meant`` what its equivalents share with the passage.
        """
        visible = self.visible(audience)
        overlaps = {
            name: postings.overlap(question.terms[name], visible=visible)
            for name, postings in self.postings.items()
        }
        chapters = self.chapters[:visible]
        whole = self.whole.overlap(question.terms["words"], visible=len(np.unique(chapters)))
        meant = self.postings["words"].overlap(question.meant, visible=visible)
        return overlaps | {"whole": Overlap(whole.scores[chapters], whole.ideal), "meant": meant}

    def passages_of(self, owners: Positions, *, visible: int) -> Positions:
        """Where the visible passages of these entries stand, entry by entry."""
        chosen = [self._by_owner[self._begins[one] : self._begins[one + 1]] for one in owners]
        positions = np.concatenate(chosen) if chosen else NOWHERE
        return positions[positions < visible]

    def hearing(self, audience: Audience) -> Hearing:
        """How the audience's passages are spelt, to hear pinyin by; made at the first need."""
        visible = self.visible(audience)
        if visible not in self._hearings:
            self._hearings[visible] = Hearing(one.text for one in self.passages[:visible])
        return self._hearings[visible]

    def synonymy(self, audience: Audience) -> Synonymy:
        """What else the audience's passages call things; made at the first need."""
        visible = self.visible(audience)
        if visible not in self._synonymies:
            texts = (one.text for one in self.passages[:visible])
            self._synonymies[visible] = Synonymy(self.guidance.synonyms, texts)
        return self._synonymies[visible]

    def visible(self, audience: Audience) -> int:
        """How many passages, from the first on, the audience may see."""
        return int(np.searchsorted(self.levels, audience.clearance, side="right"))


def question_of(
    text: str, vector: npt.NDArray[np.float32] | None, *, meant: Sequence[str] = ()
) -> Question:
    """A normalised text made ready to be asked; ``meant`` are equivalents of its words."""
    spelled = [split_terms(word) for word in meant]
    equivalents = np.concatenate(spelled) if spelled else NO_TERMS
    return Question(text, query_language(text), query_terms(text), vector, equivalents)


def terms_of(passages: Sequence[Passage]) -> dict[str, list[Terms]]:
    """The terms of each passage, by field."""
    return {one.name: [one.terms_of(passage) for passage in passages] for one in FIELDS}


def _chapters(passages: Sequence[Passage]) -> Positions:
    """The number of each passage's chapter: what one entry says at one level."""
    begins = [
        (one.level, one.slug) != (before.level, before.slug) for before, one in pairwise(passages)
    ]
    return np.cumsum([0, *begins][: len(passages)], dtype=np.int64)


def _by_chapter(chapters: Positions, terms: Sequence[Terms]) -> list[Terms]:
    begins = np.flatnonzero(np.diff(chapters, prepend=-1)).tolist()
    ends = [*begins, len(terms)][1:]  # none for no passages
    return [np.concatenate(terms[begin:end]) for begin, end in zip(begins, ends, strict=True)]


def _place(passage: Passage) -> tuple[int, str, str, str, int]:
    return (passage.level, passage.slug, passage.lang, passage.kind, passage.ordinal)
