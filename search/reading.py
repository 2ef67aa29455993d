"""How a question was read before it was searched, and what a passage has of its words.

Pure, and for eyes only: nothing here takes part in the ranking.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from search.text import HAN
from search.words import words

_TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+(?:[-_./'][^\W_{HAN}]+)*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question on its way: as ``asked``, as ``written`` once normalised, as ``heard`` once its
    pinyin is in characters and its slips are undone. ``meant`` pairs a word that the audience's
    passages do not have with what they call it; ``lang`` is the language that most of it is in.
    """

    asked: str
    written: str
    heard: str
    lang: str
    meant: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_reread(self) -> bool:
        """Whether pinyin was written in characters, or a typing slip undone."""
        return self.heard != self.written

    @property
    def is_simplified(self) -> bool:
        """Whether traditional characters were written as simplified ones."""
        return _han(unicodedata.normalize("NFKC", self.asked)) != _han(self.written)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a passage has of a question's words: ``found`` of ``asked``, where a Chinese character
    counts as one; ``pieces`` is the passage cut up, each with whether the question has it too."""

    found: int
    asked: int
    pieces: tuple[tuple[str, bool], ...]


def compare(question: str, passage: str) -> Shared:
    """The words of a normalised question that a normalised passage has, and where."""
    held = set(words(passage))
    asked = [
        keys for token in dict.fromkeys(_TOKEN.findall(question)) if (keys := set(words(token)))
    ]
    found = [keys for keys in asked if keys & held]
    every = set[str]().union(*found)
    return Shared(len(found), len(asked), tuple(_joined(_cut(passage, every))))


def _cut(passage: str, shared: set[str]) -> Iterator[tuple[str, bool]]:
    at = 0
    for token in _TOKEN.finditer(passage):
        yield passage[at : token.start()], False
        yield token.group(), not shared.isdisjoint(words(token.group()))
        at = token.end()
    yield passage[at:], False


def _joined(pieces: Iterator[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Neighbours of one kind in one piece."""
    some = (piece for piece in pieces if piece[0])
    for is_shared, run in groupby(some, key=lambda piece: piece[1]):
        yield "".join(text for text, _ in run), is_shared


def _han(text: str) -> list[str]:
    return re.findall(f"[{HAN}]", text)
