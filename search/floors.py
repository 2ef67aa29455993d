"""From a confidence to an outcome: answered, suggested or missed."""

from dataclasses import dataclass

from search.results import Outcome

WRONG_ANSWER_SHARE = 0.05
WRONG_AT_FLOOR = 6.2
"""How far below one the floor lies for each wrong answer allowed (docs/search.md)."""
ANSWER_FLOORS = (0.5, 0.95)
SUGGEST_FLOOR = 0.35


@dataclass(frozen=True, slots=True)
class Floors:
    """The least confidence of an answer and of a suggestion."""

    answer: float
    suggest: float

    def outcome(self, confidence: float) -> Outcome:
        """What a search with this confidence came to."""
        if confidence >= self.answer:
            return Outcome.ANSWERED
        return Outcome.SUGGESTED if confidence >= self.suggest else Outcome.MISSED


def floors_for(
    *,
    answer: float | None = None,
    suggest: float | None = None,
    wrong_share: float = WRONG_ANSWER_SHARE,
) -> Floors:
    """What an operator has set; else what follows from the share of answers that may be wrong."""
    lowest, highest = ANSWER_FLOORS
    if answer is None:
        answer = round(min(max(1.0 - WRONG_AT_FLOOR * wrong_share, lowest), highest), 4)
    return Floors(answer, min(SUGGEST_FLOOR, answer) if suggest is None else suggest)
