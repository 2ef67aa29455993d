"""Recall of an encoder on the dev sets: `python -m training.evaluate MODEL --data DIR`.

An entry scores by its best passage: its question, each alternate, each piece of its answer.
Two numbers per set: the cosine alone, and the cosine plus 0.35 times BM25 (single Han characters
and their pairs, Latin words), scaled to 0..1 per query. This is a yardstick for comparing
models, simpler than the engine; `flask eval run` measures the product.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from training.text import HAN_ONLY, clean

Array = NDArray[np.float32]
Encode = Callable[[list[str]], Array]
LEXICAL_WEIGHT = 0.35
PIECE_CHARACTERS = {"zh": 120, "en": 320}
_WORDS = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+")
_SENTENCES = re.compile(r"(?<=[。！？；!?;])|(?<=\. )|\n")


@dataclass(frozen=True)
class DevSet:
    """Passages with the number of their entry, and queries with the numbers of their answers."""

    name: str
    passages: list[str]
    owners: list[int]
    queries: list[str]
    gold: list[frozenset[int]]


@dataclass(frozen=True)
class Result:
    """Recall at 1 over answerable queries; AUROC is None without unanswerable ones."""

    dense: float
    hybrid: float
    dense_auroc: float | None
    hybrid_auroc: float | None


def pieces(answer: str) -> list[str]:
    """Cut an answer at sentence ends into pieces of about a paragraph."""
    limit = PIECE_CHARACTERS["zh" if re.search(HAN_ONLY, answer) else "en"]
    found: list[str] = []
    for sentence in filter(None, map(str.strip, _SENTENCES.split(answer))):
        if found and len(found[-1]) + len(sentence) <= limit:
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return found


def read_set(folder: Path) -> DevSet:
    """Read `entries.jsonl` and the dev split of `queries.jsonl`."""
    entries, queries = (
        [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in ("entries", "queries")
    )
    queries = [query for query in queries if query.get("split", "dev") == "dev"]
    numbers = {entry["id"]: number for number, entry in enumerate(entries)}
    passages: list[str] = []
    owners: list[int] = []
    for number, entry in enumerate(entries):
        texts = [entry.get("question", ""), *entry.get("alts", [])]
        texts += pieces(entry.get("answer", ""))
        kept = [clean(text) for text in texts if text.strip()]
        passages += kept
        owners += [number] * len(kept)
    gold = [frozenset(numbers[name] for name in query["ids"]) for query in queries]
    return DevSet(folder.name, passages, owners, [clean(query["q"]) for query in queries], gold)


def terms(text: str) -> list[str]:
    """Return the terms of cleaned text: Latin words, Han characters and their pairs."""
    found: list[str] = []
    for word in _WORDS.findall(text):
        if HAN_ONLY.fullmatch(word):
            found += [*word, *(word[at : at + 2] for at in range(len(word) - 1))]
        else:
            found.append(word)
    return found


def bm25(passages: Iterable[str], queries: list[str], *, k1: float = 1.2, b: float = 0.75) -> Array:
    """Return BM25 scores [queries, passages]."""
    documents = [Counter(terms(passage)) for passage in passages]
    lengths = np.array([document.total() for document in documents], np.float32)
    norm = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
    postings: dict[str, list[tuple[int, int]]] = {}
    for number, document in enumerate(documents):
        for term, count in document.items():
            postings.setdefault(term, []).append((number, count))
    scores = np.zeros((len(queries), len(documents)), np.float32)
    for row, query in enumerate(queries):
        for term in set(terms(query)) & postings.keys():
            numbers, counts = np.array(postings[term]).T
            rarity = np.log(1 + (len(documents) - len(numbers) + 0.5) / (len(numbers) + 0.5))
            scores[row, numbers] += rarity * counts * (k1 + 1) / (counts + norm[numbers])
    return scores


def auroc(positive: Array, negative: Array) -> float | None:
    """Return the chance that a positive scores above a negative; None when either is absent."""
    if not len(positive) or not len(negative):
        return None
    greater = (positive[:, None] > negative[None, :]).mean()
    equal = (positive[:, None] == negative[None, :]).mean()
    return float(greater + equal / 2)


def measure(dev: DevSet, encode: Encode) -> Result:
    """Score every query against every passage and compare the best entry with the gold one."""
    cosine = encode(dev.queries) @ encode(dev.passages).T
    lexical = bm25(dev.passages, dev.queries)
    low, high = lexical.min(1, keepdims=True), lexical.max(1, keepdims=True)
    hybrid = cosine + LEXICAL_WEIGHT * (lexical - low) / np.maximum(high - low, 1e-9)
    (dense_recall, dense_auroc), (recall, area) = (
        _judge(dev, scores) for scores in (cosine, hybrid)
    )
    return Result(dense_recall, recall, dense_auroc, area)


def onnx_encoder(folder: Path, *, threads: int = 1) -> Encode:
    """Return the encoder of a model folder; texts are encoded one at a time, as when serving."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def encode(texts: list[str]) -> Array:
        rows = []
        for encoding in tokenizer.encode_batch(texts):
            ids = np.array([encoding.ids], np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            rows.append(session.run(None, feed)[0][0])
        return np.array(rows, np.float32)

    return encode


def evaluate(folder: Path, encode: Encode) -> dict[str, Result]:
    """Measure every set below `folder`."""
    names = sorted(path.parent for path in folder.glob("*/queries.jsonl"))
    return {path.name: measure(read_set(path), encode) for path in tqdm(names, desc="dev sets")}


def table(results: dict[str, Result]) -> str:
    """Return a Markdown table, AUROC in brackets."""

    def cell(recall: float, area: float | None) -> str:
        return f"{recall:.3f}" + (f" ({area:.3f})" if area is not None else "")

    rows = ["| dev set | dense | hybrid |", "|---|---|---|"]
    for name, result in results.items():
        dense, hybrid = (
            cell(result.dense, result.dense_auroc),
            cell(result.hybrid, result.hybrid_auroc),
        )
        rows.append(f"| {name} | {dense} | {hybrid} |")
    return "\n".join(rows)


def _judge(dev: DevSet, scores: Array) -> tuple[float, float | None]:
    owners = np.array(dev.owners)
    best, first = scores.max(1), owners[scores.argmax(1)]
    known = np.array([bool(gold) for gold in dev.gold])
    right = [number in gold for number, gold in zip(first, dev.gold, strict=True) if gold]
    return float(np.mean(right)), auroc(best[known], best[~known])


def main() -> None:
    """Print the table for a model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a folder with model.onnx and tokenizer.json")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    print(table(evaluate(arguments.data / "eval", onnx_encoder(arguments.model))))


if __name__ == "__main__":
    main()
