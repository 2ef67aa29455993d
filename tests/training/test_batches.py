"""Streams of batches."""

import itertools
from random import Random

from training.batches import (
    NEAR,
    Family,
    by_dataset,
    cluster_lane,
    intent_families,
    neighbour_lane,
    paired_lane,
    runs,
)
from training.corpus import Pair


def quiet(text, _):
    return text


def test_a_stream_repeats_with_its_seed_and_reads_every_pair():
    """A resumed run sees the same batches; one round holds each pair once."""
    pairs = [Pair(f"a{number}", f"b{number}", "parallel", "x") for number in range(8)]
    first = list(itertools.islice(paired_lane("parallel", pairs, 2, quiet, "s"), 4))
    again = list(itertools.islice(paired_lane("parallel", pairs, 2, quiet, "s"), 4))
    assert first == again
    assert {pair.a for pair in pairs} == {text for batch in first for text in batch.texts}
    assert all(
        text[1:] == partner[1:]
        for batch in first
        for text, partner in zip(batch.texts, batch.partners, strict=True)
    )


def test_a_cluster_batch_labels_members_of_one_cluster_alike():
    """Labels are what the supervised contrast pulls together."""
    clusters = [["a1", "a2", "a3"], ["b1", "b2"]]
    batch = next(
        cluster_lane(
            "intent", [Family(1.0, clusters)], clusters=2, members=2, noise=quiet, seed="s"
        )
    )
    assert 4 == len(batch.texts)
    letters = {
        label: {
            text[0] for text, other in zip(batch.texts, batch.labels, strict=True) if other == label
        }
        for label in batch.labels
    }
    assert {frozenset("a"), frozenset("b")} == {frozenset(found) for found in letters.values()}


def test_families_join_files_that_share_their_intents():
    """A Chinese question and the translation of its twin end in one cluster."""
    chinese = [Pair("问1", f"问{number}", "intent", "intent_massive_zh") for number in range(2, 7)]
    other = [Pair("灯1", f"灯{number}", "intent", "intent_massive_zh") for number in range(2, 7)]
    translated = [Pair("问2", "question two", "parallel", "zhen_massive")]
    (family,) = intent_families(by_dataset([*chinese, *other, *translated]))
    assert 2 == len(family.clusters)
    assert {"问1", "question two"} <= set(family.clusters[0])


def test_runs_are_of_neighbours_and_hold_no_place_twice():
    """Six runs of twelve of a hundred: the last one may be cut short."""
    places = runs(100, 72, 12, Random(1))
    assert len(places) == len(set(places))
    assert all(0 <= place < 100 for place in places)
    assert 5 >= sum(after != before + 1 for before, after in itertools.pairwise(places))


def test_an_ordered_family_is_drawn_in_runs_of_neighbours():
    """Neighbouring groups are near misses; ten clusters are two runs of five."""
    clusters = [[f"{number}a", f"{number}b"] for number in range(50)]
    family = Family(1.0, clusters, ordered=True)
    batch = next(
        cluster_lane("intent", [family], clusters=2 * NEAR, members=2, noise=quiet, seed="s")
    )
    numbers = [int(text[:-1]) for text in batch.texts[::2]]
    assert 1 == sum(after != before + 1 for before, after in itertools.pairwise(numbers))


def test_half_the_batches_of_a_source_are_runs_of_neighbours():
    """Pairs keep their partners, whether spread over the source or beside each other."""
    pairs = [Pair(f"q{number}", f"a{number}", "qa", "x") for number in range(120)]
    drawn = list(itertools.islice(neighbour_lane("qa", [(1.0, pairs)], 24, quiet, "s"), 20))
    assert all(
        text[1:] == partner[1:]
        for batch in drawn
        for text, partner in zip(batch.texts, batch.partners, strict=True)
    )

    def breaks(batch):
        numbers = [int(text[1:]) for text in batch.texts]
        return sum(after != before + 1 for before, after in itertools.pairwise(numbers))

    near = sum(breaks(batch) < 6 for batch in drawn)
    assert 0 < near < 20
