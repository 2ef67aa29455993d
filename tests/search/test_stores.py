"""The contract of every vector store, and the exact store against the one that serves."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import faiss
import numpy as np
import pytest

from kb.disclosure import Audience, Level
from search.cells import Divided, _products, divide, sample_of
from search.faiss_store import RECALL_MIN, FaissStore, Shard, measured
from search.stores import NumpyStore, VectorStore

DIMENSION = 16
EVERYONE = Audience(Level.PUBLIC)
INSIDERS = Audience(Level.INTERNAL)
Maker = Callable[[int], VectorStore]


def unit_vectors(count: int, seed: int = 1) -> np.ndarray:
    """Random directions."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids_from(begin: int, count: int) -> np.ndarray:
    """Neighbouring ids."""
    return np.arange(begin, begin + count, dtype=np.int64)


@pytest.fixture(
    params=[NumpyStore, FaissStore, partial(FaissStore, divided_from=3)],
    ids=["numpy", "faiss", "divided"],
)
def store(request: pytest.FixtureRequest) -> VectorStore:
    """An empty store of each kind."""
    made: VectorStore = request.param(DIMENSION)
    return made


def test_L37_a_search_without_an_audience_is_refused(store: VectorStore) -> None:
    """A forgotten filter is an error, not everyone's neighbours."""
    with pytest.raises(TypeError):
        store.search(unit_vectors(1), 5)  # type: ignore[call-arg]


def test_L07_the_list_is_full_where_nearly_all_is_hidden(store: VectorStore) -> None:
    """With 95 % hidden and nearer, the k nearest visible ones are found, and none hidden."""
    vectors = unit_vectors(400)
    question = vectors[0]
    hidden = np.argsort(-(vectors @ question))[:380]
    levels = [Level.INTERNAL if at in set(hidden) else Level.PUBLIC for at in range(400)]
    store.upsert(ids_from(0, 400), vectors, levels=levels)
    found = store.search(question[np.newaxis], 10, audience=EVERYONE)[0]
    assert 10 == len(found.ids)
    assert not set(found.ids) & set(hidden)


def test_neighbours_are_exact_and_in_order(store: VectorStore) -> None:
    """The best inner products, best first."""
    vectors = unit_vectors(50)
    store.upsert(ids_from(0, 50), vectors, levels=[Level.PUBLIC] * 50)
    found = store.search(vectors[7:8], 5, audience=EVERYONE)[0]
    assert list(np.argsort(-(vectors @ vectors[7]))[:5]) == list(found.ids)
    assert pytest.approx(1.0, abs=1e-5) == found.scores[0]


def test_levels_join_without_loss(store: VectorStore) -> None:
    """What an insider finds is the best of all levels together."""
    vectors = unit_vectors(40)
    store.upsert(ids_from(0, 40), vectors, levels=[Level(at % 4) for at in range(40)])
    found = store.search(vectors[3:4], 8, audience=INSIDERS)[0]
    assert list(np.argsort(-(vectors @ vectors[3]))[:8]) == list(found.ids)


def test_fewer_than_k_are_given_as_they_are(store: VectorStore) -> None:
    """No id −1 and no doubles, whatever the library returns."""
    store.upsert(ids_from(5, 3), unit_vectors(3), levels=[Level.PUBLIC] * 3)
    found = store.search(unit_vectors(1, 9), 1_000, audience=EVERYONE)[0]
    assert {5, 6, 7} == set(found.ids)
    assert 3 == len(found.ids)


@pytest.mark.parametrize("k", [0, -1])
def test_Q05_no_k_gives_nothing(store: VectorStore, k: int) -> None:
    """A senseless k is not an error of the library."""
    store.upsert(ids_from(0, 3), unit_vectors(3), levels=[Level.PUBLIC] * 3)
    assert 0 == len(store.search(unit_vectors(1), k, audience=EVERYONE)[0].ids)


def test_an_empty_store_and_a_vector_of_nan_find_nothing(store: VectorStore) -> None:
    """Neither raises, neither invents."""
    assert 0 == len(store.search(unit_vectors(1), 5, audience=EVERYONE)[0].ids)
    store.upsert(ids_from(0, 3), unit_vectors(3), levels=[Level.PUBLIC] * 3)
    broken = np.full((1, DIMENSION), np.nan, dtype=np.float32)
    assert 0 == len(store.search(broken, 5, audience=EVERYONE)[0].ids)


