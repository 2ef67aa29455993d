"""Numbers that disagree between two texts that should say the same, as translations do.

Promises to speak up only where each side says something that the other does not: a number that
one side leaves out, or says twice, is no contradiction.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insights.quantities import Kind, Quantity, quantities, sentence_around


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Quantities of one kind that only one of two texts has, each with its sentence.

    ``one_says`` and ``other_says`` are the sentences around the first of them.
    """

    kind: Kind
    one_found: tuple[Quantity, ...]
    other_found: tuple[Quantity, ...]
    one_says: str
    other_says: str

    @property
    def one(self) -> tuple[str, ...]:
        """The numbers as the first text writes them."""
        return tuple(each.text for each in self.one_found)

    @property
    def other(self) -> tuple[str, ...]:
        """The numbers as the second text writes them."""
        return tuple(each.text for each in self.other_found)


def disagreements(one: str, other: str) -> tuple[Disagreement, ...]:
    """Where two plain texts that should say the same have different numbers."""
    mine, theirs = _without_common(quantities(one), quantities(other))
    mine, theirs = _without_bare(mine, theirs)
    mine, theirs = _without_bare(theirs, mine)[::-1]
    return tuple(
        Disagreement(
            kind,
            tuple(left),
            tuple(right),
            *_sentences(one, left[0], other, right[0]),
        )
        for kind, left, right in _pairs(mine, theirs)
    )


def _without_common(
    one: Iterable[Quantity], other: Iterable[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    mine, theirs = list(one), list(other)
    common = Counter(map(_meaning, mine)) & Counter(map(_meaning, theirs))
    return _less(mine, common), _less(theirs, Counter(common))


def _less(found: Sequence[Quantity], common: Counter[tuple[Kind, str]]) -> list[Quantity]:
    """``found`` without as many of each meaning as are common; the last ones go first."""
    left = Counter(common)
    kept = []
    for each in found:
        if left[_meaning(each)] > 0:
            left[_meaning(each)] -= 1
        else:
            kept.append(each)
    return kept


def _meaning(each: Quantity) -> tuple[Kind, str]:
    return each.kind, each.meaning


def _without_bare(
    bare: Sequence[Quantity], other: Sequence[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    """Both without the counts of the first that are some quantity's number in the second: a
    table says "days" in its heading and the number in its cell."""
    kept, left = [], list(other)
    for each in bare:
        partner = next((one for one in left if _may_mean(each, one)), None)
        if each.kind is Kind.COUNT and partner is not None:
            left.remove(partner)
        else:
            kept.append(each)
    return kept, left


def _may_mean(bare: Quantity, other: Quantity) -> bool:
    """Whether a bare number is the other's, as written or in its base: 24 of 两年 in months."""
    return bare.number == other.number or other.meaning.startswith(f"{bare.meaning} ")


def _pairs(
    one: Sequence[Quantity], other: Sequence[Quantity]
) -> Iterable[tuple[Kind, list[Quantity], list[Quantity]]]:
    """What only either side has, by kind where both have of it; a count stands for any kind."""
    for kind in Kind:
        left, right = _of(one, kind), _of(other, kind)
        if left and right:
            if kind is not Kind.COUNT or _are_comparable(left, right):
                yield kind, left, right
        elif left and not _of(one, Kind.COUNT) and _in_digits(other):
            yield kind, left, _in_digits(other)
        elif right and not _of(other, Kind.COUNT) and _in_digits(one):
            yield kind, _in_digits(one), right


def _are_comparable(one: Sequence[Quantity], other: Sequence[Quantity]) -> bool:
    """Not where one side has ones and the other words: 一次 is not counted, 四月 might be."""
    for ones, words in ((one, other), (other, one)):
        if all(each.number == 1 for each in ones) and not _in_digits(words):
            return False
    return True


def _in_digits(found: Sequence[Quantity]) -> list[Quantity]:
    """The counts in digits; "two choices" is no sign that a number of days was changed."""
    return [each for each in _of(found, Kind.COUNT) if each.text[0].isdigit()]


def _of(found: Sequence[Quantity], kind: Kind) -> list[Quantity]:
    return [each for each in found if each.kind is kind]


def _sentences(one: str, mine: Quantity, other: str, theirs: Quantity) -> tuple[str, str]:
    """The sentences around two quantities. Where one is said more than once, it is the place that
    lies best beside the other: translations tell things in the same order."""
    places = (
        (abs(left.start / len(one) - right.start / len(other)), left, right)
        for left in _again(one, mine)
        for right in _again(other, theirs)
    )
    _distance, left, right = min(places, key=lambda place: place[0])
    return _sentence(one, left), _sentence(other, right)


def _again(text: str, quantity: Quantity) -> list[Quantity]:
    return [each for each in quantities(text) if _meaning(each) == _meaning(quantity)]


def _sentence(text: str, quantity: Quantity) -> str:
    start, end = sentence_around(text, quantity)
    return text[start:end].strip()
