"""Lexical terms of a text: what BM25 counts.

Chinese gives each character and each pair of neighbours: that beats word segmentation on
questions (docs/search.md). Latin script gives folded, stemmed words; a code such as ``AB-12/3``
gives its parts and the whole. Terms are numbers (CRC-32), so an index needs no vocabulary.
"""

# ruff: noqa: SIM905 (lists of words are read best as text)
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import Lock
from typing import Protocol
from zlib import crc32

import numpy as np
import numpy.typing as npt

from search.text import HAN

Terms = npt.NDArray[np.uint32]

_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+(?:[-_./'][^\W_{HAN}]+)*)")
_PART = re.compile(r"[0-9]+|[^\W\d_]+")
_JOINT = re.compile(r"[-_./']")
_STEMMING = Lock()  # the stemmer keeps the word it works on in itself
STOP_WORDS = frozenset(
    "a an the is are am be been was were do does did to of in on at for and or it its this that "
    "i me my we you your he she they them can could would will should have has had with if so "
    "please there here s t".split()
)


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 (the library's name)


def terms(text: str) -> Terms:
    """The terms of normalised text in order, repeated as often as they occur."""
    return np.fromiter((crc32(word.encode()) for word in words(text)), dtype=np.uint32)


def words(text: str) -> Iterator[str]:
    """The terms of normalised text, readable."""
    for run in _RUN.finditer(text):
        if run.lastgroup == "han":
            yield from _characters(run.group())
        else:
            yield from _latin(run.group())


def latin_words(text: str) -> Iterator[str]:
    """The Latin words of normalised text that mean something, as they are written."""
    for run in _RUN.finditer(text):
        if run.lastgroup == "word":
            yield from (part for part in _JOINT.split(run.group()) if part not in STOP_WORDS)


def _characters(run: str) -> Iterator[str]:
    yield from run
    yield from (run[at : at + 2] for at in range(len(run) - 1))


def _latin(word: str) -> Iterator[str]:
    parts = _JOINT.split(word)
    for part in parts:
        if part not in STOP_WORDS:
            yield stem(part)
        if not part.isalpha() and not part.isdigit():
            yield from (stem(piece) for piece in _PART.findall(part))
    if len(parts) > 1 and any(letter.isdigit() for letter in word):
        yield "".join(parts)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """An English word without accents and endings; other words mostly as they are."""
    if not word.isascii():
        decomposed = unicodedata.normalize("NFD", word)
        word = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    with _STEMMING:
        return _stemmer().stemWord(word)


@cache
def _stemmer() -> _Stemmer:
    import snowballstemmer

    stemmer: _Stemmer = snowballstemmer.stemmer("english")
    return stemmer
