"""Everything the shop has written, whatever its level and status: for judging misses, never served.

An atlas is made when there is something to judge and thrown away after. Vectors come from the
index that serves; only what is not live has to be embedded. Wordings are looked up in batches, by
matrix products: thousands take seconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sqlalchemy import select
from sqlalchemy.orm import Session

from insights.space import seen_from
from kb.disclosure import is_live
from kb.tables import EntryRow
from search.engine import SearchEngine
from search.evaluation import JudgedEntry
from search.lexical import rarities
from search.passages import Kind, Passage, passages_of
from search.words import terms

Matrix = npt.NDArray[np.float32]

PASSAGES_HEARD = 3
"""An entry is as near as its best passages: the best counts two thirds, their mean the rest."""
BEST_SHARE = 0.67
WORDS_WEIGHT = 0.4
AT_ONCE = 64
ABSENT = -1.0


@dataclass(frozen=True, slots=True)
class Edition:
    """One language of one entry: who may see it, and whether anybody can now."""

    slug: str
    lang: str
    level: int
    is_live: bool


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near wordings are to entries, ``[wordings, entries]`` each.

    ``lead`` is by how many standard deviations an entry stands out from all others, the better of
    its two languages, each of which is compared with itself; ``similarity`` is a cosine, ``words``
    the share of the wording's weight in words that the entry has. ``known`` ``[wordings]`` is the
    share of that weight in words that any entry has.
    """

    lead: Matrix
    similarity: Matrix
    words: Matrix
    known: Matrix


@dataclass(slots=True)
class Atlas:
    """Passages, vectors and words of all editions. ``slugs`` names the columns of a look.

    Cosines are taken as seen from ``centre``, the mean of all passages: what they all have in
    common says nothing.
    """

    slugs: tuple[str, ...]
    editions: tuple[Edition, ...]
    centre: Matrix
    vectors: Matrix
    groups: tuple[npt.NDArray[np.int64], ...]
    vocabulary: dict[int, int]
    rarity: Matrix
    occurrences: csr_matrix = field(repr=False)

    def centred(self, vectors: Matrix) -> Matrix:
        """Unit vectors as seen from the centre, of length one again."""
        return seen_from(self.centre, vectors)

    def near(self, texts: Sequence[str], vectors: Matrix) -> Nearness:
        """How near normalised texts with these centred vectors are to every entry."""
        parts = [
            self._near(texts[at : at + AT_ONCE], vectors[at : at + AT_ONCE])
            for at in range(0, len(texts), AT_ONCE)
        ]
        empty = np.zeros((0, len(self.slugs)), dtype=np.float32)
        if not parts:
            return Nearness(empty, empty, empty, np.zeros(0, dtype=np.float32))
        return Nearness(*(np.concatenate(same) for same in zip(*parts, strict=True)))

    def _near(self, texts: Sequence[str], vectors: Matrix) -> tuple[Matrix, ...]:
        similarity = vectors @ self.vectors.T
        asked, known = self._asked(texts)
        shared = np.asarray((asked @ self.occurrences.T).todense(), dtype=np.float32)
        leads, nearest, words = [], [], []
        for group in self.groups:
            leads.append(_standing_out(_by_entry(similarity + WORDS_WEIGHT * shared, group)))
            nearest.append(_by_entry(similarity, group))
            words.append(_by_entry(shared, group))
        return (
            np.maximum.reduce(leads),
            np.maximum.reduce(nearest),
            np.maximum(np.maximum.reduce(words), 0.0),
            known,
        )

    def _asked(self, texts: Sequence[str]) -> tuple[csr_matrix, Matrix]:
        """The weight of each word in each text, adding up to one, and the share that is known."""
        weights = np.zeros((len(texts), len(self.rarity)), dtype=np.float32)
        known = np.zeros(len(texts), dtype=np.float32)
        for row, text in enumerate(texts):
            wanted = set(terms(text).tolist())
            columns = [self.vocabulary[term] for term in wanted if term in self.vocabulary]
            found = self.rarity[columns]
            total = float(found.sum()) + (len(wanted) - len(columns)) * float(self.rarity.max())
            if total > 0:
                weights[row, columns] = found / total
                known[row] = found.sum() / total
        return csr_matrix(weights), known


