"""``search.calibration``: what an index teaches of how sure to be, and how it is fitted."""

import numpy as np
import pytest
from scipy.optimize import minimize

from kb.disclosure import Audience, Level
from search import calibration
from search.calibration import CONSTANT_SPREAD, SLOPE_SPREAD, Example, fitted, learn
from search.confidence import MARGIN_MAX, PRIOR, Calibration, probabilities
from search.fusion import Values
from search.index import Index, terms_of
from search.passages import Kind, Passage

ANYONE = Audience(Level.PUBLIC)
WIDTH = 48
ENTRIES, PHRASINGS = 24, 4
SPREAD = 1.0


def some_examples(chance: np.random.Generator, count: int) -> list[Example]:
    """First entries as they might be seen, right or not, each of another weight."""
    scores, spoken = chance.uniform(0, 1, count), chance.integers(0, 2, count)
    leads = chance.uniform(-MARGIN_MAX, MARGIN_MAX, count)
    right, counts = chance.random(count) < scores, chance.uniform(0.1, 1, count)
    values = np.column_stack([scores, leads, spoken])
    return [
        (one, bool(is_so), float(n)) for one, is_so, n in zip(values, right, counts, strict=True)
    ]


@pytest.mark.parametrize("count", [1, 12, 128])
@pytest.mark.parametrize("seed", range(4))
def test_the_fit_is_the_most_likely_one_under_the_prior(count: int, seed: int) -> None:
    """As a general minimiser finds it for logistic loss and the squared distance from a prior."""
    chance = np.random.default_rng(seed)
    examples = some_examples(chance, count)
    prior = Calibration(tuple((np.array(PRIOR.weights) + chance.normal(size=4)).tolist()))
    values = np.array([[*seen, 1.0] for seen, _, _ in examples])
    right, counts = (np.array([one[at] for one in examples], float) for at in (1, 2))
    spread = np.array([*[SLOPE_SPREAD] * 3, CONSTANT_SPREAD])

    def unlikely(weights: Values) -> float:
        odds = values @ weights
        away = (weights - prior.weights) / spread
        return float(counts @ (np.logaddexp(0, odds) - right * odds) + away @ away / 2)

    found = minimize(unlikely, np.zeros(4), tol=1e-10)
    assert fitted(examples, prior) == pytest.approx(found.x, abs=1e-3)


def test_no_examples_leave_the_prior() -> None:
    """An index with too few phrasings knows no better."""
    few = an_index(entries=1)
    prior = Calibration((1.0, 2.0, 3.0, -4.0))
    assert prior.weights == learn(few, audience=ANYONE, prior=prior).weights
    assert PRIOR.weights == learn(few, audience=ANYONE).weights


def an_index(*, muddled: bool = False, entries: int = ENTRIES) -> Index:
    """Entries whose phrasings lie around a middle of their own; or, ``muddled``, each phrasing
    around that of another entry. No two phrasings share a word."""
    chance = np.random.default_rng(5)
    middles = np.linalg.qr(chance.normal(size=(WIDTH, WIDTH)))[0][:entries]
    places = [(at, ordinal) for at in range(entries) for ordinal in range(PHRASINGS)]
    around = [(at + ordinal * muddled) % entries for at, ordinal in places]
    rows = middles[around] + SPREAD * chance.normal(size=(len(places), WIDTH)) / np.sqrt(WIDTH)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    passages = [
        Passage(f"e{at:02}", "en", Kind.ALTERNATE, Level.PUBLIC, ordinal, f"w{at}x{ordinal}")
        for at, ordinal in places
    ]
    return Index(passages, terms_of(passages), rows.astype(np.float32))


def sure(weights: tuple[float, ...], *, score: float) -> float:
    """How sure a first entry with this score and some lead is."""
    return float(probabilities(np.array([[score, 0.1, 1.0]]), weights)[0])


def test_an_index_teaches_how_sure_to_be() -> None:
    """Where held out phrasings find their entries, the engine is surer than by the prior; where
    they find others, it is less sure."""
    clear, unclear = (
        sure(learn(an_index(muddled=muddled), audience=ANYONE).weights, score=0.5)
        for muddled in (False, True)
    )
    assert unclear + 0.02 < sure(PRIOR.weights, score=0.5) < clear - 0.02


def test_questions_without_an_answer_make_less_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a phrasing finds when its whole entry is left out is wrong, and counts."""
    index = an_index()
    heeded = sure(learn(index, audience=ANYONE).weights, score=0.3)
    monkeypatch.setattr(calibration, "LEFT_OUT_WEIGHT", 0.0)
    unheeded = sure(learn(index, audience=ANYONE).weights, score=0.3)
    assert heeded < unheeded - 0.02
