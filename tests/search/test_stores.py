"""The contract of every vector store, and the exact store against the one that serves."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest

from kb.disclosure import Audience, Level
from search.faiss_store import FaissStore
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


@pytest.fixture(params=[NumpyStore, FaissStore])
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
