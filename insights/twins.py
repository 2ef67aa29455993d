"""Entries that say the same thing with different numbers: sentences alike but for their numbers.

Promises to speak up only where neither entry knows the other's number anywhere: "free from 99" in
one entry and "free from 299" in another are two rules, when either entry names both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from insights.alike import likeness
from insights.numbers import Disagreement, disagreements
from insights.quantities import Kind, Quantity, quantities, sentence_around
from insights.wording import wording_of

SHORTEST_STATEMENT = 8
"""Least letters beside its numbers that a statement needs to be compared with others."""
SAME_QUESTION_AT = 0.85
SAME_WORDS_AT = 0.85


@dataclass(frozen=True, slots=True)
class Told:
    """One language of an entry as it is compared: its ways to ask, the question first, and its
    plain text. ``slug`` names it."""

    slug: str
    topic: str
    asked: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two entries that say the same with different numbers."""

    one: str
    other: str
    gap: Disagreement


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence with its entry, and its words with every number taken out."""

    told: Told
    words: str
    text: str


def contradictions(entries: Sequence[Told]) -> tuple[Contradiction, ...]:
    """Every pair of entries of one language that contradict each other, with the sentences."""
    known = {
        each.slug: {(one.kind, one.meaning) for one in quantities(each.text)} for each in entries
    }
    said = [statement for each in entries for statement in _statements(each)]
    found = {}
    for one, other in _same_statements(entries, said):
        for gap in disagreements(one.text, other.text):
            if _is_unknown(gap.one_found, known[other.told.slug]) and _is_unknown(
                gap.other_found, known[one.told.slug]
            ):
                key = (one.told.slug, other.told.slug, gap.kind)
                found[key] = Contradiction(one.told.slug, other.told.slug, gap)
    return tuple(found.values())


def twins(entries: Sequence[Told]) -> Iterator[tuple[Told, Told]]:
    """Entries of one topic that are asked with nearly the same question, or by one phrasing."""
    by_topic: dict[str, list[tuple[Told, list[str]]]] = {}
    for each in entries:
        if each.asked:
            asked = [wording_of(text) for text in each.asked]
            by_topic.setdefault(each.topic, []).append((each, asked))
    for group in by_topic.values():
        for (one, mine), (other, theirs) in combinations(group, 2):
            near = likeness(mine[0], theirs[0]) >= SAME_QUESTION_AT
            if one.slug != other.slug and (near or not set(mine).isdisjoint(theirs)):
                yield one, other


def _same_statements(
    entries: Sequence[Told], said: Sequence[_Statement]
) -> Iterator[tuple[_Statement, _Statement]]:
    """Statements of different entries with the same words; in twins, with nearly the same."""
    by_words: dict[str, list[_Statement]] = {}
    by_slug: dict[str, list[_Statement]] = {}
    for each in said:
        by_words.setdefault(each.words, []).append(each)
        by_slug.setdefault(each.told.slug, []).append(each)
    yield from _of_two_entries(by_words.values())
    for one, other in twins(entries):
        for pair in product(by_slug.get(one.slug, ()), by_slug.get(other.slug, ())):
            if likeness(pair[0].words, pair[1].words) >= SAME_WORDS_AT:
                yield pair


def _of_two_entries(
    groups: Iterable[Sequence[_Statement]],
) -> Iterator[tuple[_Statement, _Statement]]:
    for group in groups:
        for one, other in combinations(group, 2):
            if one.told.slug != other.told.slug:
                yield one, other


def _is_unknown(found: Iterable[Quantity], known: set[tuple[Kind, str]]) -> bool:
    return all((each.kind, each.meaning) not in known for each in found)


def _statements(told: Told) -> Iterator[_Statement]:
    """The sentences that have numbers and enough words to be recognised by."""
    by_place: dict[tuple[int, int], list[Quantity]] = {}
    for each in quantities(told.text):
        by_place.setdefault(sentence_around(told.text, each), []).append(each)
    for (start, end), found in by_place.items():
        words = _masked(told.text, start, end, found)
        if sum(map(str.isalpha, words.replace("<n>", ""))) >= SHORTEST_STATEMENT:
            yield _Statement(told, words, told.text[start:end].strip())


def _masked(text: str, start: int, end: int, found: Sequence[Quantity]) -> str:
    pieces = []
    for each in found:
        pieces += [text[start : each.start], "<n>"]
        start = max(start, each.end)
    return wording_of("".join([*pieces, text[start:end]]))
