"""Pinyin heard as Chinese: ``tuihuo zenme tui`` becomes 退货怎么退, ``th`` becomes 退货.

What is left in Latin letters is mended, see ``search.slips``.

The characters are the likeliest ones that the audience's own passages spell that way, found by
Viterbi over pairs of neighbours: no dictionary of words, and nothing that the audience may not
see (trust case L10). What does not read as pinyin stays as it is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log

from search.homophones import Homophones
from search.slips import Slips, ranks
from search.sound import SYLLABLE_MAX, cut_pinyin, is_english, readings
from search.spelling import LATIN_WORD, WORD, Spelling
from search.text import count_han, has_han

CHARACTERS_PER_SYLLABLE = 12
CHARACTERS_PER_INITIAL = 60
PAIR_SHARE = 0.9
PINYIN_SHARE = 0.5
"""From here on a query is taken as pinyin with English in it, below as the reverse."""
OCCURRING_SHARE = 0.33
"""Beside other words, and where a word may be English, so many of the pairs of neighbours that are
heard must stand in some text: of 87 questions in pinyin all have a third, of English that can be
cut into syllables (hong kong) hardly one."""
HAN_LETTERS = 3
"""Letters that a Chinese character counts as, when it is decided what a query mainly is."""
PAIRS_KEPT = 200_000
LETTERS_MAX = 96
"""Longer stretches are no pinyin; keeps the work small."""
INITIALS = range(2, 7)
"""Lengths of a word without vowels that is read as initials."""
INITIALS_OF_WORDS = 2
"""Letters up to which what is an English word may be initials all the same: of more it is a name
or a short form, such as dhl."""
INITIALS_LETTERS_MAX = 8
"""More letters of initials in one query are no initials: each may be any of sixty characters."""

_LATIN_RUN = re.compile(rf"{WORD}(?: {WORD})*")
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class _Path:
    score: float
    text: str


class Hearing:
    """The spelling of one audience's texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._know([Spelling.of(texts)], Spelling.of(()))

    @classmethod
    def of(cls, spellings: Sequence[Spelling], *, named: Spelling) -> "Hearing":
        """The spelling of all these texts together; what is ``named`` is neither initials nor a
        slip, but nothing else is taken for it."""
        hearing = cls.__new__(cls)
        hearing._know(spellings, named)
        return hearing

    def _know(self, spellings: Sequence[Spelling], named: Spelling) -> None:
        self._slips = Slips(spellings, named)
        self._homophones = Homophones(spellings, named)
        self._spellings = spellings
        self._named = named
        self._characters: Counter[str] = Counter()
        for one in spellings:
            self._characters.update(one.characters)
        self._total = max(self._characters.total(), 1)
        self._by_sound = _table(self._characters)
        self._likely: dict[str, float] = {}

    def hear(self, text: str) -> str:
        """Normalised text with its pinyin written in characters, and its slips undone."""
        return self._homophones.mend(self._slips.mend(self.spell(text)))

    def spell(self, text: str) -> str:
        """Normalised text with its pinyin written in characters."""
        words = LATIN_WORD.findall(text)
        if not words:
            return text
        pinyin = {word for word in words if cut_pinyin(word) and not is_english(word)}
        letters = sum(map(len, words))
        spoken = sum(len(word) for word in words if word in pinyin)
        mainly = spoken > 0 and spoken >= PINYIN_SHARE * (letters + HAN_LETTERS * count_han(text))
        if mainly:
            pinyin |= {word for word in words if cut_pinyin(word) and not self._is_english(word)}
        else:
            pinyin = {word for word in pinyin if not self._is_written(word)}
        if mainly or has_han(text) or len(words) == 1:
            initials = [word for word in words if self._is_initials(word)]
            pinyin |= set(initials if sum(map(len, initials)) <= INITIALS_LETTERS_MAX else ())
        if not pinyin or letters > LETTERS_MAX:
            return text
        return _LATIN_RUN.sub(lambda run: self._rewrite(run.group(), pinyin, mainly), text)

    def _is_initials(self, word: str) -> bool:
        vowels = _VOWELS.intersection(word)
        known = self._is_written(word) or word in self._named.latin
        known = known or (len(word) > INITIALS_OF_WORDS and word in ranks())
        return len(word) in INITIALS and not vowels and not known

    def _is_english(self, word: str) -> bool:
        """Of one syllable an English word may be pinyin after all (you for 有), beside others."""
        return is_english(word) and len(cut_pinyin(word)) > 1 and self._is_written(word)

    def _may_be_english(self, word: str) -> bool:
        return is_english(word) or self._is_written(word)

    def _is_written(self, word: str) -> bool:
        return any(word in one.latin for one in self._spellings)

    def _together(self, pair: str) -> int:
        return sum(one.together(pair) for one in self._spellings)

    def _rewrite(self, run: str, pinyin: set[str], mainly: bool) -> str:
        """The run with each stretch of pinyin words written in one go.

        A stretch is believed as far as its pairs occur: all of them where the query is not mainly
        pinyin, ``OCCURRING_SHARE`` where something in the run may be English, else none need.
        """
        written: list[str] = []
        every = LATIN_WORD.findall(run)
        for spoken, stretch in groupby(every, key=pinyin.__contains__):
            words = list(stretch)
            heard = self._write(words) if spoken else ""
            foreign = len(words) < len(every) or any(map(self._may_be_english, words))
            least = (OCCURRING_SHARE if foreign else 0.0) if mainly else 1.0
            written += [heard] if self._believed(heard, least, mainly=mainly) else words
        return " ".join(written)

    def _believed(self, heard: str, least: float, *, mainly: bool) -> bool:
        """Whether of the pairs of neighbours at least this share stands in some text."""
        pairs = [heard[at : at + 2] for at in range(len(heard) - 1)]
        if not pairs:
            return mainly and len(heard) > 0
        return sum(self._together(pair) > 0 for pair in pairs) >= least * len(pairs)

    def _write(self, words: Sequence[str]) -> str:
        """The likeliest characters for these words; empty when a sound is never used."""
        paths = {"": _Path(0.0, "")}
        for word in words:
            paths = self._continue(paths, word)
        best = max(paths.values(), key=lambda path: (path.score, path.text), default=_Path(0, ""))
        return best.text

    def _continue(self, paths: dict[str, _Path], word: str) -> dict[str, _Path]:
        """The best path to each last character after one more word."""
        initials = not cut_pinyin(word)
        at: list[dict[str, _Path]] = [paths, *({} for _ in word)]
        for end in range(1, len(word) + 1):
            for begin in range(max(0, end - (1 if initials else SYLLABLE_MAX)), end):
                sound = word[begin:end] + ("…" if initials else "")
                self._extend(at[begin], at[end], self._by_sound.get(sound, ()))
        return at[-1]

    def _extend(
        self, before: Mapping[str, _Path], after: dict[str, _Path], characters: Sequence[str]
    ) -> None:
        for character in characters:
            for previous, path in before.items():
                score = path.score + self._likelihood(previous, character)
                known = after.get(character)
                if known is None or score > known.score:
                    after[character] = _Path(score, path.text + character)

    def _likelihood(self, previous: str, character: str) -> float:
        """Of a character after another, or after nothing; worked out once for each pair."""
        pair = previous + character
        known = self._likely.get(pair)
        if known is None:
            if len(self._likely) >= PAIRS_KEPT:
                self._likely.clear()
            known = self._likely[pair] = self._weigh(previous, character)
        return known

    def _weigh(self, previous: str, character: str) -> float:
        alone = self._characters[character] / self._total
        if not previous:
            return log(alone)
        together = self._together(previous + character) / self._characters[previous]
        return log(PAIR_SHARE * together + (1 - PAIR_SHARE) * alone)


def _table(characters: Counter[str]) -> dict[str, tuple[str, ...]]:
    """Characters by syllable, and by initial under the letter with an ellipsis; common first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for character in sorted(characters, key=lambda one: (-characters[one], one)):
        for sound in sorted(readings(character)):
            found[sound].append(character)
        for initial in sorted({sound[0] for sound in readings(character)}):
            found[f"{initial}…"].append(character)
    return {
        sound: tuple(
            heard[: CHARACTERS_PER_INITIAL if sound.endswith("…") else CHARACTERS_PER_SYLLABLE]
        )
        for sound, heard in found.items()
    }
