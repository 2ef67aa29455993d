"""What can be searched at one moment: live passages, their vectors and postings, in memory.

Needs no database and no folder: the engine that serves and ``flask eval`` build it alike.
Passages stand in the order of their levels, so what an audience may see is a prefix of everything
here, and no function has a default audience.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kb.disclosure import Audience, Level
from search.batch import overlaps_of
from search.cells import Cells, Divided
from search.faiss_store import FaissStore
from search.fields import FIELDS, NO_TERMS
from search.guidance import NO_GUIDANCE, Guidance
from search.hearing import Hearing
from search.lexical import Overlap, Postings, WholeOverlap
from search.mapped import Lent, forget, trim
from search.naming import name_of_level
from search.passages import PHRASINGS, PROSE, Kind, Passage
from search.postings import Counts, counts_of
from search.question import Question
from search.spelling import Spelling
from search.stores import Vectors
from search.synonymy import Synonymy
from search.table import KINDS, PassageTable, Positions, place_of, table_of
from search.words import Terms
from search.words import terms as split_terms

SPOKEN_SHARE = 0.1
"""Share of its passages from which on an audience is said to have entries in a language."""
NOWHERE: Positions = np.zeros(0, dtype=np.int64)
FieldTerms = Mapping[str, Sequence[Terms]]
WHOLE = "whole"
"""The postings of all that an entry says at one level."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """What an index is made of, row by row, in the order of places.

    ``counts`` are by field, with ``WHOLE`` where it is known already; ``cells`` say how the shards
    of vectors that are too large to be compared one by one are divided (``search.cells``), and
    ``earlier`` how they were before they changed;
    ``spellings`` are those of whole levels, as far as they are known already.
    """

    passages: PassageTable
    counts: Mapping[str, Counts]
    vectors: Vectors | None
    cells: Sequence[Cells] = ()
    spellings: Mapping[Level, Spelling] = field(default_factory=dict)
    earlier: Sequence[Divided] = ()


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
        order = sorted(range(len(passages)), key=lambda at: place_of(passages[at]))
        table = table_of([passages[at] for at in order])
        counts = {name: counts_of([every[at] for at in order]) for name, every in terms.items()}
        ordered = None if vectors is None else np.ascontiguousarray(vectors[order])
        self._lay(Shelved(table, counts, ordered, ()), guidance)

    @classmethod
    def over(cls, shelved: "Shelved", *, guidance: Guidance) -> "Index":
        """An index of what is in order already; nothing is copied."""
        index = cls.__new__(cls)
        index._lay(shelved, guidance)
        return index

    def _lay(self, shelved: "Shelved", guidance: Guidance) -> None:
        table = self.passages = shelved.passages
        self.vectors = shelved.vectors
        self.slugs = table.slugs
        self.levels = np.ascontiguousarray(table.columns["level"])
        ends = self.levels.searchsorted(np.array(list(Level), dtype=np.int8), side="right")
        self._visible: list[int] = ends.tolist()
        self.owners = table.columns["owner"].astype(np.int64)
        self.langs = np.ascontiguousarray(table.columns["lang"])
        kinds = table.columns["kind"]
        self.phrased = np.isin(kinds, [KINDS.index(kind) for kind in PHRASINGS])
        self.prose = np.isin(kinds, [KINDS.index(kind) for kind in PROSE])
        self.repels = kinds == KINDS.index(Kind.NOT_FOR)
        counts = dict(shelved.counts)
        self.chapters, self.chapter_begins = chapters_of(table)
        whole = counts.pop(WHOLE, None)
        self.postings = {name: Postings(one) for name, one in counts.items()}
        self.whole = Postings(
            whole or counts["words"].joined(self.chapters, self.chapter_begins[:-1])
        )
        self._by_owner = np.argsort(self.owners, kind="stable").astype(np.int64)
        self._begins = np.searchsorted(self.owners[self._by_owner], np.arange(len(self.slugs) + 1))
        self._lent = None if self.vectors is None else Lent(self.vectors)
        self.guidance = guidance
        self._spoken: dict[tuple[str, int], bool] = {}
        self._spellings = dict(shelved.spellings)
        self._level_names: dict[Level, bytes] = {}
        self._terms: dict[int, Terms] = {}
        self._hearings: dict[int, Hearing] = {}
        self._synonymies: dict[int, Synonymy] = {}
        self.store = self._fill(shelved.cells, shelved.earlier)

    def _fill(self, cells: Sequence[Cells], earlier: Sequence[Divided]) -> FaissStore | None:
        if self.vectors is None:
            return None
        store = FaissStore(self.vectors.shape[1])
        store.fill(self.vectors, levels=self.levels, cells=cells, earlier=earlier)
        return store

    def lang_number(self, lang: str) -> int:
        """What stands for a language in ``langs``; -1 for one that nothing is written in."""
        return self.passages.langs.index(lang) if lang in self.passages.langs else -1

    def speaks(self, lang: str, *, visible: int) -> bool:
        """Whether enough of the first ``visible`` passages are written in a language."""
        key = (lang, visible)
        if key not in self._spoken:
            own = np.count_nonzero(self.langs[:visible] == self.lang_number(lang))
            self._spoken[key] = bool(own >= SPOKEN_SHARE * max(visible, 1))
        return self._spoken[key]

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
        whole = self.whole.overlap(question.terms["words"], visible=self._chapters_of(visible))
        meant = self.postings["words"].overlap(question.meant, visible=visible)
        return overlaps | {"whole": self._by_chapter(whole), "meant": meant}

    def overlaps_without(
        self,
        overlaps: Mapping[str, Overlap],
        question: Question,
        absent: Positions,
        *,
        visible: int,
    ) -> dict[str, Overlap]:
        """``overlaps`` where these passages count as absent, from the best of all as from the
        chapters that they stand in; how rare words are is left as it is."""
        absent = absent[absent < visible]
        left = {name: one.without(absent) for name, one in overlaps.items() if name != "whole"}
        scores = {}
        for chapter in np.unique(self.chapters[absent]).tolist():
            begin, end = self.chapter_begins[chapter : chapter + 2].tolist()
            rest = np.setdiff1d(np.arange(begin, end), absent).tolist()
            said = [self._terms_at(at) for at in rest]
            scores[chapter] = self.whole.score(
                question.terms["words"],
                np.concatenate(said) if said else NO_TERMS,
                visible=self._chapters_of(visible),
            )
        whole = overlaps["whole"]
        return left | ({"whole": whole.but(scores)} if isinstance(whole, WholeOverlap) else {})

    def _terms_at(self, position: int) -> Terms:
        """The terms of a passage; remembered, as several audiences learn from the same."""
        if position not in self._terms:
            self._terms[position] = split_terms(self.passages.text(position))
        return self._terms[position]

    def overlaps_of_many(
        self, questions: Sequence[Question], *, audience: Audience
    ) -> list[dict[str, Overlap]]:
        """``overlaps`` of each question, worked out together."""
        visible = self.visible(audience)
        fields = {
            name: overlaps_of(one, [each.terms[name] for each in questions], visible=visible)
            for name, one in self.postings.items()
        }
        words = [one.terms["words"] for one in questions]
        whole = overlaps_of(self.whole, words, visible=self._chapters_of(visible))
        fields["whole"] = [self._by_chapter(one) for one in whole]
        meant = [one.meant for one in questions]
        fields["meant"] = overlaps_of(self.postings["words"], meant, visible=visible)
        return [
            dict(zip(fields, every, strict=True)) for every in zip(*fields.values(), strict=True)
        ]

    def _chapters_of(self, visible: int) -> int:
        """How many chapters the first ``visible`` passages have."""
        return int(self.chapters[visible - 1]) + 1 if visible else 0

    def _by_chapter(self, whole: Overlap) -> Overlap:
        return WholeOverlap(whole, self.chapters, self.chapter_begins)

    def kind(self, position: int) -> Kind:
        """What sort of passage stands there."""
        number: int = self.passages.columns[position]["kind"]
        return KINDS[number]

    def passages_of(self, owners: Positions, *, visible: int) -> Positions:
        """Where the visible passages of these entries stand, entry by entry."""
        begins = self._begins[owners]
        sizes = self._begins[owners + 1] - begins
        ends = np.cumsum(sizes)
        firsts = np.repeat(begins - ends + sizes, sizes)
        positions: Positions = self._by_owner[firsts + np.arange(len(firsts))]
        return positions[positions < visible]

    def hearing(self, audience: Audience) -> Hearing:
        """How the audience's passages are spelt, to hear pinyin by; made at the first need."""
        visible = self.visible(audience)
        if visible not in self._hearings:
            spellings = [self._spelling(one) for one in audience.levels]
            named = Spelling.of(self.synonymy(audience).words)
            self._hearings[visible] = Hearing.of(spellings, named=named)
        return self._hearings[visible]

    def _spelling(self, level: Level) -> Spelling:
        """How the passages of one level are spelt: audiences share it."""
        if level not in self._spellings:
            begin, end = np.searchsorted(self.levels, [level, level + 1]).tolist()
            self._spellings[level] = Spelling.of_lines(self.passages.lines(begin, end))
        return self._spellings[level]

    def level_name(self, level: Level) -> bytes:
        """A name for exactly the passages of one level; made at the first need."""
        if level not in self._level_names:
            self._level_names[level] = name_of_level(self.passages, level)
        return self._level_names[level]

    def synonymy(self, audience: Audience) -> Synonymy:
        """What else the audience's passages call things; made at the first need."""
        visible = self.visible(audience)
        if visible not in self._synonymies:
            self._synonymies[visible] = Synonymy(
                self.guidance.synonyms, lambda word: self._texts_with(word, visible=visible)
            )
        return self._synonymies[visible]

    def _texts_with(self, word: str, *, visible: int) -> Iterator[str]:
        """Texts of the visible passages that have all terms of a word: all that can hold it."""
        terms = np.unique(split_terms(word))
        counts = self.postings["words"].counts
        held = [passages for passages, _ in counts.occurrences(terms, visible=visible)]
        held.sort(key=len, reverse=True)
        having = held.pop() if held else np.arange(visible, dtype=np.int32)
        while held and len(having):  # the rarest first: what it leaves is looked up in the others
            passages = held.pop()
            places = np.minimum(passages.searchsorted(having), len(passages) - 1)
            having = having[passages[places] == having]
        return (self.passages.text(at) for at in having.tolist())

    def rows(self, positions: Positions) -> Vectors:
        """The vectors of these passages. What they are read from is given back now and then."""
        if self._lent is None:
            raise ValueError("an index of words alone has no vectors")
        return self._lent.rows(positions)

    def rest(self) -> None:
        """Give back the memory of all that was read; a question reads again what it needs."""
        forget(self.passages.columns)
        forget(self.passages.texts)
        if self.vectors is not None:
            forget(self.vectors)
        for one in (*self.postings.values(), self.whole):
            forget(one.counts.passages)
            forget(one.counts.counts)
        trim()

    def visible(self, audience: Audience) -> int:
        """How many passages, from the first on, the audience may see."""
        return self._visible[audience.clearance]


def terms_of(passages: Sequence[Passage]) -> dict[str, list[Terms]]:
    """The terms of each passage, by field."""
    return {one.name: [one.terms_of(passage) for passage in passages] for one in FIELDS}


def chapters_of(table: PassageTable) -> tuple[Positions, Positions]:
    """The number of each passage's chapter, what one entry says at one level, and where each
    begins; last the number of passages."""
    owners, levels = table.columns["owner"], table.columns["level"]
    fresh = (np.diff(owners, prepend=-1) != 0) | (np.diff(levels, prepend=np.int8(-1)) != 0)
    begins = np.r_[np.flatnonzero(fresh), len(table)].astype(np.int64)
    return np.cumsum(fresh, dtype=np.int64) - 1, begins
