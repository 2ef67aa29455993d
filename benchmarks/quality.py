"""Every dev set and the shipped content, the engine beside its peers in one run.

`python -m benchmarks.quality --data ../shared/data/eval` writes the table `docs/quality.md`;
with `--expect` it also takes the engine's figures as those to be held, in
`benchmarks/expected.yaml`. Without `--expect` it fails where a figure fell by more than the
tolerance. Queries of long sets are sampled evenly; `--most 0` asks all.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.peers import Peer, first_entries, peers
from benchmarks.subjects import ROOT, SHIPPED, Subject, dev_sets, shipped, shipped_model
from database import utc_now
from kb.disclosure import Audience
from search.evaluation import Answer, Figures, ask, figures
from search.passages import Kind, Passage
from search.reliability import calibration_error, reliability

TABLE = ROOT / "docs" / "quality.md"
EXPECTED = ROOT / "benchmarks" / "expected.yaml"
TOLERANCE = 0.02
HELD = ("r_at_1", "auroc", "answered", "wrong_among_answered")
LESS_IS_BETTER = {"wrong_among_answered"}
ALIKE = 0.6
"""The share of their pairs of characters from which on two entries say the same (Jaccard)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One set: the engine's figures and its expected calibration error, and the share of first
    entries that each peer got right.

    ``twins`` is the share of answerable queries whose first entry is not the one that was to come,
    but says the same; of the shipped shop it is not told.
    """

    name: str
    engine: Figures
    calibration_error: float
    twins: float | None
    peers: Mapping[str, float]


def measure(subject: Subject, chosen: Mapping[str, Peer]) -> Row:
    """Ask the engine and these peers."""
    answers = list(ask(subject.engine, subject.queries))
    said = figures(answers, entries=len(subject.entries))
    error = calibration_error(reliability(answers))
    right = {name: _right(subject, peer) for name, peer in chosen.items()}
    return Row(subject.name, said, error, twins(subject, answers), right)


def twins(subject: Subject, answers: Sequence[Answer]) -> float | None:
    """The share of answerable queries that a twin of the right entry answers instead."""
    if not subject.entries:
        return None
    pairs = {one.slug: _pairs(one.question + one.answer_text) for one in subject.entries}
    answerable = [one for one in answers if one.query.gold]
    instead = [one for one in answerable if one.first in pairs and one.first not in one.query.gold]
    same = [
        one
        for one in instead
        if max(_shared(pairs[one.first], pairs.get(gold, frozenset())) for gold in one.query.gold)
        >= ALIKE
    ]
    return len(same) / max(len(answerable), 1)


def table(rows: Sequence[Row], *, most: int) -> Iterator[str]:
    """The page, line by line."""
    names = list(rows[0].peers)
    few = f"at most {most} queries of each set, evenly spread, and all without an answer"
    asked = few if most else "all queries"
    yield "# Quality beside peers\n"
    yield "Written by `python -m benchmarks.quality`; not to be edited by hand."
    yield f"Share of answerable queries whose first entry is right (R@1), {asked}."
    yield "Every system sees the same passages; an entry counts by its best one."
    yield "bm25s and TF-IDF are given this project's terms, which treat Chinese better than theirs."
    yield "`shipped` is the test split of the judged queries."
    yield "Dawen's weights were chosen on the other eleven sets; its peers run as they come.\n"
    yield "| set | queries | Dawen | " + " | ".join(names) + " |"
    yield "|---|---|---|" + "---|" * len(names)
    for row in rows:
        shares = [row.engine.r_at_1, *row.peers.values()]
        marked = [f"**{one:.3f}**" if one == max(shares) else f"{one:.3f}" for one in shares]
        yield f"| {row.name} | {row.engine.queries} | " + " | ".join(marked) + " |"
    yield "\nOf Dawen alone, since the peers know no floor:\n"
    own = "unanswerable | AUROC | answered | wrong among answered | suggested | missed"
    yield f"| set | {own} | calibration error | twins |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in rows:
        said = row.engine
        auroc = "" if said.auroc is None else f"{said.auroc:.3f}"
        shares: list[float | None] = [said.answered, said.wrong_among_answered]
        shares += [said.suggested, said.missed]
        shares += [row.calibration_error, row.twins]
        parts = " | ".join("" if one is None else f"{one:.3f}" for one in shares)
        yield f"| {row.name} | {said.unanswerable} | {auroc} | {parts} |"
    yield (
        "\nTwins are the share of answerable queries whose first entry counts as wrong and shares "
        f"at least {ALIKE} of its pairs of characters with the right one (Jaccard): the set has "
        "the same answer twice."
    )


def falls(
    name: str, said: Figures, expected: Mapping[str, float], *, tolerance: float
) -> list[str]:
    """The figures that are worse than expected by more than the tolerance, in words."""
    measured = said.as_dict()
    worse = {
        key: (measured[key] - known) * (1 if key in LESS_IS_BETTER else -1)
        for key, known in expected.items()
    }
    return [
        f"{name}: {key} is {measured[key]}, expected {expected[key]} (tolerance {tolerance})"
        for key, fall in worse.items()
        if fall > tolerance
    ]


def read_expected() -> tuple[dict[str, dict[str, float]], float]:
    """The figures to be held by set, and the tolerance."""
    known = yaml.safe_load(EXPECTED.read_text("utf-8"))
    return known["sets"], known["tolerance"]


def main() -> None:
    """Measure, write the table, and compare or note the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the dev sets; without: shipped alone")
    parser.add_argument("--most", type=int, default=500, help="queries asked of each set")
    parser.add_argument("--expect", action="store_true", help="hold these figures from now on")
    parser.add_argument("--without", action="append", default=[], help="a peer that is left out")
    asked = parser.parse_args()
    chosen = {name: peer for name, peer in peers().items() if name not in asked.without}
    rows = list(_rows(asked.data, asked.most or None, chosen))
    if asked.data:
        TABLE.write_text("\n".join(table(rows, most=asked.most)) + "\n", "utf-8")
    if asked.expect:
        EXPECTED.write_text(yaml.safe_dump(_expectation(rows), sort_keys=False), "utf-8")
    known, tolerance = read_expected()
    fallen = [
        fall
        for row in rows
        for fall in falls(row.name, row.engine, known.get(row.name, {}), tolerance=tolerance)
    ]
    print("\n".join([*table(rows, most=asked.most), *fallen]))
    sys.exit(bool(fallen))


