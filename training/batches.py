"""Batches of one kind each, drawn without end from a seed: what the model is taught with.

A lane turns its share of the corpus into batches of texts of about the same length. Lanes know
nothing of the model; `training.train` encodes the texts and applies the loss of the kind.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from training.clusters import connected, usable
from training.corpus import Pair
from training.text import is_chinese

_POOL = 24
"""Batches that are sorted by length together."""
RUNS = 6
"""Runs of neighbours in a batch of near misses."""
NEAR = 5
"""Clusters that stand beside each other in a batch of a family whose order means something."""

EVERYWHERE = 1_000_000
"""More than there are clusters in a batch: each of them wants something else."""


@dataclass(frozen=True)
class Batch:
    """Texts and their partners (translation, body), or texts with cluster numbers.

    Clusters come in runs of `certain` that want different things; those of two runs may, for all
    we know, be one.
    """

    kind: str
    texts: list[str]
    partners: list[str]
    labels: list[int]
    certain: int = EVERYWHERE


Lane = Iterator[Batch]
Noise = Callable[[str, random.Random], str]


def paired_lane(kind: str, pairs: list[Pair], size: int, noise: Noise, seed: str) -> Lane:
    """Yield batches of pairs; the first text of each pair is made noisy now and then."""
    chance = random.Random(seed)
    while True:
        order = pairs[:]
        chance.shuffle(order)
        for start in range(0, len(order), size * _POOL):
            pool = sorted(order[start : start + size * _POOL], key=_length)
            cuts = [pool[at : at + size] for at in range(0, len(pool), size)]
            chance.shuffle(cuts)
            for cut in cuts:
                if len(cut) < min(size, len(pairs)) // 2:
                    continue
                texts = [noise(pair.a, chance) for pair in cut]
                yield Batch(kind, texts, [pair.b for pair in cut], [])


def neighbour_lane(
    kind: str, groups: list[tuple[float, list[Pair]]], size: int, noise: Noise, seed: str
) -> Lane:
    """Yield batches of pairs of one source each, half of them made of a few runs of neighbours.

    Neighbours in a file are near misses, about one product or one rule: the hardest negatives.
    `groups` are the sources with the weights at which they are drawn.
    """
    chance = random.Random(seed)
    spread = [
        paired_lane(kind, group, size, noise, f"{seed}{number}")
        for number, (_, group) in enumerate(groups)
    ]
    while True:
        number = chance.choices(range(len(groups)), [weight for weight, _ in groups])[0]
        group = groups[number][1]
        if chance.random() < 0.5 or len(group) <= size:
            yield next(spread[number])
            continue
        cut = [group[at] for at in runs(len(group), size, size // RUNS, chance)]
        yield Batch(kind, [noise(pair.a, chance) for pair in cut], [pair.b for pair in cut], [])


def runs(total: int, size: int, length: int, chance: random.Random) -> list[int]:
    """Return `size` or fewer distinct places below `total`, in runs of `length` neighbours."""
    starts = chance.sample(range(0, total, length), min(size // length, -(-total // length)))
    return [at for start in starts for at in range(start, min(start + length, total))]


def single_lane(kind: str, texts: list[str], size: int, noise: Noise, seed: str) -> Lane:
    """Yield batches of single texts; the partner is the text without noise."""
    return paired_lane(kind, [Pair(text, text, kind, kind) for text in texts], size, noise, seed)


@dataclass(frozen=True)
class Family:
    """Clusters that share one set of intents, and how often they are drawn."""

    weight: float
    clusters: list[list[str]]
    ordered: bool = False
    """Whether neighbours are near misses of each other."""


def cluster_lane(
    kind: str, families: list[Family], *, clusters: int, members: int, noise: Noise, seed: str
) -> Lane:
    """Yield batches of some clusters of one family with some members each."""
    chance = random.Random(seed)
    weights = [family.weight for family in families]
    while True:
        family = chance.choices(families, weights)[0]
        total = len(family.clusters)
        near = runs(total, min(clusters, total), NEAR if family.ordered else 1, chance)
        chosen = [family.clusters[at] for at in near]
        texts: list[str] = []
        labels: list[int] = []
        for label, cluster in enumerate(chosen):
            drawn = chance.sample(cluster, min(members, len(cluster)))
            texts += [noise(text, chance) for text in drawn]
            labels += [label] * len(drawn)
        yield Batch(kind, texts, [], labels, NEAR if family.ordered else EVERYWHERE)


def by_dataset(pairs: list[Pair]) -> dict[str, list[Pair]]:
    """Return the pairs under the names of their files."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.dataset].append(pair)
    return found


FAMILIES: dict[tuple[str, ...], float] = {
    ("intent_massive_zh", "zhen_massive"): 4.0,
    ("intent_hwu64",): 1.5,
    ("intent_multidogo",): 0.5,
    ("en_nlupp",): 0.5,
    ("phrases",): 5.0,
    ("phrases_wider",): 5.0,
}
"""Files whose intents are the same, and the weight of each family."""

_SMALLEST: dict[tuple[str, ...], int] = {("intent_massive_zh", "zhen_massive"): 6}
"""Smaller clusters of these are single translations without an intent."""


def intent_families(pairs: dict[str, list[Pair]]) -> list[Family]:
    """Return the families of intents that are there."""
    found = []
    for names, weight in FAMILIES.items():
        joined = [pair for name in names for pair in pairs.get(name, [])]
        clusters = [
            cluster
            for cluster in usable(connected(joined))
            if len(cluster) >= _SMALLEST.get(names, 2)
        ]
        if len(clusters) > 1:
            found.append(Family(weight, clusters, ordered=names[0].startswith("phrases")))
    return found


def _length(pair: Pair) -> int:
    return sum(2 if is_chinese(text) else 1 for text in (pair.a,)) * len(pair.a) + len(pair.b)
