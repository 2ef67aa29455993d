"""Texts that the project wrote itself: groups of questions that ask the same, some with an answer.

The files in `phrases/` and `phrases/wider/` hold groups separated by empty lines, one phrasing per
line, Chinese and English mixed; a line that begins with `= ` answers its group. Neighbouring groups
are near misses of each other: the order of the files is kept, so that batches can be drawn from
neighbours.
`{device}` and the like stand for any word of the list of that name in the file's head
(`device = 耳机, headphones; 手机, phone`), the same word throughout a drawn group.
`parallel.tsv` holds translations: Chinese, a tab, English.
"""

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from training.corpus import Pair
from training.text import clean, is_chinese

FOLDER = Path(__file__).with_name("phrases")
DATASET = "phrases"
ANSWERS = "answers"
WIDER = "wider"
"""The folder of what shops are not asked (clouds, offices, assistants), and how its pairs end."""
PARALLEL = "translations"
TRANSLATIONS = FOLDER / "parallel.tsv"
DRAWS = 6
"""How many words a group with a slot is drawn with."""

_ANSWER = "= "
_SLOT = re.compile(r"\{(\w+)\}")
_LIST = re.compile(r"^(\w+) = (.+)$")
Words = dict[str, list[tuple[str, str]]]


def sources() -> list[Path]:
    """The files of phrasings, in their order."""
    return [*sorted(FOLDER.glob("*.txt")), *sorted((FOLDER / WIDER).glob("*.txt"))]


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


def phrase_pairs(paths: Iterable[Path]) -> list[Pair]:
    """Return a chain of pairs through every group, and a pair of each question and its answer.

    A question that stands in two groups says too little and is left out.
    """
    groups = [
        (group, f"_{WIDER}" if path.parent.name == WIDER else "")
        for path in paths
        for group in read_groups(path.read_text("utf-8"))
    ]
    asked = Counter(line for group, _ in groups for line in dict.fromkeys(questions(group)))
    pairs = []
    for group, end in groups:
        own = [line for line in dict.fromkeys(questions(group)) if asked[line] == 1]
        pairs += [Pair(a, b, "intent", DATASET + end) for a, b in itertools.pairwise(own)]
        pairs += [Pair(line, text, "qa", ANSWERS + end) for text in answers(group) for line in own]
    return pairs


def translations(path: Path) -> list[Pair]:
    """Return the pairs of a file of translations."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [Pair(clean(zh), clean(en), "parallel", PARALLEL) for zh, en in rows]


def questions(group: Iterable[str]) -> list[str]:
    """The lines of a group that ask."""
    return [line for line in group if not line.startswith(_ANSWER)]


def answers(group: Iterable[str]) -> list[str]:
    """The lines of a group that answer, without their sign."""
    return [line.removeprefix(_ANSWER) for line in group if line.startswith(_ANSWER)]


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
