"""Homophones put right: 推款 is read as 退款 where nobody writes the former.

A character is doubted when no text has it beside either of its neighbours: none of the audience's
own passages, and none of those that the model learnt from. One that sounds alike takes its place
where the passages have it beside a neighbour, or some text has it beside both. Nothing that the
audience may not see has a part in it (trust case L11).
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.sound import sound_of
from search.spelling import Spelling
from search.text import HAN

CHINESE = Path(__file__).with_name("chinese.npz")
OCCURS = 2
"""Times that two neighbours occur in the training texts at least."""
DOUBTED_MAX = 4
"""Characters doubted in one text: more are a way of writing, such as names or verse, no slips."""
SOCIABLE = 500
"""A character with so many different neighbours may have another: 的 and 吗 are never doubted."""
OWN_WEIGHT = 20.0
"""How much more an occurrence in the passages says than one elsewhere."""
LEAST_LIKELY = 4.0
"""Sum of the logarithms of how often both pairs occur, from which on a character was meant."""
LEAST_LIKELY_OF_SOCIABLE = 7.0
"""The same for one that goes with everything, where the passages have it beside neither."""

Characters = npt.NDArray[np.uint64]
_RUN = re.compile(f"[{HAN}]{{2,}}")
_LARGEST = np.iinfo(np.uint16).max
_WIDTH = np.uint64(16)
_SHIFT = np.uint64(32)


class Homophones:
    """What one audience's passages write side by side, to put right what is typed by.

    ``named`` words stay as they are, whether passages have them or not.
    """

    def __init__(self, spellings: Sequence[Spelling], named: Spelling) -> None:
        self._spellings = spellings
        self._named = named

    def mend(self, text: str) -> str:
        """Normalised text with the characters that were meant where others of their sound stand."""
        doubted = [self._doubted(run) for run in _RUN.findall(text)]
        if not 0 < sum(map(len, doubted)) <= DOUBTED_MAX:
            return text
        return _RUN.sub(lambda run: self._put_right(run.group()), text)

    def _apart(self, run: str) -> npt.NDArray[np.bool_]:
        """Of each two neighbours, whether no text has them beside each other."""
        codes = _codes(run)
        pairs = _pairs(codes[:-1], codes[1:])
        apart: npt.NDArray[np.bool_] = common().often(pairs) == 0
        if apart.any():  # which is seldom: then the passages need not be asked
            rare = pairs[apart]
            apart[apart] = self._own(rare) + self._named.often(rare) == 0
        return apart

    def _doubted(self, run: str) -> list[int]:
        """The places of characters that no text has beside a neighbour."""
        apart = [True, *self._apart(run).tolist(), True]
        places = [at for at in range(len(run)) if apart[at] and apart[at + 1]]
        return [at for at in places if common().characters.get(run[at], 0) < SOCIABLE]

    def _put_right(self, run: str) -> str:
        """The run with its likeliest correction made, and then the next."""
        for _ in range(DOUBTED_MAX):
            meant = [found for at in self._doubted(run) if (found := self._meant(run, at))]
            if not meant:
                break
            run = max(meant)[-1]
        return run

    def _meant(self, run: str, at: int) -> tuple[float, str] | None:
        """How likely the likeliest other character of the same sound is, and the run with it."""
        others = alike(run[at])
        beside = [_pairs(_codes(one), others) for one in run[max(at - 1, 0) : at]]
        beside += [_pairs(others, _codes(one)) for one in run[at + 1 : at + 2]]
        own = np.array([self._own(pairs) for pairs in beside])
        every = np.array([common().often(pairs) for pairs in beside])
        fits = (own > 0).any(axis=0) | (own + every > 0).all(axis=0)
        likely = np.log1p(OWN_WEIGHT * own + every).sum(axis=0)
        proves_little = ~(own > 0).any(axis=0) & np.isin(others, _sociable())
        least = np.where(proves_little, LEAST_LIKELY_OF_SOCIABLE, LEAST_LIKELY)
        offered = np.flatnonzero(fits & (likely >= least))
        if not len(offered):
            return None
        best = offered[likely[offered].argmax()]
        return float(likely[best]), run[:at] + chr(int(others[best])) + run[at + 1 :]

    def _own(self, pairs: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """How often the audience's passages have each pair."""
        counts = np.zeros(len(pairs), dtype=np.int64)
        for one in self._spellings:
            counts += one.often(pairs)
        return counts


@cache
def common() -> Spelling:
    """Neighbours in the Chinese that the model learnt from, and how many each character has."""
    with np.load(CHINESE) as kept:
        packed, counts = kept["pairs"].astype(np.uint64), kept["counts"].astype(np.int64)
    before, after = packed >> _WIDTH, packed & np.uint64(_LARGEST)
    found, often = np.unique(np.concatenate([before, after]), return_counts=True)
    characters = {chr(int(one)): int(count) for one, count in zip(found, often, strict=True)}
    return Spelling(characters, _pairs(before, after), counts, {})


def write_common(spelling: Spelling, path: Path = CHINESE) -> int:
    """Keep the neighbours that occur often enough, of characters that fit in 16 bits; how many."""
    before, after = spelling.pairs >> _SHIFT, spelling.pairs & np.uint64(0xFFFF_FFFF)
    kept = (spelling.counts >= OCCURS) & (np.maximum(before, after) <= _LARGEST)
    packed = ((before[kept] << _WIDTH) | after[kept]).astype(np.uint32)
    counts = np.minimum(spelling.counts[kept], _LARGEST).astype(np.uint16)
    np.savez_compressed(path, pairs=packed, counts=counts)
    return len(packed)


@cache
def alike(character: str) -> Characters:
    """The other characters that sound the same, tones and what people confuse aside."""
    same = _by_sound().get(sound_of(character), ())
    return np.array(sorted(ord(one) for one in same if one != character), dtype=np.uint64)


@cache
def _sociable() -> Characters:
    """The characters that go with everything."""
    counts = common().characters.items()
    return np.array([ord(one) for one, count in counts if count >= SOCIABLE], dtype=np.uint64)


@cache
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for character in common().characters:
        if sound := sound_of(character):
            found.setdefault(sound, []).append(character)
    return found


def _codes(run: str) -> Characters:
    return np.array([ord(character) for character in run], dtype=np.uint64)


def _pairs(before: Characters, after: Characters) -> Characters:
    return (before << _SHIFT) | after