def test_an_id_added_again_takes_the_new_place_and_level(store: VectorStore) -> None:
    """Narrowing an entry moves its vector: nothing of it stays below."""
    vectors = unit_vectors(2)
    store.upsert(ids_from(0, 1), vectors[:1], levels=[Level.PUBLIC])
    store.upsert(ids_from(0, 1), vectors[1:], levels=[Level.INTERNAL])
    assert 1 == len(store)
    assert 0 == len(store.search(vectors[:1], 5, audience=EVERYONE)[0].ids)
    assert [0] == list(store.search(vectors[1:], 5, audience=INSIDERS)[0].ids)


def test_deleted_ids_are_gone_and_unknown_ones_ignored(store: VectorStore) -> None:
    """Deleting twice is deleting."""
    store.upsert(ids_from(0, 4), unit_vectors(4), levels=[Level.PUBLIC] * 4)
    store.delete(np.array([1, 2, 99], dtype=np.int64))
    store.delete(np.array([1], dtype=np.int64))
    assert {0, 3} == set(store.search(unit_vectors(1), 9, audience=EVERYONE)[0].ids)


@pytest.mark.parametrize(
    ("ids", "vectors", "levels"),
    [
        (ids_from(0, 2), unit_vectors(1), [Level.PUBLIC]),
        (ids_from(0, 1), unit_vectors(1), []),
        (np.array([-1]), unit_vectors(1), [Level.PUBLIC]),
        (np.array([3, 3]), unit_vectors(2), [Level.PUBLIC] * 2),
        (ids_from(0, 1), np.zeros((1, 3), dtype=np.float32), [Level.PUBLIC]),
        (ids_from(0, 1), np.full((1, DIMENSION), np.inf, dtype=np.float32), [Level.PUBLIC]),
    ],
)
def test_what_cannot_be_kept_is_refused(
    store: VectorStore, ids: np.ndarray, vectors: np.ndarray, levels: list[Level]
) -> None:
    """A bad batch raises ``ValueError`` and leaves the store as it was."""
    with pytest.raises(ValueError, match="must"):
        store.upsert(ids, vectors, levels=levels)
    assert 0 == len(store)


