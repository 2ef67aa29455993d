"""This project and its rivals, side by side: the same passages, vectors and questions, one run.

Questions go round: each is put to every rival before the next, so that a busy moment of the machine
falls on all of them. Run as a program by `benchmarks.speed`.
"""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.corpus import questions
from benchmarks.machine import load
from benchmarks.rivals import DEPTH, RIVALS, Ask, Rival, scratch
from benchmarks.stages import spread
from benchmarks.subjects import MODEL
from database import utc_now
from search.embedder import open_embedder
from search.generation import read_current, read_generation
from search.index import Index
from search.question import Question, question_of
from search.text import normalise


def race(
    index: Index, asked: list[Question], rivals: list[Rival], failed: dict[str, str]
) -> list[dict[str, Any]]:
    """Seconds to build, milliseconds per question and, for vectors, recall of the ten nearest.

    A rival that does not start is named in ``failed``.
    """
    with ExitStack() as stack:
        running: list[tuple[Rival, Ask, float]] = []
        for rival in rivals:
            print(f"{rival.name}: building", file=sys.stderr, flush=True)
            begun = perf_counter()
            try:
                ask = stack.enter_context(rival.opened(index, stack.enter_context(scratch())))
            except Exception as error:  # a rival that does not start is told, not hidden
                failed[rival.name] = type(error).__name__
                continue
            running.append((rival, ask, perf_counter() - begun))
        spent: dict[str, list[float]] = {rival.name: [] for rival, _, _ in running}
        found: dict[str, list[list[int]]] = {rival.name: [] for rival, _, _ in running}
        for question in asked:
            for rival, ask, _ in running:
                begun = perf_counter()
                hits = list(ask(question))
                spent[rival.name].append((perf_counter() - begun) * 1000.0)
                found[rival.name].append(hits)
        return [
            {
                "name": rival.name,
                "lane": rival.lane,
                "build_s": round(built, 1),
                "recall": recall(index, asked, found[rival.name])
                if rival.lane == "vectors"
                else None,
                **spread(spent[rival.name]),
            }
            for rival, _, built in running
        ]


def recall(index: Index, asked: list[Question], found: list[list[int]]) -> float:
    """The share of the ten nearest passages that were found; equally near ones count alike."""
    if index.vectors is None:
        return 0.0
    shares = []
    for question, hits in zip(asked, found, strict=True):
        scores = index.vectors @ (question.vector if question.vector is not None else 0.0)
        bar = np.partition(scores, len(scores) - DEPTH)[len(scores) - DEPTH] - 1e-5
        shares.append(float((scores[hits] >= bar).sum()) / DEPTH if hits else 0.0)
    return round(float(np.mean(shares)), 4)


def main() -> None:
    """Race, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.race")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--without", action="append", default=[], help="a rival that is left out")
    options = parser.parse_args()
    index_dir = options.folder / "index"
    index = read_generation(index_dir, read_current(index_dir)).content.index(now=utc_now())
    embedder = open_embedder(str(MODEL), threads=1)
    texts = [normalise(text) for text in questions(options.questions)]
    asked = [question_of(text, embedder.encode([text])[0]) for text in texts]
    chosen = [one for one in RIVALS if one.name not in options.without]
    failed: dict[str, str] = {}
    ran = race(index, asked, [one for one in chosen if not one.missing], failed)
    missing = {one.name: one.missing for one in chosen if one.missing}
    print(json.dumps({"load": load(), "rivals": ran, "missing": missing, "failed": failed}))


if __name__ == "__main__":
    main()