def _rows(data: Path | None, most: int | None, chosen: Mapping[str, Peer]) -> Iterator[Row]:
    model = shipped_model()
    if data:
        yield from (measure(one, chosen) for one in dev_sets(data, model, most=most))
    with shipped(model, split="test") as shop:
        yield measure(shop, chosen)


def _expectation(rows: Sequence[Row]) -> dict[str, object]:
    sets: dict[str, dict[str, float]] = dict(read_expected()[0])  # of a set not asked, as known
    for row in rows:
        said = row.engine.as_dict()
        held = HELD if row.name == SHIPPED else ("r_at_1", "wrong_among_answered")
        sets[row.name] = {key: said[key] for key in held if said[key] is not None}
    return {"tolerance": TOLERANCE, "sets": sets}


def _pairs(text: str) -> frozenset[str]:
    dense = "".join(text.split())
    return frozenset(dense[at : at + 2] for at in range(len(dense) - 1))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _right(subject: Subject, peer: Peer) -> float:
    """The share of answerable queries whose first entry is right, each at its asker's level."""
    queries = [query for query in subject.queries if query.gold]
    right = 0
    for level in sorted({query.level for query in queries}):
        asked = [query for query in queries if query.level == level]
        passages = _seen(subject, Audience(level))
        firsts = first_entries(peer, passages, [query.text for query in asked])
        right += sum(first in query.gold for first, query in zip(firsts, asked, strict=True))
    return right / max(len(queries), 1)


def _seen(subject: Subject, audience: Audience) -> list[Passage]:
    index = subject.engine.serving(now=utc_now()).index
    seen = index.passages[: index.visible(audience)]
    return [one for one in seen if one.kind is not Kind.NOT_FOR]


if __name__ == "__main__":
    main()
