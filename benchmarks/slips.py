"""What one typing slip costs, and how much of that the engine undoes.

`python -m benchmarks.slips --data ../shared/data/eval` asks the dev sets and the shipped shop, each
question as it is, and with a slip: in English three times with one in a word and three times with
a space missing, in Chinese twice with a character of the same sound; as typed, and mended.
Slips are drawn by chance from a fixed seed, so that two runs draw the same. Nothing is written.
"""

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.subjects import Subject, dev_sets, shipped, shipped_model
from kb.disclosure import Audience
from search.engine import SearchEngine
from search.evaluation import JudgedQuery
from search.homophones import alike, common
from search.text import HAN, normalise, query_language

SEED = 5
MOST = 500
_WORD = re.compile(r"(?<![a-z0-9])[a-z]{4,}(?![a-z0-9])")
_SPACE = re.compile(r"(?<=[a-z]) (?=[a-z])")
_HAN = re.compile(f"[{HAN}]")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
Typing = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Slip:
    """A kind of slip: in which language, how often it is drawn for a question, and how."""

    name: str
    lang: str
    times: int
    typing: Typing


@dataclass(frozen=True, slots=True)
class Cost:
    """R@1 of questions as they are, with a slip of one kind, and with the slip mended."""

    name: str
    slip: str
    queries: int
    plain: float
    typed: float
    mended: float


def costs(subject: Subject) -> Iterator[Cost]:
    """What each kind of slip costs one subject, in the languages that it is asked in."""
    known = [query for query in subject.queries if query.gold]
    for slip in SLIPS:
        asked = [query for query in known if query_language(query.text) == slip.lang]
        slipped = list(with_slips(asked, slip))
        if slipped:
            yield Cost(
                subject.name,
                slip.name,
                len(asked),
                found_first(subject.engine, asked),
                found_first(subject.engine, slipped, as_typed=True),
                found_first(subject.engine, slipped),
            )


def with_slips(queries: Sequence[JudgedQuery], slip: Slip) -> Iterator[JudgedQuery]:
    """Each query with a slip of its own, some times; one that offers no place for it never."""
    chance = random.Random(SEED)
    for query in queries:
        text = normalise(query.text)
        for _ in range(slip.times):
            typed = slip.typing(text, chance)
            if typed != text:
                yield replace(query, text=typed)


def found_first(
    engine: SearchEngine, queries: Sequence[JudgedQuery], *, as_typed: bool = False
) -> float:
    """R@1."""
    firsts = []
    for query in queries:
        audience, lang = Audience(query.level), query_language(query.text)
        hits = engine.look(
            query.text, audience=audience, lang=lang, limit=1, as_typed=as_typed
        ).hits
        firsts.append(bool(hits) and hits[0].slug in query.gold)
    return float(np.mean(firsts))


def in_a_word(text: str, chance: random.Random) -> str:
    """A letter of one word swapped with the next, left out, doubled, or a neighbouring key."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    at = chance.randrange(word.start() + 1, word.end() - 1)
    typed = chance.choice(
        (
            text[at + 1] + text[at],
            text[at + 1],
            text[at] * 2 + text[at + 1],
            chance.choice(_beside(text[at])) + text[at + 1],
        )
    )
    return text[:at] + typed + text[at + 2 :]


def a_space_missing(text: str, chance: random.Random) -> str:
    """Two words written as one."""
    places = [space.start() for space in _SPACE.finditer(text)]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + text[at + 1 :]


def same_sound(text: str, chance: random.Random) -> str:
    """One character replaced by another of its sound, a common one rather than a rare one."""
    places = [at for at, one in enumerate(text) if _HAN.fullmatch(one) and len(alike(one))]
    if not places:
        return text
    at = chance.choice(places)
    others = [chr(code) for code in alike(text[at]).tolist()]
    neighbours = [common().characters[one] for one in others]
    return text[:at] + chance.choices(others, neighbours)[0] + text[at + 1 :]


def _beside(letter: str) -> str:
    """The keys left and right of a letter, and those above and below."""
    row = next(number for number, keys in enumerate(_ROWS) if letter in keys)
    at = _ROWS[row].index(letter)
    places = [(row, at - 1), (row, at + 1), (row - 1, at), (row - 1, at + 1), (row + 1, at)]
    return "".join(
        _ROWS[one][place]
        for one, place in places
        if 0 <= one < len(_ROWS) and 0 <= place < len(_ROWS[one])
    )


SLIPS = (
    Slip("letter", "en", 3, in_a_word),
    Slip("space", "en", 3, a_space_missing),
    Slip("sound", "zh", 2, same_sound),
)


def table(rows: Sequence[Cost]) -> str:
    """A Markdown table, with the means of each kind at its end."""
    lines = [
        "| set | slip | queries | as it is | with a slip | mended |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.slip} | {one.queries} "
        f"| {one.plain:.3f} | {one.typed:.3f} | {one.mended:.3f} |"
        for one in rows
    ]
    for slip in dict.fromkeys(one.slip for one in rows):
        own = [(one.plain, one.typed, one.mended) for one in rows if one.slip == slip]
        means = " | ".join(f"{mean:.3f}" for mean in np.mean(own, axis=0))
        lines.append(f"| **mean** | {slip} | | {means} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/eval"))
    arguments = parser.parse_args()
    model = shipped_model()
    rows = [one for subject in dev_sets(arguments.data, model, most=MOST) for one in costs(subject)]
    with shipped(model) as shop:
        rows += costs(shop)
    print(table(rows))


if __name__ == "__main__":
    main()
