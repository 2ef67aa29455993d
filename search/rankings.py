"""Rankings of questions: made by encoder and words side by side, and kept while they hold.

Promises the same order for the same question of the same passages, however often it is asked.
Safe to share by threads.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from kb.disclosure import Audience
from search.encoder import Embedder
from search.errors import EncoderBusy, ModelUnusable
from search.index import Index
from search.question import Question, question_of
from search.ranking import Asked, Candidate, Compared, nearest_to
from search.results import Mode
from search.shelf import Serving
from search.text import normalise

CACHED_QUERIES = 2_048
COMPARING_THREADS = 32
"""More than may wait for the encoder (``search.guarded``): the queue is there, not here."""

Known = tuple[Question, Sequence[Candidate], Mode]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The entries of one question in order, before the last look at the database."""

    question: Question
    candidates: Sequence[Candidate]
    mode: Mode
    serving: Serving

    def read_otherwise(self, query: str) -> str:
        """How a query was read, where that is not as it was written; else nothing."""
        return "" if self.question.text == normalise(query) else self.question.text


class Rankings:
    """Ranks questions with one encoder."""

    def __init__(self, embedder: Embedder, *, kept: int = CACHED_QUERIES) -> None:
        self._embedder = embedder
        self._cache: LRUCache[object, Known] = LRUCache(kept)
        self._caching = Lock()
        self._comparing = ThreadPoolExecutor(COMPARING_THREADS, thread_name_prefix="compare")

    def __len__(self) -> int:
        return len(self._cache)

    def of(
        self, query: str, serving: Serving, *, audience: Audience, as_typed: bool = False
    ) -> Ranked:
        """The entries in order, from the cache where the same was asked of the same passages.
        ``as_typed`` neither hears pinyin nor undoes slips.

        What is published above the audience changes neither answer nor the time it takes; and what
        is kept holds no index, so that an old one can go.
        """
        text = normalise(query)
        key = (audience, serving.name(audience), text, as_typed)
        with self._caching:
            known = self._cache.get(key)
        if known is not None:
            return Ranked(*known, serving)
        heard = text if as_typed else serving.index.hearing(audience).hear(text)
        ranked = self._rank(heard, serving, audience=audience)
        if ranked.question.vector is not None or serving.index.vectors is None:
            with self._caching:
                self._cache[key] = ranked.question, ranked.candidates, ranked.mode
        return ranked

    def _rank(self, heard: str, serving: Serving, *, audience: Audience) -> Ranked:
        """The entries in order; the words are compared while the encoder is at work.

        The encoder works here and the words on a thread of their own, not the reverse: the search
        waits for the encoder, and a thread that wakes up has to wait for the interpreter's lock.
        """
        index = serving.index
        comparing = self._comparing.submit(_compared, index, heard, audience)
        vector = None if index.vectors is None else self._vector(heard)
        near = nearest_to(index, [vector], audience=audience)[0]
        question, compared = comparing.result()
        question = replace(question, vector=vector)
        asked = Asked.knowing(index, question, near, audience=audience, compared=compared)
        return Ranked(question, asked.rank(), mode_of(index, question), serving)

    def _vector(self, text: str) -> npt.NDArray[np.float32] | None:
        try:
            vector: npt.NDArray[np.float32] = self._embedder.encode([text])[0]
        except (ModelUnusable, EncoderBusy):
            return None  # words alone then; the result says so
        return vector


def mode_of(index: Index, question: Question) -> Mode:
    """Whether vectors have a part in this."""
    hybrid = index.vectors is not None and question.vector is not None
    return Mode.HYBRID if hybrid else Mode.LEXICAL


def _compared(index: Index, heard: str, audience: Audience) -> tuple[Question, Compared]:
    """The question as far as it can be known without its vector."""
    question = question_of(heard, None, meant=index.synonymy(audience).terms(heard))
    return question, Compared.of(index, question, audience=audience)
