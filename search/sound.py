"""How Chinese sounds: for pinyin (``tuihuo``), initials (``th``), homophones (退或 for 退货).

Syllables are folded the way people confuse them: no tones, zh=z, ch=c, sh=s, and no final g.
Latin words count as pinyin when they can be cut into syllables without a rest.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np

from search.text import HAN
from search.words import Terms

SYLLABLE_MAX = 6
INITIALS = range(2, 7)
"""Lengths of a word without vowels that are read as initials."""

_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_WORD = re.compile(r"[a-z]+")
_VOWELS = frozenset("aeiou")


def sound_terms(text: str) -> Terms:
    """Neighbouring syllables of Chinese, and of Latin words that are pinyin."""
    grams: list[str] = []
    for syllables in _spoken(text):
        grams += syllables if len(syllables) == 1 else _pairs(syllables)
    return _numbers(grams)


def initial_terms(text: str) -> Terms:
    """Neighbouring initials of Chinese (退货 gives ``t h``), and of words without vowels."""
    grams: list[str] = []
    for run in _HAN_RUN.findall(text):
        grams += _pairs([syllable[0] for syllable in _read_aloud(run)])
    for word in _LATIN_WORD.findall(text):
        if len(word) in INITIALS and not _VOWELS.intersection(word):
            grams += _pairs(list(word))
    return _numbers(grams)


def spoken_share(text: str) -> float:
    """How many of the letters, 0…1, stand in Latin words that read as pinyin."""
    latin = _LATIN_WORD.findall(text)
    spoken = sum(len(word) for word in latin if cut_pinyin(word))
    letters = sum(letter.isalpha() for letter in text)
    return spoken / letters if letters else 0.0


def _spoken(text: str) -> Iterator[Sequence[str]]:
    for run in _HAN_RUN.findall(text):
        yield [_fold(syllable) for syllable in _read_aloud(run)]
    latin: list[str] = []
    for word in _LATIN_WORD.findall(text):
        if syllables := cut_pinyin(word):
            latin += syllables
        elif latin:
            yield [_fold(syllable) for syllable in latin]
            latin = []
    if latin:
        yield [_fold(syllable) for syllable in latin]


@lru_cache(maxsize=65_536)
def cut_pinyin(word: str) -> tuple[str, ...]:
    """The syllables of a word written in pinyin, the fewest; empty when it is none."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for begin in range(max(0, end - SYLLABLE_MAX), end):
            before = best[begin]
            if before is None or word[begin:end] not in _syllables():
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = (*before, word[begin:end])
    return best[-1] or ()


@lru_cache(maxsize=65_536)
def _fold(syllable: str) -> str:
    for heard, written in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(heard):
            syllable = written + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


@lru_cache(maxsize=8_192)
def _read_aloud(run: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # its dictionaries take a moment: only for Chinese text

    return tuple(part for part in lazy_pinyin(run, errors="ignore") if part)


@cache
def _syllables() -> frozenset[str]:
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    spelled = (reading for readings in PINYIN_DICT.values() for reading in readings.split(","))
    plain = {to_normal(reading) for reading in spelled}
    return frozenset(s for s in plain if s.isascii() and s.isalpha() and _VOWELS.intersection(s))


def _pairs(parts: Sequence[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(parts)]


def _numbers(grams: Sequence[str]) -> Terms:
    return np.fromiter((crc32(gram.encode()) for gram in grams), dtype=np.uint32, count=len(grams))
