"""Names for what an audience sees: the same exactly where the passages are the same."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from kb.disclosure import Level
from search.mapped import forget
from search.table import PassageTable

NAME_BYTES = 16


def name_of_level(table: PassageTable, level: Level) -> bytes:
    """A name for exactly the passages of one level; what others hold does not change it."""
    begin, end = table.span(level)
    columns = table.columns[begin:end]
    owners, by_owner = np.unique(columns["owner"], return_inverse=True)
    langs, by_lang = np.unique(columns["lang"], return_inverse=True)
    first = int(table.ends[begin - 1]) if begin else 0
    last = int(table.ends[end - 1]) if end > begin else first
    digest = blake2b(digest_size=NAME_BYTES)
    digest.update(_lines(table.langs[one] for one in langs.tolist()))
    digest.update(_lines(table.slugs[one] for one in owners.tolist()))
    for column in (by_owner, by_lang, columns["kind"], columns["end"] - first):
        digest.update(np.ascontiguousarray(column).data)
    digest.update(memoryview(table.texts)[first:last])
    forget(table.texts)
    forget(table.columns)
    return digest.digest()


def name_of_names(names: Iterable[bytes]) -> str:
    """One name for several levels together."""
    return blake2b(b"".join(names), digest_size=NAME_BYTES).hexdigest()


def _lines(words: Iterable[str]) -> bytes:
    written = "\n".join(words).encode()
    return len(written).to_bytes(8, "little") + written
