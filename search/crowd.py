"""Many questions asked of one index at once: which entry comes first, and how clearly.

Promises what ``search.ranking.rank`` says of each question, to the last digit but one; a test holds
the two equal. Scores come from the same functions, made for whole tables of questions and passages;
a question whose first entries could be others in the engine's own order is given to ``rank``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from kb.disclosure import Audience
from search.confidence import (
    CONFIDENCE_DIGITS,
    FEATURES,
    Calibration,
    features,
    lead,
    probabilities,
)
from search.fusion import Lanes, Values, fuse
from search.index import Index
from search.judging import SCORE_DIGITS, judge
from search.lexical import Table
from search.question import Question
from search.ranking import ENTRIES_MAX, PASSAGES_PER_LANE, rank
from search.runoff import CONTENDERS, settled
from search.table import Positions
from search.words import Terms

CELLS_NEAR = 4_000_000
"""Questions times passages whose cosines are taken at once: a large product wastes least."""
CELLS_JUDGED = 120_000
"""Questions times passages that are worked on at once: small enough for the processor's cache."""
SHORTLIST = 20
"""Entries judged closely: the others could not come first even if all spoke for them."""
NEAR = 2 * 10.0**-SCORE_DIGITS
"""Scores so near each other may stand in the other order when they are added up otherwise."""
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Firsts:
    """Per question: the number of its first entry in ``slugs`` (``NOBODY`` without one), and what
    the confidence is made of. ``doubtful`` counts those that were given to ``rank``."""

    slugs: Sequence[str]
    entries: Positions
    values: Values
    doubtful: int = 0

    def slug(self, row: int) -> str:
        """The first entry of a question; empty without one."""
        return self.slugs[self.entries[row]] if self.entries[row] != NOBODY else ""

    def confidences(self, calibration: Calibration) -> Values:
        """How sure the first entry of each question is, 0…1."""
        chances = np.round(probabilities(self.values, calibration.weights), CONFIDENCE_DIGITS)
        return np.where(self.entries == NOBODY, 0.0, chances)


def firsts(index: Index, questions: Sequence[Question], *, audience: Audience) -> Firsts:
    """The first entry for each question that has a vector. ``index`` must have vectors too."""
    entries = np.full(len(questions), NOBODY, dtype=np.int64)
    values = np.zeros((len(questions), len(FEATURES)))
    doubtful = 0
    stage = Stage(index, audience)
    for rows, similarity in stage.near(questions) if stage.visible else ():
        asked = questions[rows]
        entries[rows], values[rows], unsure = stage.ask(asked, similarity)
        for row in np.flatnonzero(unsure).tolist():
            entries[rows.start + row], values[rows.start + row] = stage.ask_alone(asked[row])
        doubtful += int(unsure.sum())
    return Firsts(index.slugs, entries, values, doubtful)


