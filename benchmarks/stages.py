"""One search split into its stages, on an index that is there.

Run as a program by `benchmarks.speed`, so that start and memory are those of a worker alone.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, perf_counter, process_time
from typing import Any, TypeVar

import numpy as np

from benchmarks.corpus import questions
from benchmarks.machine import load, memory_mb
from benchmarks.subjects import MODEL
from database import Database, utc_now
from kb.disclosure import Audience, Level
from search.confidence import confidences
from search.embedder import open_embedder
from search.encoder import Embedder
from search.engine import CHECKED_AT_LEAST, SearchEngine
from search.gate import DatabaseGate
from search.question import question_of
from search.ranking import Asked, nearest_to
from search.shelf import Serving
from search.stores import NumpyStore
from search.text import normalise
from search.words import Terms

ANYONE = Audience(Level.PUBLIC)
STAGES = ("hear", "encode", "dense", "lexical", "judge", "confidence", "gate")
RECALL_DEPTH = 10
_T = TypeVar("_T")


class Clock:
    """Milliseconds of each stage of each search."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = defaultdict(list)

    def time(self, stage: str, work: Callable[[], _T]) -> _T:
        """Do the work and note how long it took."""
        begun = perf_counter()
        done = work()
        self.spent[stage].append((perf_counter() - begun) * 1000.0)
        return done


def in_stages(
    text: str, serving: Serving, embedder: Embedder, gate: DatabaseGate, clock: Clock
) -> None:
    """What ``SearchEngine.search`` does, stage by stage."""
    index = serving.index

    def hear() -> tuple[str, Terms]:
        heard = index.hearing(ANYONE).hear(normalise(text))
        return heard, index.synonymy(ANYONE).terms(heard)

    heard, meant = clock.time("hear", hear)
    vector = clock.time("encode", lambda: embedder.encode([heard])[0])
    question = question_of(heard, vector, meant=meant)
    near = clock.time("dense", lambda: nearest_to(index, [vector], audience=ANYONE)[0])
    asked = clock.time("lexical", lambda: Asked.knowing(index, question, near, audience=ANYONE))
    found = clock.time("judge", asked.rank)
    clock.time("confidence", lambda: confidences(found, serving.calibration(ANYONE)))
    slugs = [one.slug for one in found[:CHECKED_AT_LEAST]]
    clock.time("gate", lambda: gate.cards(slugs, lang="zh", audience=ANYONE, now=utc_now()))


def measure(folder: Path, count: int, begun: float) -> dict[str, Any]:
    """Start, memory, stages, whole searches, and how much of what is nearest is found."""
    database = Database(f"sqlite:///{folder / 'dawen.db'}")
    embedder = open_embedder(str(MODEL), threads=1)
    engine = SearchEngine(database, folder / "index", embedder)
    engine.warm()
    measured: dict[str, Any] = {"start_s": round(monotonic() - begun, 2), "load": load()}
    measured["memory_at_start_mb"] = memory_mb()
    texts = questions(count)
    measured["search"], measured["search_processor"] = whole(engine, texts)
    clock, serving = Clock(), engine.serving(now=utc_now())
    for text in questions(2 * count)[count:]:
        in_stages(text, serving, embedder, DatabaseGate(database), clock)
    measured["stages"] = {name: spread(clock.spent[name]) for name in STAGES}
    measured["memory_mb"] = memory_mb()
    measured["recall"] = recall(serving, embedder, texts[:100])
    measured["shards"] = [
        {
            "level": one.level.label,
            "vectors": len(one.of),
            "cells": len(one.centres),
            "probes": one.probes,
            "recall": one.recall,
        }
        for one in (serving.index.store.cells if serving.index.store else ())
    ]
    database.close()
    return measured


def whole(engine: SearchEngine, texts: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Milliseconds of whole searches by the clock and of the processor; no text is asked twice."""
    wall, processor = [], []
    for text in texts:
        begun, used = perf_counter(), process_time()
        engine.search(text, audience=ANYONE, lang="zh")
        wall.append((perf_counter() - begun) * 1000.0)
        processor.append((process_time() - used) * 1000.0)
    return spread(wall), spread(processor)


def recall(serving: Serving, embedder: Embedder, texts: Sequence[str]) -> float:
    """The share of the ten nearest passages that the store finds, over real questions."""
    index = serving.index
    if index.store is None or index.vectors is None:
        return 0.0
    vectors = np.concatenate([embedder.encode([normalise(text)]) for text in texts])
    visible = index.visible(ANYONE)
    exact = NumpyStore(vectors.shape[1])
    levels = [Level(level) for level in index.levels[:visible]]
    exact.upsert(np.arange(visible), index.vectors[:visible], levels=levels)
    shares = []
    for vector in vectors:
        bar = exact.search(vector[np.newaxis], RECALL_DEPTH, audience=ANYONE)[0].scores[-1]
        found = index.store.search(vector[np.newaxis], RECALL_DEPTH, audience=ANYONE)[0]
        shares.append(float((found.scores >= bar - 1e-5).sum()) / RECALL_DEPTH)
    return round(float(np.mean(shares)), 4)


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {
        "p50": round(float(np.percentile(milliseconds, 50)), 3),
        "p95": round(float(np.percentile(milliseconds, 95)), 3),
    }


def ask_for(folder: Path, seconds: float, at: float, worker: int) -> int:
    """How many searches this worker does in so many seconds from a moment on."""
    database = Database(f"sqlite:///{folder / 'dawen.db'}")
    engine = SearchEngine(database, folder / "index", open_embedder(str(MODEL), threads=1))
    engine.warm()
    texts = iter(f"{text} {worker}" for text in questions(20_000))
    while monotonic() < at:
        pass
    done = 0
    while monotonic() < at + seconds:
        engine.search(next(texts), audience=ANYONE, lang="zh")
        done += 1
    database.close()
    return done


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.stages")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--begun", type=float, default=monotonic(), help="when this was started")
    parser.add_argument("--seconds", type=float, default=0.0, help="only count searches so long")
    parser.add_argument("--at", type=float, default=0.0, help="begin to count at this moment")
    parser.add_argument("--worker", type=int, default=0)
    asked = parser.parse_args()
    if asked.seconds:
        print(ask_for(asked.folder, asked.seconds, asked.at, asked.worker))
    else:
        print(json.dumps(measure(asked.folder, asked.questions, asked.begun)))


if __name__ == "__main__":
    main()