def crowded(count: int, seed: int = 5) -> np.ndarray:
    """Directions in heaps, as the phrasings of many like entries are."""
    dice = np.random.default_rng(seed)
    middles = unit_vectors(max(count // 40, 1), seed)
    heaps = middles[dice.integers(0, len(middles), count)]
    vectors = heaps + 0.15 * dice.normal(size=(count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_large_shard_finds_what_comparing_all_finds() -> None:
    """A divided shard has the recall that was measured, and its scores are exact."""
    vectors, levels = crowded(6_000), np.zeros(6_000, dtype=np.int8)
    store, exact = FaissStore(DIMENSION, divided_from=1_000), NumpyStore(DIMENSION)
    store.fill(vectors, levels=levels)
    exact.upsert(ids_from(0, 6_000), vectors, levels=[Level.PUBLIC] * 6_000)
    asked = crowded(100, seed=9)
    found = store.search(asked, 10, audience=EVERYONE)
    right = exact.search(asked, 10, audience=EVERYONE)
    shares = [len({*one.ids} & {*other.ids}) / 10 for one, other in zip(found, right, strict=True)]
    assert np.mean(shares) >= RECALL_MIN
    np.testing.assert_allclose(found[0].scores[:3], right[0].scores[:3], atol=1e-6)
    assert store.cells[0].recall >= RECALL_MIN


def test_L10_a_shard_is_divided_by_its_own_vectors_only() -> None:
    """What lies at other levels, and in which order things came, changes no cell and no answer."""
    public, hidden = crowded(2_000), crowded(2_000, seed=6)
    alone, beside = (FaissStore(DIMENSION, divided_from=500) for _ in range(2))
    alone.fill(public, levels=np.zeros(2_000, dtype=np.int8))
    both, levels = np.concatenate([public, hidden]), np.repeat([0, 3], 2_000).astype(np.int8)
    beside.fill(both, levels=levels)
    np.testing.assert_array_equal(alone.cells[0].centres, beside.cells[0].centres)
    asked = crowded(20, seed=7)
    for one, other in zip(
        alone.search(asked, 10, audience=EVERYONE),
        beside.search(asked, 10, audience=EVERYONE),
        strict=True,
    ):
        assert list(one.ids) == list(other.ids)
        np.testing.assert_array_equal(one.scores, other.scores)


def test_cells_that_are_known_are_used_again() -> None:
    """A generation's own division gives the answers of one that is made anew."""
    vectors, levels = crowded(2_000), np.zeros(2_000, dtype=np.int8)
    made, read = (FaissStore(DIMENSION, divided_from=500) for _ in range(2))
    made.fill(vectors, levels=levels)
    read.fill(vectors, levels=levels, cells=made.cells)
    asked = crowded(5, seed=8)
    for one, other in zip(
        made.search(asked, 10, audience=EVERYONE),
        read.search(asked, 10, audience=EVERYONE),
        strict=True,
    ):
        assert list(one.ids) == list(other.ids)


def test_centres_are_found_once_for_one_sample() -> None:
    """Where what they are found with is the same, earlier centres are used; else they are not."""
    vectors = crowded(4_000)
    earlier = divide(vectors, level=Level.PUBLIC)
    marked = Divided(vectors, replace(earlier, centres=earlier.centres[::-1].copy()))
    sampled = sample_of(vectors, 32 * len(earlier.centres))
    beside, among = (
        np.delete(vectors, row, axis=0)
        for row in (np.setdiff1d(np.arange(4_000), sampled)[0], sampled[0])
    )
    used = divide(beside, level=Level.PUBLIC, earlier=marked)
    anew = divide(among, level=Level.PUBLIC, earlier=marked)
    assert marked.cells.centres.tobytes() == used.centres.tobytes()
    assert divide(beside, level=Level.PUBLIC).centres.tobytes() == earlier.centres.tobytes()
    assert divide(among, level=Level.PUBLIC).centres.tobytes() == anew.centres.tobytes()


def test_what_is_nearest_does_not_hang_on_what_else_is_asked() -> None:
    """To the last bit: else a tie could tell of vectors that are gone."""
    vectors, centres = unit_vectors(2_000), unit_vectors(128)
    every = _products(vectors, centres)
    for count in (1, 2, 3, 7, 33, 64, 100):
        few = _products(vectors[:count], centres)[:count]
        assert every[:count].tobytes() == few.tobytes()


def test_a_vector_lies_where_it_lay_and_a_new_one_is_sorted_in() -> None:
    """The cells of a shard that changed are those of one divided anew."""
    vectors = crowded(4_000)
    anew = divide(vectors, level=Level.PUBLIC)
    unsampled = np.setdiff1d(np.arange(4_000), sample_of(vectors, 32 * len(anew.centres)))
    before = np.delete(vectors, unsampled[:5], axis=0)[::-1]
    earlier = divide(before, level=Level.PUBLIC)
    moved = replace(earlier, of=(earlier.of + 1) % len(earlier.centres))
    revised = divide(vectors, level=Level.PUBLIC, earlier=Divided(before, earlier))
    shifted = divide(vectors, level=Level.PUBLIC, earlier=Divided(before, moved))
    assert anew.of.tolist() == revised.of.tolist()
    assert unsampled[:5].tolist() == np.flatnonzero(shifted.of == anew.of).tolist()


def test_a_division_that_finds_too_little_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the least recall a shard is compared whole, however large it is."""
    vectors = unit_vectors(3_000)
    monkeypatch.setattr(Shard, "probe", lambda *_, **__: [(np.zeros(0), ids_from(0, 0))] * 64)
    shard = measured(Shard(ids_from(0, 3_000), vectors), divide(vectors, level=Level.PUBLIC))
    assert shard.cells is not None
    assert shard.cells.recall < RECALL_MIN
    scores, ids = shard.near(vectors[:1], 5)[0]
    assert list(np.argsort(-(vectors @ vectors[0]))[:5]) == list(ids[np.argsort(-scores)])


def test_Q06_a_search_takes_one_thread_in_whichever_thread_it_is_made() -> None:
    """Many threads search at once: none of them may bring a team of its own."""
    store = FaissStore(4)
    store.upsert(np.arange(1), np.eye(4, dtype=np.float32)[:1], levels=[Level.PUBLIC])

    def ask() -> int:
        faiss.omp_set_num_threads(2)
        store.search(np.eye(4, dtype=np.float32)[:1], 1, audience=Audience(Level.PUBLIC))
        return int(faiss.omp_get_max_threads())

    with ThreadPoolExecutor(1) as threads:
        assert 1 == threads.submit(ask).result()
