"""The prior of the confidence, fitted; and what share of answers would be wrong at which floor.

`python -m benchmarks.fit --data ../shared/data/eval` asks the dev sets, and the dev split of the
judged queries of the shipped content, each query twice: with its entries and with them left out.
It prints the weights for `search/confidence.py` and, with what each index then learns by itself,
the shares by floor. The same data and model give the same figures. Nothing is written.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from benchmarks.subjects import Subject, dev_sets, shipped, shipped_model
from database import utc_now
from kb.disclosure import Audience
from search.calibration import LEFT_OUT_WEIGHT, learn
from search.confidence import Calibration, features, probabilities
from search.evaluation import JudgedQuery
from search.fusion import Values
from search.index import NOWHERE
from search.question import question_of
from search.ranking import Asked, positions_of
from search.reliability import binned, calibration_error
from search.table import Positions
from search.text import normalise

LEAD = 1.0
"""What a lead over the next entry counts beside the score. Left free it would be more: most of
these sets have only questions with an answer, among near twins. The more it counts, the worse a
question without an answer is told from one that has two."""
SOFTNESS = 10.0
DIGITS = 2
FLOORS = (0.5, 0.55, 0.6, 0.65, 0.69, 0.7, 0.75, 0.8, 0.85, 0.9)
NEAR = 0.05
"""Answers whose confidence lies less than this above a floor are said to stand at it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """First entries of one subject: features, rightness, weights, audiences, whether as asked."""

    subject: Subject
    values: Values
    right: npt.NDArray[np.bool_]
    counts: Values
    audiences: Sequence[Audience]
    asked: npt.NDArray[np.bool_]


def look(subject: Subject) -> Seen:
    """Ask every query as it is and, where it has an answer, without its entries."""
    rows = [row for query in subject.queries for row in _looks(subject, query)]
    values, right, counts, audiences, asked = zip(*rows, strict=True)
    return Seen(
        subject, np.array(values), np.array(right), np.array(counts), audiences, np.array(asked)
    )


def fit(seen: Sequence[Seen]) -> Calibration:
    """The weights that make all subjects likely, each counting as much as any other.

    A lead counts ``LEAD`` times what the score counts.
    """
    score, margin, *others = np.concatenate([one.values for one in seen]).T
    values = np.column_stack([score + LEAD * margin, *others])
    right = np.concatenate([one.right for one in seen])
    counts = np.concatenate([one.counts / one.counts.sum() for one in seen])
    model = LogisticRegression(C=SOFTNESS, max_iter=5_000)
    model.fit(values, right, sample_weight=counts * len(right) / len(seen))
    slope, *rest = model.coef_[0]
    weights = [slope, LEAD * slope, *rest, model.intercept_[0]]
    return Calibration(tuple(round(float(weight), DIGITS) for weight in weights))


def confidences(seen: Seen, prior: Calibration) -> Values:
    """The confidence of each query as asked, with what the index learns around this prior."""
    index = seen.subject.engine.serving(now=utc_now()).index
    learned = {one: learn(index, audience=one, prior=prior).weights for one in set(seen.audiences)}
    rows = np.flatnonzero(seen.asked)
    return np.array(
        [probabilities(seen.values[[row]], learned[seen.audiences[row]])[0] for row in rows]
    )


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the dev sets")
    parser.add_argument("--most", type=int, default=300, help="queries asked of each set")
    asked = parser.parse_args()
    model = shipped_model()
    seen = [look(subject) for subject in dev_sets(asked.data, model, most=asked.most)]
    with shipped(model, split="dev") as shop:
        seen.append(look(shop))
        prior = fit(seen)
        print(f"PRIOR = Calibration({prior.weights})")
        print("\n".join(report(seen, prior)))


def report(seen: Sequence[Seen], prior: Calibration) -> Iterator[str]:
    """By subject the calibration error; by floor the shares answered, wrong, and wrong at it."""
    chances = [confidences(one, prior) for one in seen]
    rights = [one.right[one.asked] for one in seen]
    for one, sure, right in zip(seen, chances, rights, strict=True):
        shares = "  ".join(_at(sure, right, floor) for floor in (0.6, 0.65, 0.7))
        error = calibration_error(binned(list(zip(sure.tolist(), right.tolist(), strict=True))))
        yield f"{one.subject.name:22}error {error:.3f}  {shares}"
    for floor in FLOORS:
        parts = [_shares(sure, right, floor) for sure, right in zip(chances, rights, strict=True)]
        answered, wrong, at_floor = np.nanmean(np.array(parts), axis=0)
        yield (
            f"floor {floor:.3f}  answered {answered:.3f}  wrong {wrong:.3f}  "
            f"just at it {at_floor:.3f}"
        )


def _looks(
    subject: Subject, query: JudgedQuery
) -> Iterator[tuple[Values, bool, float, Audience, bool]]:
    engine, audience = subject.engine, Audience(query.level)
    index = engine.serving(now=utc_now()).index
    text = index.hearing(audience).hear(normalise(query.text))
    meant = index.synonymy(audience).terms(text)
    question = question_of(text, engine.encode([text])[0], meant=meant)
    own = [positions_of(index, slug, audience=audience) for slug in sorted(query.gold)]
    left_out: tuple[Positions, ...] = (np.concatenate(own),) if own else ()
    asked = Asked.of(index, question, audience=audience)
    for without in (NOWHERE, *left_out):
        found = asked.rank(without=without)
        as_asked = without is NOWHERE
        if found:
            right = as_asked and found[0].slug in query.gold
            weight = 1.0 if as_asked else LEFT_OUT_WEIGHT
            yield features(found)[0], right, weight, audience, as_asked


def _shares(sure: Values, right: npt.NDArray[np.bool_], floor: float) -> tuple[float, float, float]:
    above = sure >= floor
    near = above & (sure < floor + NEAR)
    wrong = ~right
    return (
        float(above.mean()),
        float(wrong[above].mean()) if above.any() else np.nan,
        float(wrong[near].mean()) if near.any() else np.nan,
    )


def _at(sure: Values, right: npt.NDArray[np.bool_], floor: float) -> str:
    answered, wrong, _ = _shares(sure, right, floor)
    return f"{floor:.3f}: {answered:.2f} answered, {wrong:.3f} wrong"


if __name__ == "__main__":
    main()
