"""How often characters and pairs of neighbours occur in texts: what hearing is learned from.

Counted by NumPy over all texts at once, and kept in arrays: a large shop has half a million pairs.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from search.text import HAN

WORD = r"(?<![a-z0-9])[a-z]+(?![a-z0-9])"
LATIN_WORD = re.compile(WORD)
_HAN_RUN = re.compile(f"[{HAN}]+")
_PLANES = 4
_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Spelling:
    """Chinese characters and Latin words by how often they occur, and ``pairs`` of characters.

    A pair is two code points in one number; ``pairs`` are sorted, and so are characters and words.
    """

    characters: Mapping[str, int]
    pairs: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]
    latin: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Spelling":
        """The spelling of these texts; no pair reaches from one into the next."""
        return cls.of_lines("\n".join(texts))

    @classmethod
    def of_lines(cls, every: str) -> "Spelling":
        """The spelling of texts that stand in one, each on a line of its own."""
        codes = np.frombuffer(every.encode("utf-32-le", errors="replace"), dtype=np.uint32)
        written = np.flatnonzero(_is_han()[np.minimum(codes, _PLANES * 65_536 - 1)])
        found, counts = np.unique(codes[written], return_counts=True)
        characters = {chr(one): int(count) for one, count in zip(found, counts, strict=True)}
        begins = written[:-1][np.diff(written) == 1]
        pairs = (codes[begins].astype(np.uint64) << _SHIFT) | codes[begins + 1]
        known, often = np.unique(pairs, return_counts=True)
        latin = Counter(LATIN_WORD.findall(every))
        return cls(characters, known, often, dict(sorted(latin.items())))

    def revised(self, gone: "Spelling", come: "Spelling") -> "Spelling":
        """The spelling once some of the texts are gone and others have come.

        Says what ``of`` says of the texts that are then there: how often is a sum.
        """
        pairs = np.concatenate([self.pairs, gone.pairs, come.pairs])
        counts = np.concatenate([self.counts, -gone.counts, come.counts])
        order = np.argsort(pairs, kind="stable")
        pairs, begins = np.unique(pairs[order], return_index=True)
        sums = np.add.reduceat(counts[order], begins) if len(begins) else counts
        return Spelling(
            _sums(self.characters, gone.characters, come.characters),
            pairs[sums > 0],
            sums[sums > 0],
            _sums(self.latin, gone.latin, come.latin),
        )

    def often(self, pairs: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """How often each of these pairs of code points are neighbours."""
        if not len(self.pairs):
            return np.zeros(len(pairs), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.pairs, pairs), len(self.pairs) - 1)
        found: npt.NDArray[np.int64] = np.where(self.pairs[at] == pairs, self.counts[at], 0)
        return found

    def together(self, pair: str) -> int:
        """``often`` of one pair, in half the time: hearing pinyin asks for thousands in turn."""
        code = np.uint64((ord(pair[0]) << 32) | ord(pair[1]))
        at = int(np.searchsorted(self.pairs, code))
        return int(self.counts[at]) if at < len(self.pairs) and self.pairs[at] == code else 0


def _sums(
    known: Mapping[str, int], gone: Mapping[str, int], come: Mapping[str, int]
) -> dict[str, int]:
    """How often each occurs afterwards, in order."""
    counts = Counter(known)
    counts.subtract(gone)
    counts.update(come)
    return dict(sorted((one, count) for one, count in counts.items() if count > 0))


@cache
def _is_han() -> npt.NDArray[np.bool_]:
    """Whether a code point is a Chinese character."""
    table = np.zeros(_PLANES * 65_536, dtype=bool)
    for code in range(0, len(table), 4_096):
        letters = "".join(map(chr, range(code, code + 4_096)))
        for run in _HAN_RUN.finditer(letters):
            table[code + run.start() : code + run.end()] = True
    return table
