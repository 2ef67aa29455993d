"""Shop phrasings that the project wrote itself: groups of questions that ask the same.

`phrases.txt` holds groups separated by empty lines, one phrasing per line, Chinese and English
mixed. `{device}` and the like stand for any word of the list of that name in the file's head
(`device = 耳机, headphones; 手机, phone`), the same word throughout a drawn group.
"""

import itertools
import random
import re
from collections.abc import Iterator
from pathlib import Path

from training.corpus import Pair
from training.text import clean, is_chinese

SOURCE = Path(__file__).with_name("phrases.txt")
DATASET = "phrases"
DRAWS = 6
"""How many words a group with a slot is drawn with."""

_SLOT = re.compile(r"\{(\w+)\}")
_LIST = re.compile(r"^(\w+) = (.+)$")
Words = dict[str, list[tuple[str, str]]]


def read_groups(text: str, *, seed: int = 1) -> list[list[str]]:
    """Return the groups of `text`, slots filled: one group per drawn word."""
    words: Words = {}
    groups: list[list[str]] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [
            line.strip() for line in block.splitlines() if line.strip() and not line.startswith("#")
        ]
        lists = [_LIST.match(line) for line in lines]
        if lines and all(lists):
            for match in filter(None, lists):
                words[match[1]] = _pairs_of_words(match[2])
        elif lines:
            groups += _filled(lines, words, random.Random(f"{seed}{lines[0]}"))
    return groups


def phrase_pairs(path: Path = SOURCE) -> list[Pair]:
    """Return a chain of pairs through every group: what is linked asks for the same."""
    return [
        Pair(a, b, "intent", DATASET)
        for group in read_groups(path.read_text("utf-8"))
        for a, b in itertools.pairwise(group)
    ]


def _pairs_of_words(text: str) -> list[tuple[str, str]]:
    pairs = []
    for item in text.split(";"):
        chinese, english = item.split(",")
        pairs.append((chinese.strip(), english.strip()))
    return pairs


def _filled(lines: list[str], words: Words, chance: random.Random) -> Iterator[list[str]]:
    names = {name for line in lines for name in _SLOT.findall(line)}
    if not names:
        yield [clean(line) for line in lines]
        return
    if unknown := names - words.keys():
        raise ValueError(f"no list of words named {', '.join(sorted(unknown))}: {lines[0]}")
    for number in range(DRAWS):
        chosen = {
            name: words[name][(number * 7 + chance.randrange(7)) % len(words[name])]
            for name in sorted(names)
        }
        yield [clean(_fill(line, chosen)) for line in lines]


def _fill(line: str, chosen: dict[str, tuple[str, str]]) -> str:
    side = 0 if is_chinese(_SLOT.sub("", line)) else 1
    return _SLOT.sub(lambda match: chosen[match[1]][side], line)
