"""The engine: normalise → encode → candidates → fuse → best per entry → confidence → outcome.

Promises that what an audience gets is the same, byte for byte, as from a knowledge base without the
entries above its clearance; that every hit was looked up in the database a moment ago; and that a
missing model or a damaged index makes the answer worse, never an error. Safe to share by threads.
Refuses to guess an audience.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from database import Database, utc_now
from kb.catalog import EntryCard
from kb.disclosure import Audience, Level
from search.completion import complete
from search.confidence import LEXICAL_PRIOR, Calibration, confidences
from search.encoder import Embedder, failure_of
from search.explaining import explain
from search.explanation import Explanation
from search.floors import WRONG_ANSWER_SHARE, Floors, floors_for
from search.gate import DatabaseGate, Gate
from search.index import Index
from search.passages import Kind
from search.question import Question, question_of
from search.ranking import Asked, Candidate, positions_of
from search.rankings import Ranked, Rankings, mode_of
from search.results import EngineState, Hit, Mode, Outcome, Result, Suggestion
from search.shelf import DiskShelf, Serving, Shelf
from search.stores import Vectors
from search.text import normalise

CHECKED_AT_LEAST = 10
"""Entries looked up at once: the confidence looks at the best few, shown or not."""
FEW_PASSAGES = 50
"""As many at zero are counted in with what all passages have in common."""
WARMING_TEXT = "你好 helol nihao 积粪"
"""With pinyin, and a slip in each language: their lists are read too."""


class SearchEngine:
    """Answers questions from the index that is current at each question."""

    def __init__(
        self,
        database: Database,
        index_dir: Path,
        embedder: Embedder,
        *,
        answer_floor: float | None = None,
        suggest_floor: float | None = None,
        wrong_answer_share: float = WRONG_ANSWER_SHARE,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        shelf = DiskShelf(database, index_dir, embedder)
        floors = floors_for(
            answer=answer_floor, suggest=suggest_floor, wrong_share=wrong_answer_share
        )
        self._assemble(shelf, DatabaseGate(database), embedder, floors, clock)

    @classmethod
    def over(
        cls, shelf: Shelf, gate: Gate, embedder: Embedder, *, floors: Floors | None = None
    ) -> "SearchEngine":
        """The very engine on another shelf and gate; without floors, with those that ship."""
        engine = cls.__new__(cls)
        engine._assemble(shelf, gate, embedder, floors or floors_for(), utc_now)
        return engine

    def _assemble(
        self,
        shelf: Shelf,
        gate: Gate,
        embedder: Embedder,
        floors: Floors,
        clock: Callable[[], datetime],
    ) -> None:
        self._shelf = shelf
        self._gate = gate
        self._embedder = embedder
        self._floors = floors
        self._rankings = Rankings(embedder)
        self._clock = clock

    def search(
        self,
        query: str,
        *,
        audience: Audience,
        lang: str,
        limit: int = 5,
        now: datetime | None = None,
        as_typed: bool = False,
    ) -> Result:
        """The entries that answer a cleaned query (``search.text``), and how sure that is.

        ``as_typed`` neither hears pinyin nor undoes typing slips.
        """
        found = self.look(
            query, audience=audience, lang=lang, limit=limit, now=now, as_typed=as_typed
        )
        return replace(found, hits=()) if found.outcome is Outcome.MISSED else found

    def look(
        self,
        query: str,
        *,
        audience: Audience,
        lang: str,
        limit: int = 5,
        now: datetime | None = None,
        as_typed: bool = False,
    ) -> Result:
        """``search``, but a miss keeps what was nearest: to judge the engine by, not to show."""
        now = now or self._clock()
        ranked = self._ranked(query, audience=audience, now=now, as_typed=as_typed)
        hits = self._hits(ranked, limit, audience=audience, lang=lang, now=now)
        pinned = self._pinned(query, ranked.serving, audience=audience, lang=lang, now=now)
        hits = _with_pin(pinned, hits)[: max(limit, 0)]
        confidence = hits[0].confidence if hits else 0.0
        outcome = self._floors.outcome(confidence)
        return Result(
            query,
            lang,
            outcome,
            ranked.mode,
            confidence,
            hits,
            ranked.serving.generation,
            ranked.read_otherwise(query),
        )

    def nearest(
        self, text: str, *, audience: Audience, lang: str, limit: int = 5, as_typed: bool = False
    ) -> tuple[Hit, ...]:
        """The entries nearest to a text, however far, without an outcome."""
        now = self._clock()
        ranked = self._ranked(text, audience=audience, now=now, as_typed=as_typed)
        return self._hits(ranked, limit, audience=audience, lang=lang, now=now)

    def related(
        self, slug: str, *, audience: Audience, lang: str, limit: int = 4
    ) -> tuple[Hit, ...]:
        """The entries most like this one; none for an entry that the audience may not see."""
        now = self._clock()
        serving = self._shelf.serving(now=now)
        own = positions_of(serving.index, slug, audience=audience)
        question = _own_question(serving.index, own, lang=lang)
        if question is None:
            return ()
        candidates = Asked.of(serving.index, question, audience=audience).rank(without=own)
        ranked = Ranked(question, candidates, mode_of(serving.index, question), serving)
        return self._hits(ranked, limit, audience=audience, lang=lang, now=now)

    def suggest(
        self, prefix: str, *, audience: Audience, lang: str, limit: int = 6
    ) -> tuple[Suggestion, ...]:
        """Questions that begin with, contain or resemble what is being typed."""
        now = self._clock()
        index = self._shelf.serving(now=now).index
        slugs = complete(index, normalise(prefix), audience=audience)
        shown = self._shown(slugs, limit, lang=lang, audience=audience, now=now)
        return tuple(Suggestion(card.slug, card.lang, card.question) for card in shown)

    def heard(self, query: str, *, audience: Audience) -> str:
        """A cleaned query with its pinyin in characters that the audience's entries have."""
        index = self._shelf.serving(now=self._clock()).index
        return index.hearing(audience).spell(normalise(query))

    def explain(
        self,
        query: str,
        *,
        audience: Audience,
        lang: str,
        limit: int = 5,
        now: datetime | None = None,
    ) -> Explanation:
        """``look``, and what each entry was judged by: for those who keep the knowledge."""
        now = now or self._clock()
        result = self.look(query, audience=audience, lang=lang, limit=limit, now=now)
        ranked = self._ranked(query, audience=audience, now=now)
        judged = self._judged(ranked, limit, audience=audience, lang=lang, now=now)
        return explain(
            result,
            ranked.serving.index,
            ranked.question,
            [candidate for _card, candidate in judged],
            self._calibration(ranked, audience),
            floors=self._floors,
            audience=audience,
        )

    @property
    def embedder(self) -> Embedder:
        """The encoder that questions are encoded with."""
        return self._embedder

    def centre(self) -> npt.NDArray[np.float32]:
        """What all passages have in common, see ``centre_of``."""
        vectors = self._shelf.serving(now=self._clock()).index.vectors
        if vectors is None:
            return np.zeros(self._embedder.dimension, dtype=np.float32)
        return centre_of(vectors)

    def warm(self) -> None:
        """Load what the first question would wait for: index, model, dictionaries, calibration.

        What was read of the index meanwhile is given back: it is more than questions need.
        """
        for level in Level:
            self.look(WARMING_TEXT, audience=Audience(level), lang="zh")
        self._shelf.serving(now=self._clock()).index.rest()

    def state(self) -> EngineState:
        """How the engine serves now; a model that failed at the last text is no model."""
        serving = self._shelf.serving(now=self._clock())
        failure = failure_of(self._embedder)
        mode = Mode.LEXICAL if failure or serving.index.vectors is None else Mode.HYBRID
        reason = "; ".join(dict.fromkeys(filter(None, (serving.reason, failure))))
        passages = len(serving.index.passages)
        return EngineState(mode, serving.generation, passages, self._embedder.revision, reason)

    def serving(self, *, now: datetime) -> Serving:
        """The index that serves at ``now``, whole: to learn from, never to show from."""
        return self._shelf.serving(now=now)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors of normalised texts. Raises ``ModelUnusable`` or ``EncoderBusy``."""
        return self._embedder.encode(texts)

    @property
    def floors(self) -> Floors:
        """The confidence from which a search counts as answered, or at least as suggested."""
        return self._floors

    def _ranked(
        self, query: str, *, audience: Audience, now: datetime, as_typed: bool = False
    ) -> Ranked:
        serving = self._shelf.serving(now=now)
        return self._rankings.of(query, serving, audience=audience, as_typed=as_typed)

    def _hits(
        self, ranked: Ranked, limit: int, *, audience: Audience, lang: str, now: datetime
    ) -> tuple[Hit, ...]:
        """The first ``limit`` entries that the database still shows, with their confidence."""
        judged = self._judged(ranked, limit, audience=audience, lang=lang, now=now)
        chances = confidences([one for _, one in judged], self._calibration(ranked, audience))
        kind = ranked.serving.index.kind
        found = list(zip(judged, chances, strict=True))[: max(limit, 0)]
        return tuple(_hit(card, kind(one.position), chance) for (card, one), chance in found)

    def _judged(
        self, ranked: Ranked, limit: int, *, audience: Audience, lang: str, now: datetime
    ) -> list[tuple[EntryCard, Candidate]]:
        """The entries that the database still shows, as many as the confidence looks at."""
        by_slug = {one.slug: one for one in ranked.candidates}
        wanted = max(limit, CHECKED_AT_LEAST)
        shown = self._shown(by_slug, wanted, lang=lang, audience=audience, now=now)
        return [(card, by_slug[card.slug]) for card in shown]

    def _pinned(
        self, query: str, serving: Serving, *, audience: Audience, lang: str, now: datetime
    ) -> tuple[Hit, ...]:
        """The entry that an editor has put first for this wording: of several the first that may
        be shown, so that a hidden pin takes none away, and costs no look into the database."""
        index = serving.index
        pinned = index.guidance.pinned(query)
        slugs = [slug for slug in pinned if len(positions_of(index, slug, audience=audience))]
        shown = self._shown(slugs, len(slugs), lang=lang, audience=audience, now=now)
        return tuple(_hit(card, Kind.PIN, 1.0) for card in shown[:1])

    def _shown(
        self,
        slugs: Sequence[str] | dict[str, Candidate],
        limit: int,
        *,
        lang: str,
        audience: Audience,
        now: datetime,
    ) -> list[EntryCard]:
        """Cards of the first ``limit`` that may be shown now; those gone are made up for."""
        shown: list[EntryCard] = []
        for batch in _batches(list(slugs), limit):
            cards = self._gate.cards(batch, lang=lang, audience=audience, now=now)
            shown += [cards[slug] for slug in batch if slug in cards]
            if len(shown) >= limit:
                break
        return shown[:limit]

    def _calibration(self, ranked: Ranked, audience: Audience) -> Calibration:
        if ranked.mode is Mode.LEXICAL:
            return LEXICAL_PRIOR
        return ranked.serving.calibration(audience)


def _hit(card: EntryCard, matched: Kind, confidence: float) -> Hit:
    return Hit(
        slug=card.slug,
        lang=card.lang,
        topic=card.topic,
        topic_name=card.topic_name,
        question=card.question,
        snippet=card.snippet,
        confidence=confidence,
        matched=matched,
        level=card.level,
    )


def centre_of(vectors: Vectors) -> Vectors:
    """The mean of vectors ``[n, dimension]``, drawn to zero while they are few."""
    total: Vectors = vectors.sum(axis=0, dtype=np.float32)
    return total / np.float32(len(vectors) + FEW_PASSAGES)


def _with_pin(pinned: Sequence[Hit], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    slugs = {hit.slug for hit in pinned}
    return (*pinned, *(hit for hit in hits if hit.slug not in slugs))


def _own_question(index: Index, positions: npt.NDArray[np.int64], *, lang: str) -> Question | None:
    """An entry's own question, in this language where it has it, and what it means in all."""
    asked = [at for at in positions if index.passages[at].kind is Kind.QUESTION]
    if not asked:
        return None
    own = [at for at in asked if index.passages[at].lang == lang]
    text = index.passages[(own or asked)[0]].text
    vector = None
    if index.vectors is not None:
        mean = index.vectors[asked].mean(axis=0)
        vector = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return question_of(text, vector)


def _batches(slugs: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    yield from (slugs[at : at + size] for at in range(0, len(slugs), max(size, 1)))
