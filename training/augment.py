"""Noise that shoppers make: homophones, dropped characters, Latin typos, mixed languages.

Every function takes the chance (`random.Random`) that decides, and returns its text unchanged
where there is nothing to change.
"""

import functools
import random
import re
from collections import defaultdict

from pypinyin import Style, lazy_pinyin

from training.glosses import Glosses
from training.text import HAN

_LATIN_WORD = re.compile(r"[a-z]{4,}")


@functools.cache
def homophones() -> dict[str, list[str]]:
    """Map each common character to the others that sound like it, tones aside."""
    common = [
        bytes([row, cell]).decode("gb2312", "ignore")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
    ]
    by_sound: dict[str, list[str]] = defaultdict(list)
    for character in filter(None, common):
        by_sound[lazy_pinyin(character, style=Style.NORMAL)[0]].append(character)
    return {
        character: [other for other in same if other != character]
        for same in by_sound.values()
        for character in same
        if len(same) > 1
    }


def swap_homophone(text: str, chance: random.Random) -> str:
    """Replace one Han character by one of the same sound."""
    places = [place for place, character in enumerate(text) if character in homophones()]
    if not places:
        return text
    place = chance.choice(places)
    return text[:place] + chance.choice(homophones()[text[place]]) + text[place + 1 :]


def drop_character(text: str, chance: random.Random) -> str:
    """Leave out one Han character of a text of at least five."""
    places = [place for place, character in enumerate(text) if HAN.match(character)]
    if len(places) < 5:
        return text
    place = chance.choice(places)
    return text[:place] + text[place + 1 :]


def latin_typo(text: str, chance: random.Random) -> str:
    """Swap two letters, or drop or double one, inside a word of at least four letters."""
    words = list(_LATIN_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    place = chance.randrange(word.start() + 1, word.end() - 1)
    middle = chance.choice(
        (text[place + 1] + text[place], "" + text[place + 1], text[place] * 2 + text[place + 1])
    )
    return text[:place] + middle + text[place + 2 :]


def mix_languages(text: str, glosses: Glosses, chance: random.Random) -> str:
    """Replace one Chinese word of two to four characters by its English gloss."""
    found = [
        (place, word)
        for place in range(len(text))
        for length in (4, 3, 2)
        if len(word := text[place : place + length]) == length
        and word in glosses
        and len(glosses[word][0]) <= 16
    ]
    if not found:
        return text
    place, word = chance.choice(found)
    return f"{text[:place]} {glosses[word][0]} {text[place + len(word) :]}".strip()


def augment(text: str, glosses: Glosses, chance: random.Random, *, share: float = 0.2) -> str:
    """Change `text` in one way, in a `share` of the calls."""
    drawn = chance.random() / share
    if drawn >= 1:
        return text
    if not HAN.search(text):
        return latin_typo(text, chance)
    if drawn < 0.4:
        return swap_homophone(text, chance)
    if drawn < 0.55:
        return drop_character(text, chance)
    return mix_languages(text, glosses, chance)