def draw(session: Session, *, engine: SearchEngine, now: datetime) -> Atlas:
    """The atlas of all entries in the database. Raises ``ModelUnusable`` or ``EncoderBusy``."""
    rows = session.scalars(select(EntryRow).order_by(EntryRow.slug, EntryRow.lang)).all()
    editions = tuple(Edition(row.slug, row.lang, row.level, is_live(row, now=now)) for row in rows)
    passages = [passage for row in rows for passage in _passages(row)]
    slugs = tuple(sorted({row.slug for row in rows}))
    vocabulary, rarity, occurrences = _words(passages)
    vectors = _vectors(passages, engine, now)
    centre = vectors.mean(axis=0) if len(vectors) else np.zeros(1, dtype=np.float32)
    return Atlas(
        slugs,
        editions,
        centre,
        seen_from(centre, vectors),
        tuple(_group(passages, slugs, lang) for lang in sorted({row.lang for row in rows})),
        vocabulary,
        rarity,
        occurrences,
    )


def _passages(row: EntryRow) -> Iterator[Passage]:
    """The passages that say what an entry is about, as if it were published."""
    entry = JudgedEntry(
        slug=row.slug,
        topic=row.topic,
        question=row.question,
        answer_text=row.answer_text,
        alternates=tuple(row.alternates),
        lang=row.lang,
        level=row.level,
    )
    return (passage for passage in passages_of(entry) if passage.kind is not Kind.NOT_FOR)


def _vectors(passages: Sequence[Passage], engine: SearchEngine, now: datetime) -> Matrix:
    index = engine.serving(now=now).index
    known: dict[str, Matrix] = {}
    if index.vectors is not None:
        known = {one.text: index.vectors[at] for at, one in enumerate(index.passages)}
    missing = sorted({one.text for one in passages} - known.keys())
    known |= dict(zip(missing, engine.encode(missing), strict=True))
    return np.array([known[one.text] for one in passages], dtype=np.float32)


def _words(passages: Sequence[Passage]) -> tuple[dict[int, int], Matrix, csr_matrix]:
    """The column of each term, how rare it is, and which passage has which."""
    owned = [sorted(set(terms(one.text).tolist())) for one in passages]
    vocabulary = {term: at for at, term in enumerate(sorted({t for one in owned for t in one}))}
    columns = np.array([vocabulary[term] for one in owned for term in one], dtype=np.int64)
    begins = np.cumsum([0, *(len(one) for one in owned)])
    shape = (len(passages), max(len(vocabulary), 1))
    ones = np.ones(len(columns), dtype=np.float32)
    containing = np.bincount(columns, minlength=shape[1])
    rarity = rarities(containing, len(passages)).astype(np.float32)
    return vocabulary, rarity, csr_matrix((ones, columns, begins), shape=shape)


def _group(passages: Sequence[Passage], slugs: Sequence[str], lang: str) -> npt.NDArray[np.int64]:
    """``[entries, most passages]``: where each entry's passages in a language stand, else -1."""
    numbers = {slug: number for number, slug in enumerate(slugs)}
    found: list[list[int]] = [[] for _ in slugs]
    for at, passage in enumerate(passages):
        if passage.lang == lang:
            found[numbers[passage.slug]].append(at)
    group = np.full((len(slugs), max(map(len, found), default=0) or 1), -1, dtype=np.int64)
    for number, positions in enumerate(found):
        group[number, : len(positions)] = positions
    return group


def _by_entry(scores: Matrix, group: npt.NDArray[np.int64]) -> Matrix:
    """``[texts, entries]``: the best passage, moved towards the mean of the best few."""
    own = np.where(group >= 0, scores[:, np.maximum(group, 0)], ABSENT)
    heard = min(PASSAGES_HEARD, group.shape[1])
    best = -np.partition(-own, heard - 1, axis=2)[:, :, :heard]
    counted = np.maximum((best > ABSENT).sum(axis=2), 1)
    mean = np.where(best > ABSENT, best, 0.0).sum(axis=2) / counted
    top = best.max(axis=2)
    blended = BEST_SHARE * top + (1.0 - BEST_SHARE) * mean
    return np.where(top > ABSENT, blended, ABSENT).astype(np.float32)


def _standing_out(scores: Matrix) -> Matrix:
    """Scores in standard deviations from their mean over the entries that have a passage."""
    present = scores > ABSENT
    counted = np.maximum(present.sum(axis=1, keepdims=True), 1)
    mean = np.where(present, scores, 0.0).sum(axis=1, keepdims=True) / counted
    spread = np.where(present, scores - mean, 0.0)
    deviation = np.sqrt((spread**2).sum(axis=1, keepdims=True) / counted) + 1e-6
    return np.where(present, spread / deviation, -3.0).astype(np.float32)
