"""Typing slips in English mended: ``discout code`` is read as *discount code*.

A word that nobody writes becomes the likeliest one that is a slip away from it: a letter too many,
missing, wrong, or two swapped; or two words, where a space is missing. Words come from the
audience's own passages and from a list of English; nothing that the audience may not see has a
part in it (trust case L11).
"""

# ruff: noqa: SIM905 (lists of words are read best as text)
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

from search.sound import cut_pinyin
from search.spelling import Spelling
from search.text import HAN

ENGLISH = Path(__file__).with_name("english.txt")
SHORTEST = 4
"""Letters of a word that is mended: shorter ones are a slip away from too much."""
LONGEST = 24
SHORTEST_MEANT = 3
MEANT = 10_000
"""Words of the list that may be meant where no passage has them: the commonest. The others are
names and rare words, which a typed one should not become."""
COMMON = 5_000
"""Words of the list that may have lost the space beside them."""
DOUBTED_MAX = 4
"""Words doubted in one text: more are another language, or nonsense."""
SMALL_WORDS = frozenset(
    "a am an as at be by do go he if in is it i me my no of on or so to up us we".split()
)
"""Words of a letter or two that may have lost the space beside them."""
AUXILIARY = (
    "(?:ai|are|ca|could|did|do|does|had|has|have|is|might|must|need|should|was|were|wo|would)"
)

_CONTRACTED = re.compile(
    rf"{AUXILIARY}nt|(?:he|here|how|i|it|she|that|there|they|we|what|when|where|who|you)(?:d|ll|m|re|s|ve)"
)
"""*wasnt*, *youre*: written without an apostrophe, and no slip."""
_ENDED = re.compile(
    r"(?P<plain>[a-z]{3,})(?:s|ly)|(?P<long>[a-z]+(?:[aeiou]{2}|[^aeiou])[^aeiou])(?:ed|er|ing)"
)
"""A word and its ending; *shiping* is none of *ship*, which would double its last letter."""
_LETTER = rf"[^\W{HAN}]"
_WORD = re.compile(
    rf"(?<!{_LETTER})(?<![./@'’+#-])[a-z]{{{SHORTEST},{LONGEST}}}(?!{_LETTER}|[/@+#-]|[.'’]{_LETTER})"
)
"""No part of a code, an address or a contraction."""


class Slips:
    """What one audience's passages call things, to mend what is typed by.

    ``named`` words stay as they are, whether passages have them or not.
    """

    def __init__(self, spellings: Sequence[Spelling], named: Spelling) -> None:
        self._spellings = spellings
        self._named = named

    def mend(self, text: str) -> str:
        """Normalised text with the slips in its words undone."""
        words = _WORD.findall(text)
        doubted = {word for word in words if not self._is_known(word)}
        if len(doubted) > DOUBTED_MAX or 2 < len(doubted) > len(words) / 2:
            return text
        meant = {word: self._meant(word) for word in doubted}
        return _WORD.sub(lambda word: meant.get(word.group(), word.group()), text)

    def _is_known(self, word: str) -> bool:
        return self._is_written(word) or word in self._named.latin or is_word(word)

    def _meant(self, word: str) -> str:
        is_pinyin = len(cut_pinyin(word)) > 1
        offered = 0 if is_pinyin else MEANT
        near = [
            one
            for one in set(slips(word))
            if len(one) >= SHORTEST_MEANT and (_rank(one) < offered or self._is_written(one))
        ]
        if near or is_pinyin:
            return min(near, key=lambda one: self._unlikely(one, word), default=word)
        return self._parted(word)

    def _parted(self, word: str) -> str:
        """Two words for one that lost its space: those of which the rarer is the commonest."""
        parted = [(word[:at], word[at:]) for at in range(1, len(word))]
        both = [two for two in parted if all(map(self._may_stand_alone, two))]
        if not both:
            return word
        return " ".join(min(both, key=lambda two: (max(map(_rank, two)), two)))

    def _may_stand_alone(self, word: str) -> bool:
        if len(word) < SHORTEST_MEANT:
            return word in SMALL_WORDS
        return self._is_written(word) or _rank(word) < COMMON

    def _unlikely(self, meant: str, typed: str) -> tuple[bool, bool, bool, int, str]:
        """Sorts what may be meant: the first letter is seldom another; a passage's own word; what
        fingers do most, which is to leave a letter out, to double one or to swap two; the
        commonest word."""
        swapped = _is_swapped(meant, typed)
        other = meant[0] != typed[0] and not swapped
        likely = swapped or _is_doubled(meant, typed) or len(meant) > len(typed)
        return other, not self._is_written(meant), not likely, _rank(meant), meant

    def _is_written(self, word: str) -> bool:
        return any(word in one.latin for one in self._spellings)


def slips(word: str) -> Iterator[str]:
    """Every text of Latin letters that is one slip away: a letter left out, put in or replaced, or
    two neighbours swapped (Damerau's distance of one)."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def is_word(word: str) -> bool:
    """Whether English has the word, one that it is an ending of, or two that it is short for."""
    if word in ranks() or _CONTRACTED.fullmatch(word):
        return True
    ended = _ENDED.fullmatch(word)
    return ended is not None and (ended["plain"] or ended["long"]) in ranks()


@cache
def ranks() -> Mapping[str, int]:
    """The words of the list by how common they are: 0 is the commonest."""
    return {word: rank for rank, word in enumerate(ENGLISH.read_text("utf-8").split())}


def _rank(word: str) -> int:
    """Its place in the list; one that is not in it comes after all."""
    return ranks().get(word, len(ranks()))


def _is_swapped(one: str, other: str) -> bool:
    return len(one) == len(other) and sorted(one) == sorted(other)


def _is_doubled(one: str, other: str) -> bool:
    return len(one) != len(other) and _single(one) == _single(other)


def _single(word: str) -> str:
    """The word with each letter once where it stands twice in a row."""
    return word[:1] + "".join(after for before, after in pairwise(word) if before != after)
