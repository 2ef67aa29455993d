"""What is measured: every dev set and the shipped content, each with its engine and its queries.

Long sets are sampled evenly, so that two runs ask the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import migrations
from database import Database
from kb.library import Library
from search.embedder import open_embedder
from search.encoder import Embedder, Vectors
from search.engine import SearchEngine
from search.evaluation import (
    JudgedEntry,
    JudgedQuery,
    engine_over,
    read_entries,
    read_judged,
    read_queries,
)
from search.publishing import Publisher

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "dawen-zh-en"
JUDGED = ROOT / "benchmarks" / "judged"
SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Subject:
    """A set of queries and the engine that is asked. ``entries`` is empty for the shipped shop."""

    name: str
    engine: SearchEngine
    queries: Sequence[JudgedQuery]
    entries: Sequence[JudgedEntry] = ()


class Remembering:
    """An encoder that encodes each text once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.known: dict[str, Vectors] = {}
        self.revision = embedder.revision

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._embedder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Embedder.encode``; a text alone, as a question is encoded."""
        for text in texts:
            if text not in self.known:
                self.known[text] = self._embedder.encode([text])
        rows = [self.known[text] for text in texts]

        return np.concatenate(rows)


def shipped_model() -> Remembering:
    """The model that ships, each text encoded once."""
    return Remembering(open_embedder(str(MODEL), threads=1))


def dev_sets(data: Path, embedder: Embedder, *, most: int | None = None) -> Iterator[Subject]:
    """The dev sets below a folder, with at most so many queries each."""
    for folder in sorted(path.parent for path in data.glob("*/entries.jsonl")):
        entries = read_entries(folder)
        queries = sample(read_queries(folder), most)
        yield Subject(folder.name, engine_over(entries, embedder), queries, entries)


@contextmanager
def shipped(embedder: Embedder, *, split: str | None = None) -> Iterator[Subject]:
    """The shipped content, published into a folder of its own, and its judged queries."""
    with TemporaryDirectory(prefix="dawen-shipped-") as folder:
        root = Path(folder)
        database = Database(f"sqlite:///{root / 'shop.db'}")
        migrations.upgrade(database)
        Publisher(database, Library(ROOT / "content"), root / "index", embedder).publish()
        engine = SearchEngine(database, root / "index", embedder)
        yield Subject(SHIPPED, engine, read_judged(JUDGED / "queries.jsonl", split=split))
        database.close()


def sample(queries: Sequence[JudgedQuery], most: int | None) -> list[JudgedQuery]:
    """At most so many queries, evenly spread; those without an answer are all kept."""
    if most is None or len(queries) <= most:
        return list(queries)
    chosen = {at * len(queries) // most for at in range(most)}
    return [one for at, one in enumerate(queries) if at in chosen or not one.gold]