class Stage:
    """What one audience sees of an index, its passages in the order of their entries."""

    def __init__(self, index: Index, audience: Audience) -> None:
        self.index = index
        self.audience = audience
        self.visible = index.visible(audience)
        order = np.argsort(index.owners[: self.visible], kind="stable")
        self.order = order
        self.owners = index.owners[order]
        self.begins = np.flatnonzero(np.r_[True, self.owners[1:] != self.owners[:-1]])
        self.sizes = np.diff(np.r_[self.begins, len(self.owners)])
        self.langs = index.langs[order]
        self.repels = index.repels[order]
        self.phrased = index.phrased[order]
        self.prose = index.prose[order]

    @cached_property
    def vectors(self) -> npt.NDArray[np.float32]:
        """``[dimension, passages]``."""
        if self.index.vectors is None:
            raise ValueError("an index of words alone is not asked by a crowd")
        return np.ascontiguousarray(self.index.vectors[self.order].T)

    @cached_property
    def fields(self) -> Mapping[str, "Field"]:
        """What each term gives each passage, by field."""
        places = np.argsort(self.order, kind="stable")
        tables = {
            name: postings.table(visible=self.visible)
            for name, postings in self.index.postings.items()
        }
        return {name: Field(table, places) for name, table in tables.items()}

    @cached_property
    def whole(self) -> "Field":
        """What each term gives each chapter: an entry's words at one level."""
        chapters = int(self.index.chapters[self.visible - 1]) + 1
        return Field(self.index.whole.table(visible=chapters), np.arange(chapters))

    def near(self, questions: Sequence[Question]) -> Iterator[tuple[slice, Values]]:
        """Cosines ``[questions, passages]``, a handful of questions after the other."""
        block = max(1, CELLS_NEAR // self.visible)
        part = max(1, CELLS_JUDGED // self.visible)
        for begin in range(0, len(questions), block):
            vectors = [one.vector for one in questions[begin : begin + block]]
            cosines = np.stack([one for one in vectors if one is not None]) @ self.vectors
            for at in range(0, len(cosines), part):
                some = cosines[at : at + part].astype(np.float64)
                yield slice(begin + at, begin + at + len(some)), some

    def ask(
        self, asked: Sequence[Question], similarity: Values
    ) -> tuple[Positions, Values, npt.NDArray[np.bool_]]:
        """First entries, features of their confidence, and which of both are in doubt."""
        lanes = self._lanes(asked, similarity)
        scores = fuse(lanes)
        speaking = np.where(self.repels, -np.inf, scores)
        best = np.maximum.reduceat(speaking, self.begins, axis=1)
        chosen, bound = _shortlist(best)
        judged = self._judge(scores, similarity, chosen)
        order = np.argsort(-judged, axis=1, kind="stable")[:, : CONTENDERS + 1]
        points = np.take_along_axis(judged, order, axis=1)
        entries = np.take_along_axis(chosen, order, axis=1)
        few, next_best = points[:, :CONTENDERS], points[:, CONTENDERS:]
        last = np.where(np.isfinite(few), few, np.inf).min(axis=1)
        unsure = np.maximum(bound, next_best.max(axis=1, initial=-np.inf)) >= last - NEAR
        for place in range(few.shape[1]):
            sure = self._is_proposed(entries[:, place], lanes, best)
            unsure |= np.isfinite(few[:, place]) & ~sure
        firsts, values = self._settled(asked, entries[:, :CONTENDERS], few)
        return firsts, values, unsure

    def _settled(
        self, asked: Sequence[Question], entries: Positions, points: Values
    ) -> tuple[Positions, Values]:
        """First entries and the features of their confidence, after the run-off."""
        firsts = np.full(len(asked), NOBODY, dtype=np.int64)
        values = np.zeros((len(asked), len(FEATURES)))
        for row, question in enumerate(asked):
            few = entries[row][np.isfinite(points[row])]
            if not len(few):
                continue
            contenders = [self._passages(entry) for entry in few]
            after = settled(self.index, question, contenders, points[row, : len(few)])
            first, *others = np.argsort(-after, kind="stable").tolist()
            won, rival = after[first], after[others[0]] if others else 0.0
            spoken = self.index.speaks(question.lang, visible=self.visible)
            firsts[row] = self.owners[self.begins[few[first]]]
            values[row] = won, lead(won, rival), spoken
        return firsts, values

    def _passages(self, entry: int) -> Positions:
        """Where the passages of an entry stand in the index."""
        begin = self.begins[entry]
        return self.order[begin : begin + self.sizes[entry]]

    def ask_alone(self, question: Question) -> tuple[int, Values]:
        """What ``rank`` says."""
        found = rank(self.index, question, audience=self.audience)
        if not found:
            return NOBODY, np.zeros(len(FEATURES))
        return self.index.slugs.index(found[0].slug), features(found)[0]

    def _lanes(self, asked: Sequence[Question], similarity: Values) -> Lanes:
        shares = {
            name: field.shares([one.terms[name] for one in asked])
            for name, field in self.fields.items()
        }
        whole = self.whole.shares([one.terms["words"] for one in asked])
        shares["whole"] = whole[:, self.index.chapters[self.order]]
        shares["meant"] = self.fields["words"].shares([one.meant for one in asked])
        langs = np.array([self.index.lang_number(one.lang) for one in asked])
        return Lanes(
            similarity,
            shares,
            {name: share.max(axis=1, keepdims=True) for name, share in shares.items()},
            self.langs == langs[:, np.newaxis],
            self.prose,
        )

    def _judge(self, scores: Values, similarity: Values, chosen: Positions) -> Values:
        """The scores of the chosen entries, ``[questions, chosen]``."""
        sizes = self.sizes[chosen].ravel()
        groups = np.repeat(np.arange(chosen.size), sizes)
        starts = np.cumsum(sizes) - sizes
        columns = np.arange(sizes.sum()) - np.repeat(starts, sizes)
        columns += np.repeat(self.begins[chosen].ravel(), sizes)
        rows = groups // chosen.shape[1]
        repels = self.repels[columns]
        judged = judge(
            scores[rows, columns],
            groups,
            similarity=similarity[rows, columns],
            repels=repels,
            phrased=self.phrased[columns],
        )
        points: Values = np.where(repels[judged.best], -np.inf, judged.scores.round(SCORE_DIGITS))
        return points.reshape(chosen.shape)

    def _is_proposed(self, entry: Positions, lanes: Lanes, best: Values) -> npt.NDArray[np.bool_]:
        """Whether ``rank`` would surely look at this entry: near enough, among enough others."""
        rows = np.arange(len(entry))
        near = np.maximum.reduceat(lanes.similarity, self.begins, axis=1)[rows, entry]
        nearer = (lanes.similarity > near[:, np.newaxis]).sum(axis=1)
        before = (best > best[rows, entry][:, np.newaxis]).sum(axis=1)
        sure: npt.NDArray[np.bool_] = (nearer < PASSAGES_PER_LANE) & (before < ENTRIES_MAX // 2)
        return sure


class Field:
    """One lexical field of an audience as a sparse matrix, terms by passages."""

    def __init__(self, table: Table, places: Positions) -> None:
        self._terms = table.terms
        self._rarity = table.rarity
        shape = (len(table.terms) + 1, len(places))
        columns = places[table.passages]
        weights = table.weights.astype(np.float64)
        self._matrix = csr_array((weights, (table.rows, columns)), shape=shape)

    def shares(self, asked: Sequence[Terms]) -> Values:
        """The part of each question's weight that each passage has, ``[questions, passages]``."""
        if not any(len(terms) for terms in asked):
            return np.zeros((len(asked), self._matrix.shape[1]))
        owners = np.repeat(np.arange(len(asked)), [len(terms) for terms in asked])
        terms = np.concatenate([*asked, np.zeros(0, dtype=np.uint32)])
        pairs = (owners.astype(np.uint64) << np.uint64(32)) | terms.astype(np.uint64)
        distinct, repeats = np.unique(pairs, return_counts=True)
        rows = (distinct >> np.uint64(32)).astype(np.int64)
        places = self._places((distinct & np.uint64(0xFFFF_FFFF)).astype(np.uint32))
        ideal = np.bincount(rows, self._rarity[places] * repeats, minlength=len(asked))
        counts = csr_array(
            (repeats.astype(np.float64), (rows, places)),
            shape=(len(asked), self._matrix.shape[0]),
        )
        scores = (counts @ self._matrix).toarray()
        shares: Values = scores / np.where(ideal > 0.0, ideal, np.inf)[:, np.newaxis]
        return shares

    def _places(self, terms: Terms) -> Positions:
        """Where terms stand in the matrix; those that no passage has in its last, empty row."""
        if not len(self._terms):
            return np.zeros(len(terms), dtype=np.int64)
        places = np.minimum(np.searchsorted(self._terms, terms), len(self._terms) - 1)
        known = self._terms[places] == terms
        return np.where(known, places, len(self._terms)).astype(np.int64)


def _shortlist(best: Values) -> tuple[Positions, Values]:
    """The entries that may come first, in the order of slugs, and the best score of the others."""
    size = min(SHORTLIST, best.shape[1])
    chosen = np.sort(np.argpartition(-best, size - 1, axis=1)[:, :size], axis=1)
    rest = best.copy()
    np.put_along_axis(rest, chosen, -np.inf, axis=1)
    return chosen, rest.max(axis=1)
