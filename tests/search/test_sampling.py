"""``search.sampling``: what a knowledge base is asked to learn how sure to be."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pytest

from kb.disclosure import Audience, Level
from search import sampling
from search.index import Index, terms_of
from search.passages import Kind, Passage
from search.sampling import SAMPLES_MAX, sample_of, teacher_of


def phrasings(slug: str, count: int = 4, level: Level = Level.PUBLIC) -> list[Passage]:
    """An entry asked in so many ways."""
    texts = [f"{slug} asked so {number}" for number in range(count)]
    return [
        Passage(slug, "en", Kind.ALTERNATE if at else Kind.QUESTION, level, at, text)
        for at, text in enumerate(texts)
    ]


def index_of(entries: Iterable[Sequence[Passage]]) -> Index:
    """An index of these entries, without vectors."""
    passages = [passage for entry in entries for passage in entry]
    return Index(passages, terms_of(passages), None)


def drawn(entries: Iterable[Sequence[Passage]], level: Level = Level.PUBLIC) -> set[str]:
    """The texts that an audience of this knowledge base learns from."""
    index = index_of(entries)
    return {index.passages.text(at) for at in sample_of(index, audience=Audience(level)).tolist()}


SHOP = [phrasings(f"entry-{number}") for number in range(100)]


def test_every_entry_has_its_turn_before_any_has_two() -> None:
    """Where there are fewer entries than samples, all are asked, and none twice as often."""
    for entries, times in ((SHOP[:20], {3, 4}), (SHOP, {1})):
        sample = drawn(entries)
        slugs = Counter(text.split(" ")[0] for text in sample)
        assert SAMPLES_MAX == len(sample)
        assert times == set(slugs.values())


def test_one_changed_entry_changes_one_sample_at_most() -> None:
    """So that an edit does not shake the confidence of all other questions."""
    before = drawn(SHOP)
    for number in range(0, 100, 7):
        changed = [*SHOP[:number], phrasings(f"entry-{number}", 5), *SHOP[number + 1 :]]
        assert len(before - drawn(changed)) <= 1
        assert len(before - drawn([*SHOP[:number], *SHOP[number + 1 :]])) <= 1


@pytest.mark.parametrize("hidden", [Level.AGENT, Level.INTERNAL])
def test_L10_hidden_entries_have_no_part_in_the_sample(hidden: Level) -> None:
    """Neither entries above the audience nor what visible ones say above it."""
    secret = [phrasings(f"secret-{number}", level=hidden) for number in range(50)]
    more = [phrasings(one[0].slug, 3, hidden) for one in SHOP[:50]]
    assert drawn(SHOP) == drawn([*SHOP, *secret, *more])


def test_entries_with_one_phrasing_are_not_asked() -> None:
    """With it held out, nothing of the entry would be left."""
    assert not drawn([phrasings(f"entry-{number}", 1) for number in range(5)])
    assert not drawn([])


@pytest.mark.parametrize(
    ("customers", "taught_by"),
    [
        (20, [Level.PUBLIC, Level.CUSTOMER, Level.CUSTOMER, Level.CUSTOMER]),
        (0, [Level.PUBLIC, Level.CUSTOMER, Level.AGENT, Level.AGENT]),
    ],
)
def test_L10_a_large_audience_learns_from_the_lowest_that_is_large(
    customers: int, taught_by: list[Level], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it sees beyond that is not worth the wait; and nobody learns from above."""
    monkeypatch.setattr(sampling, "MANY", 100)
    entries = [phrasings(f"open-{number}") for number in range(10)]
    entries += [phrasings(f"more-{number}", level=Level.CUSTOMER) for number in range(customers)]
    entries += [phrasings(f"desk-{number}", level=Level.AGENT) for number in range(90)]
    index = index_of(entries)
    assert taught_by == [teacher_of(index, audience=Audience(one)).clearance for one in Level]
