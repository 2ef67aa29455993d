"""The training pairs: read from the data folder, cleaned, and freed of evaluation texts.

A pair is two texts that mean the same (parallel, paraphrase, synonym), ask for the same (intent)
or are a title and its body (qa). There are positives only.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from training.text import clean, key

LONG = 40
"""Texts whose key is longer than this are also compared by their first characters."""


@dataclass(frozen=True)
class Pair:
    """Two cleaned texts, the name of the file they came from, and how they belong together."""

    a: str
    b: str
    kind: str
    dataset: str


def read_pairs(path: Path) -> Iterator[Pair]:
    """Yield the pairs of one `*.jsonl.gz` file; pairs with an empty side are left out."""
    dataset = path.name.removesuffix(".jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            pair = Pair(clean(row["a"]), clean(row["b"]), row["kind"], dataset)
            if pair.a and pair.b:
                yield pair


def evaluation_keys(folder: Path) -> set[str]:
    """Return the keys of every query, question, alternate and answer below `folder`."""
    keys: set[str] = set()
    for path in sorted(folder.glob("*/*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            texts = [row.get("q"), row.get("question"), row.get("answer"), *row.get("alts", [])]
            for text in filter(None, texts):
                keys.update(_keys(text))
    return keys


def judged_keys(paths: Iterable[Path]) -> set[str]:
    """Return the keys of every text in the project's own judged questions, JSON lines or YAML."""
    keys: set[str] = set()
    for path in paths:
        document = path.read_text("utf-8")
        rows = yaml.safe_load(document) if path.suffix == ".yaml" else _lines(document)
        keys.update(found for text in _texts(rows) for found in _keys(text))
    return keys


def without_leaks(pairs: Iterable[Pair], forbidden: set[str]) -> tuple[list[Pair], Counter[str]]:
    """Return the pairs that share no text with an evaluation, and the number dropped per file."""
    kept: list[Pair] = []
    dropped: Counter[str] = Counter()
    for pair in pairs:
        if forbidden.isdisjoint([*_keys(pair.a), *_keys(pair.b)]):
            kept.append(pair)
        else:
            dropped[pair.dataset] += 1
    return kept, dropped


def save_pairs(pairs: Iterable[Pair], path: Path) -> None:
    """Write pairs so that `load_pairs` reads them back without cleaning them again."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as out:
        for pair in pairs:
            out.write(json.dumps(asdict(pair), ensure_ascii=False) + "\n")


def load_pairs(path: Path) -> list[Pair]:
    """Read what `save_pairs` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [Pair(**json.loads(line)) for line in lines]


def _lines(document: str) -> list[object]:
    return [json.loads(line) for line in document.splitlines()]


def _texts(value: object) -> Iterator[str]:
    """Every string in a document but the names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))


def _keys(text: str) -> list[str]:
    whole = key(text)
    return [whole] if len(whole) <= LONG else [whole, whole[:LONG]]
