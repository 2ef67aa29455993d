"""What one typing slip costs, and how much of that the engine undoes.

`python -m benchmarks.slips --data ../shared/data/eval` asks the dev sets and the shipped shop:
each question in English as it is and three times with a slip in one of its words, each question in
Chinese as it is and twice with a character of the same sound; once as typed and once mended.
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
from search.homophones import alike
from search.text import HAN, normalise, query_language

SEED = 5
MOST = 500
DRAWN = {"en": 3, "zh": 2}
_WORD = re.compile(r"(?<![a-z0-9])[a-z]{4,}(?![a-z0-9])")
_HAN = re.compile(f"[{HAN}]")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
Slip = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Cost:
    """R@1 of the questions of one language as they are, with a slip, and with the slip mended."""

    name: str
    lang: str
    queries: int
    plain: float
    typed: float
    mended: float


def costs(subject: Subject) -> Iterator[Cost]:
    """What slips cost one subject, in each language that it is asked in."""
    known = [query for query in subject.queries if query.gold]
    for lang, slip in SLIPS.items():
        asked = [query for query in known if query_language(query.text) == lang]
        slipped = list(with_slips(asked, slip, times=DRAWN[lang]))
        if slipped:
            yield Cost(
                subject.name,
                lang,
                len(asked),
                found_first(subject.engine, asked),
                found_first(subject.engine, slipped, as_typed=True),
                found_first(subject.engine, slipped),
            )


def with_slips(queries: Sequence[JudgedQuery], slip: Slip, *, times: int) -> Iterator[JudgedQuery]:
    """Each query so many times with a slip of its own; one that offers no place for it never."""
    chance = random.Random(SEED)
    for query in queries:
        text = normalise(query.text)
        for _ in range(times):
            typed = slip(text, chance)
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


def slip_in_english(text: str, chance: random.Random) -> str:
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


def slip_in_chinese(text: str, chance: random.Random) -> str:
    """One character replaced by another of its sound."""
    places = [at for at, one in enumerate(text) if _HAN.fullmatch(one) and len(alike(one))]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + chr(chance.choice(alike(text[at]).tolist())) + text[at + 1 :]


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


SLIPS: dict[str, Slip] = {"en": slip_in_english, "zh": slip_in_chinese}


def table(rows: Sequence[Cost]) -> str:
    """A Markdown table, with the means of each language at its end."""
    lines = [
        "| set | language | queries | as it is | with a slip | mended |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.lang} | {one.queries} "
        f"| {one.plain:.3f} | {one.typed:.3f} | {one.mended:.3f} |"
        for one in rows
    ]
    for lang in SLIPS:
        own = [(one.plain, one.typed, one.mended) for one in rows if one.lang == lang]
        means = " | ".join(f"{mean:.3f}" for mean in np.mean(own, axis=0))
        lines.append(f"| **mean** | {lang} | | {means} |")
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
