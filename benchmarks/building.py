"""Building a shop's index, changing one entry, and how long until the change is found.

Run as a program by `benchmarks.speed`, so that memory is that of this work alone.
"""

import argparse
import json
import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any

import migrations
from benchmarks.corpus import Corpus
from benchmarks.machine import load, memory_mb, size_mb
from benchmarks.subjects import MODEL
from benchmarks.weaving import WovenEmbedder
from database import Database
from kb.disclosure import Audience, Level
from kb.library import Library
from search.embedder import open_embedder
from search.engine import SearchEngine
from search.generation import read_current
from search.publishing import Publisher

CHANGES = 3
FILES_AT_REST_SECONDS = 2.1
"""A library trusts what it knows of a file only when the file is older."""


class Spent:
    """Seconds by the clock and of the processor."""

    def __init__(self) -> None:
        self._begun = perf_counter(), process_time()

    def seconds(self) -> dict[str, float]:
        """Since this was made."""
        wall, processor = self._begun
        spent = {"wall": perf_counter() - wall, "processor": process_time() - processor}
        return {name: round(value, 3) for name, value in spent.items()}


def measure(folder: Path, size: int, vectors: Path) -> dict[str, Any]:
    """Everything about keeping a shop of this size."""
    measured: dict[str, Any] = {"load": load()}
    with opened(folder, size, vectors) as (publisher, engine, content):
        measured |= once(folder / "made.json", lambda: made(publisher))
        measured |= once(folder / "built.json", lambda: built(publisher, folder / "index"))
        sleep(FILES_AT_REST_SECONDS)
        publisher.publish()
        engine.warm()
        changes = list(change(publisher, engine, content))
        for name in ("update", "searchable"):
            measured[name] = _median([one[name] for one in changes])
        index = folder / "index"
        measured["disk_mb"] = size_mb(index / read_current(index))
        measured["passages"] = engine.state().passages
    return measured


def once(path: Path, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the work gave the first time; kept beside the shop, for it takes long."""
    if not path.exists():
        path.write_text(json.dumps(work()), "utf-8")
    known: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return known


def made(publisher: Publisher) -> dict[str, Any]:
    """The first publication of all: every file is read and rendered."""
    spent = Spent()
    publisher.publish()
    return {"first_publication": spent.seconds()}


def built(publisher: Publisher, index_dir: Path) -> dict[str, Any]:
    """The index made again where there is none, of rows and vectors that are known."""
    shutil.rmtree(index_dir, ignore_errors=True)
    spent = Spent()
    publisher.publish()
    return {"build": spent.seconds(), "build_peak_mb": memory_mb()["peak"]}


@contextmanager
def opened(
    folder: Path, size: int, vectors: Path
) -> Iterator[tuple[Publisher, SearchEngine, Path]]:
    """The shop in a folder, made where it is not there yet."""
    content = folder / "content"
    if not content.exists():
        Corpus(size).write(content)
    database = Database(f"sqlite:///{folder / 'dawen.db'}")
    migrations.upgrade(database)
    embedder = WovenEmbedder(open_embedder(str(MODEL), threads=1), vectors)
    publisher = Publisher(database, Library(content), folder / "index", embedder)
    yield publisher, SearchEngine(database, folder / "index", embedder), content
    embedder.keep()
    database.close()


def change(
    publisher: Publisher, engine: SearchEngine, content: Path
) -> Iterator[dict[str, dict[str, float]]]:
    """Give an entry one more phrasing, publish, and ask for it; the file is put back."""
    path = sorted((content / "returns").glob("*.zh.md"))[0]
    before = path.read_text("utf-8")
    for number in range(CHANGES):
        word = f"测速新说法{number}"
        path.write_text(before.replace("alternates:\n", f"alternates:\n- {word}\n"), "utf-8")
        spent = Spent()
        publisher.publish()
        update = spent.seconds()
        hits = engine.search(word, audience=Audience(Level.INTERNAL), lang="zh").hits
        if not hits or not path.name.startswith(f"{hits[0].slug}."):
            raise SystemExit(f"{word} does not lead to {path.name}")
        yield {"update": update, "searchable": spent.seconds()}
    path.write_text(before, "utf-8")
    publisher.publish()


def _median(spent: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in spent), 3) for name in spent[0]}


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.building")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, required=True, help="entries")
    parser.add_argument("--vectors", type=Path, required=True, help="file of encoded texts")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(json.dumps(measure(asked.folder, asked.size, asked.vectors)))


if __name__ == "__main__":
    main()
