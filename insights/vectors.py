"""The vectors of what was asked, kept, so that a replay of twenty thousand intents encodes nothing.

A vector is kept under a digest of the text that was encoded, never with the text. The digest of
what was asked fills the table; a replay only reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import Database
from insights.batches import batches
from insights.work_tables import IntentRow, VectorRow
from kb.disclosure import Audience, Level
from search.engine import SearchEngine
from search.errors import EncoderBusy, ModelUnusable
from search.index import Index
from search.text import normalise

Vector = npt.NDArray[np.float32]
KEPT = timedelta(days=90)
ENCODED_AT_ONCE = 32
_STORED = np.dtype("<f4")


def digest_of(text: str) -> str:
    """The name under which a text's vector is kept."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def heard(index: Index, form: str, *, level: int) -> str:
    """A normalised text as the engine reads it for an audience: the one that is encoded."""
    return index.hearing(Audience(Level(level))).hear(form)


def known(session: Session, texts: Iterable[str], *, model: str) -> dict[str, Vector]:
    """The kept vectors of those texts that have one."""
    digests = {digest_of(text): text for text in texts}
    found: dict[str, Vector] = {}
    for some in batches(list(digests)):
        query = select(VectorRow.digest, VectorRow.vector).where(
            VectorRow.digest.in_(some), VectorRow.model == model
        )
        for digest, vector in session.execute(query):
            found[digests[digest]] = np.frombuffer(vector, dtype=_STORED)
    return found


def encode(engine: SearchEngine, texts: Sequence[str]) -> dict[str, Vector]:
    """Vectors by text. Raises ``ModelUnusable`` or ``EncoderBusy``."""
    ordered = sorted(dict.fromkeys(texts), key=len)
    found: dict[str, Vector] = {}
    for some in batches(ordered, ENCODED_AT_ONCE):
        found.update(zip(some, engine.encode(some), strict=True))
    return found


def remember(database: Database, *, engine: SearchEngine, now: datetime) -> int:
    """Encode what was asked lately and has no vector yet; how many texts those were."""
    serving = engine.serving(now=now)
    model = engine.embedder.revision
    if serving.index.vectors is None or not model:
        return 0
    with database.session() as session:
        texts = _asked(session, serving.index, since=now - KEPT)
        missing = sorted(set(texts) - set(known(session, texts, model=model)), key=len)
    written = 0
    for some in batches(missing, ENCODED_AT_ONCE):
        try:
            vectors = encode(engine, some)
        except (ModelUnusable, EncoderBusy):
            break
        written += _write(database, vectors, model=model, now=now)
    return written


def _asked(session: Session, index: Index, *, since: datetime) -> list[str]:
    query = select(IntentRow.text, IntentRow.level).where(IntentRow.at >= since).distinct()
    return list(
        {heard(index, normalise(text), level=level) for text, level in session.execute(query)}
    )


def _write(database: Database, vectors: Mapping[str, Vector], *, model: str, now: datetime) -> int:
    rows = [
        {"digest": digest_of(text), "model": model, "vector": _bytes(vector), "at": now}
        for text, vector in vectors.items()
    ]
    digests = [row["digest"] for row in rows]
    try:
        with database.session() as session:
            stale = select(VectorRow).where(VectorRow.digest.in_(digests))
            for row in session.scalars(stale):
                session.delete(row)
            session.flush()
            session.execute(insert(VectorRow), rows)
    except IntegrityError:  # another run wrote them a moment ago
        return 0
    return len(rows)


def _bytes(vector: Vector) -> bytes:
    return vector.astype(_STORED).tobytes()
