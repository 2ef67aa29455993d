"""Words of a query that the audience's passages do not hold, said in words that they do.

A word that they hold speaks for itself: to add to it made answers worse (docs/search.md).
Promises that a word which no passage of the audience has is never added: what a synonym does
cannot tell of a hidden entry (trust case L10). Words are found whole: the longest of two that
begin at one place, English ones in any of their endings.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np

from kb.synonyms import Synonyms
from search.text import HAN, normalise
from search.words import Terms, stem, terms

_LATIN = re.compile(rf"[^\W_{HAN}]+")
_HAN_RUN = re.compile(f"[{HAN}]+")
_JOINED = re.compile(r"[-_/'\s]+")
_ANYTHING = re.compile("")
_ACCENTED = r"\u0080-\U0010ffff"
_BOUNDARY = rf"(?:(?<![^\W_{HAN}])|(?![^\W_{HAN}]))"
TextsWith = Callable[[str], Iterable[str]]
ADDED_MAX = 6
"""Equivalents said for one word, at most."""
ALIKE = 3
"""Letters that a word begins with as its stem does, where that has more; else the first alone."""


class Synonymy:
    """The groups of equivalents as one audience knows them.

    ``texts_with`` gives those of its normalised texts that can hold a word, or more.
    """

    def __init__(self, groups: Synonyms, texts_with: TextsWith) -> None:
        written = {word: _form(word) for group in groups for word in group}
        held = {
            form for word, form in written.items() if _occurs(form, texts_with(normalise(word)))
        }
        self._said: dict[str, tuple[str, ...]] = {}
        self.words: tuple[str, ...] = ()
        """The words, normalised, of the groups of which the audience's texts hold one."""
        for group in groups:
            known = [word for word in group if written[word] in held]
            self.words += tuple(map(normalise, group)) if known else ()
            said = tuple(map(normalise, known[:ADDED_MAX]))
            self._said |= {written[word]: () if written[word] in held else said for word in group}
        self._any = _pattern(self._said)

    def terms(self, text: str) -> Terms:
        """The terms of all equivalents of a normalised text."""
        said = [terms(word) for group in self.equivalents(text) for word in group]
        return np.concatenate(said) if said else np.zeros(0, dtype=np.uint32)

    def equivalents(self, text: str) -> tuple[tuple[str, ...], ...]:
        """For each word of a normalised text that only its group makes known, what it is called."""
        return tuple(said for _word, said in self.spoken(text))

    def spoken(self, text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """``equivalents``, each with the word it is said for."""
        if self._any is None:
            return ()
        found = ((each, self._said[each]) for each in self._any.findall(_joined(text)))
        return tuple((word, said) for word, said in found if said)


def _occurs(word: str, texts: Iterable[str]) -> bool:
    """Whether a word in its form stands in one of these normalised texts.

    A form leaves runs of Chinese as they are: it is made only of texts that have the word's own.
    """
    runs, near = _HAN_RUN.findall(word), _beginnings(word)
    likely = (text for text in texts if all(run in text for run in runs))
    return any(_stands_in(word, _joined(text)) for text in likely if near.search(text))


def _beginnings(word: str) -> "re.Pattern[str]":
    """What a text looks like, before it is stemmed, that may hold several Latin words in a row.

    A stem begins as its word does, but for accents.
    """
    parts = word.split(" ")
    if len(parts) < 2 or not all(map(_LATIN.fullmatch, parts)):
        return _ANYTHING
    return re.compile(_JOINED.pattern.join(map(_beginning, parts)))


def _beginning(stemmed: str) -> str:
    """What a word looks like that may have this stem."""
    begun = stemmed[: ALIKE if len(stemmed) > ALIKE else 1]
    return "".join(rf"[{re.escape(letter)}{_ACCENTED}]" for letter in begun) + r"\w*"


def _stands_in(word: str, text: str) -> bool:
    """Whether a text holds the word where no other Latin letter touches its Latin ends."""
    at = text.find(word)
    while at >= 0:
        if not _parts_letters(text, at) and not _parts_letters(text, at + len(word)):
            return True
        at = text.find(word, at + 1)
    return False


def _parts_letters(text: str, at: int) -> bool:
    """Whether Latin letters stand on both sides of a place."""
    return 0 < at < len(text) and _LATIN.fullmatch(text, at - 1, at + 1) is not None


def _pattern(said: Iterable[str]) -> "re.Pattern[str] | None":
    """The longest word at each place, where ``_stands_in`` would find it.

    The class of letters stands in it a few times, not with each word: it takes long to compile.
    """
    longest_first = sorted(said, key=lambda word: (-len(word), word))
    every = "|".join(map(re.escape, longest_first))
    if not every or "" in longest_first:
        return re.compile(every) if every else None
    # most places of a text begin no word at all: that is seen before hundreds of them are tried
    firsts = "".join(re.escape(first) for first in sorted({word[0] for word in longest_first}))
    return re.compile(f"(?=[{firsts}]){_BOUNDARY}(?:{every}){_BOUNDARY}")


def _form(text: str) -> str:
    """Text normalised, with its Latin words stemmed and joined by single spaces."""
    return _joined(normalise(text))


def _joined(text: str) -> str:
    stemmed = _LATIN.sub(lambda word: stem(word.group()), text)
    return _JOINED.sub(" ", stemmed).strip()
