"""The speed benchmark measures what it says: on a shop of a few entries, and on made-up figures."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.corpus import Corpus, Product, questions
from benchmarks.performance import goals, page
from benchmarks.plots import Bar, bars
from benchmarks.race import race
from benchmarks.rivals import RIVALS
from benchmarks.speed import known
from benchmarks.stages import STAGES, Clock, in_stages, recall, spread
from benchmarks.weaving import REAL, WovenEmbedder, base_of
from database import utc_now
from kb.disclosure import Level
from kb.library import Library
from search.gate import DatabaseGate
from search.hashing import HashingEmbedder
from search.passages import passages_of
from search.question import question_of
from search.text import normalise
from tests.search.shop import Shop, open_shop

ENTRIES = 140


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A generated shop, published with the encoder without meaning."""
    shop = open_shop(tmp_path_factory.mktemp("speed"))
    (shop.content / "topics.yaml").unlink()
    shop.content.rmdir()
    Corpus(ENTRIES).write(shop.content)
    shop.publish()
    yield shop
    shop.database.close()


def test_a_corpus_is_sound_and_always_the_same(small: Shop, tmp_path: Path) -> None:
    """Every file is a good entry of eight passages, in both languages and of every level."""
    scan = Library(small.content).scan()
    assert (ENTRIES, []) == (len(scan.entries), scan.problems)
    assert {"zh", "en"} == {each.entry.lang for each in scan.entries.values()}
    assert set(Level) == {each.entry.level for each in scan.entries.values()}
    Corpus(3).write(tmp_path / "again")
    for path in (tmp_path / "again").rglob("*.md"):
        name = path.relative_to(tmp_path / "again")
        assert (small.content / name).read_bytes() == path.read_bytes()


def test_an_entry_has_eight_passages(small: Shop) -> None:
    """A question, four alternates, an answer, a note and a phrasing that it is not for."""
    engine = small.engine()
    assert ENTRIES * 8 == engine.state().passages


def test_what_is_not_encoded_lies_beside_what_is(tmp_path: Path) -> None:
    """A product beyond the encoded ones is near its base, and the same at every run."""
    far, near = Product(REAL + 3), Product(3)
    text, base = (normalise(f"{one.name('zh')} 怎么退货") for one in (far, near))
    assert base == base_of(text)
    assert base == base_of(base)
    woven = WovenEmbedder(HashingEmbedder(), tmp_path / "kept.npz")
    one, other = woven.encode([text, base])
    assert 0.95 < float(one @ other) < 0.99
    woven.keep()
    again = WovenEmbedder(HashingEmbedder(), tmp_path / "kept.npz").encode([text])[0]
    np.testing.assert_array_equal(one, again)


def test_vectors_of_another_model_are_not_used(tmp_path: Path) -> None:
    """Even of as many numbers: what was kept says which model made it."""
    kept, model = tmp_path / "kept.npz", HashingEmbedder()
    np.savez(
        kept, texts=np.array(["怎么退货"]), vectors=np.ones((1, model.dimension)), revision="x"
    )
    vector = WovenEmbedder(model, kept).encode(["怎么退货"])[0]
    np.testing.assert_array_equal(model.encode(["怎么退货"])[0], vector)


def test_questions_differ() -> None:
    """No answer can come from a cache."""
    asked = questions(600)
    assert 600 == len(set(asked))


def test_a_search_is_timed_in_every_stage(small: Shop) -> None:
    """Each stage has one time for each question."""
    engine, clock = small.engine(), Clock()
    serving, gate = engine.serving(now=utc_now()), DatabaseGate(small.database)
    for text in questions(3):
        in_stages(text, serving, small.embedder, gate, clock)
    assert dict.fromkeys(STAGES, 3) == {name: len(clock.spent[name]) for name in STAGES}
    assert 1.0 == recall(serving, small.embedder, questions(5))
    assert {"p50": 2.0, "p95": 2.9} == spread([1.0, 2.0, 3.0])


def test_rivals_race_over_the_same_passages(small: Shop) -> None:
    """Those in this process find something, and one that fails is told."""
    index = small.engine().serving(now=utc_now()).index
    texts = [index.passages.text(at) for at in (0, 40)]
    asked = [question_of(text, small.embedder.encode([text])[0]) for text in texts]
    chosen = [one for one in RIVALS if one.name in {"Dawen, vectors", "NumPy, exact", "bm25s"}]
    failed: dict[str, str] = {}
    ran = race(index, asked, chosen, failed)
    assert {} == failed
    assert [1.0, 1.0, None] == [one["recall"] for one in ran]


def figures() -> dict[int, dict[str, Any]]:
    """What a run might have found at one size."""
    each = {"p50": 1.0, "p95": 2.0}
    spent = {"wall": 0.8, "processor": 0.5}
    return {
        10_000: {
            "building": {
                "load": 3.0,
                "first_publication": None,
                "build": spent,
                "update": spent,
                "searchable": spent,
                "build_peak_mb": 700,
                "disk_mb": 180,
            },
            "asking": {
                "load": 1.0,
                "start_s": 2.0,
                "memory_mb": {"total": 500, "mapped": 200},
                "search": {"p50": 6.0, "p95": 8.0},
                "search_processor": {"p50": 4.0, "p95": 5.0},
                "stages": dict.fromkeys(STAGES, each),
                "recall": 0.995,
                "shards": [],
            },
            "throughput": {"load": 1.0, "1": 200.0, "2": 380.0},
            "race": {
                "rivals": [
                    {"name": "Dawen, words", "lane": "words", "build_s": 0, "recall": None, **each}
                ],
                "missing": {"txtai": ["txtai"]},
                "failed": {"Milvus Lite": "TimeoutError"},
            },
        }
    }


def test_the_page_says_what_was_missed_and_left_out() -> None:
    """A missed goal, a rival that is not there and a busy machine are told as they are."""
    machine = {"processor": "P", "cores": 2, "memory_gb": 8, "system": "S", "libraries": {}}
    text = "\n".join(page(machine, figures(), 4.1))
    assert "| one search, median | 10,000 | 5 ms | 6 ms | **missed** |" in text
    assert "| change published and found | 10,000 | 1 s | 0.8 s | met |" in text
    assert "txtai is not installed (txtai) and was left out." in text
    assert "Milvus Lite did not start and was left out: TimeoutError." in text
    assert "the load was 1.0 to 3.0 at" in text
    assert [6.0, 5.0, 5.0, 1.3, 1.0, 1.0] == [one.most for one in goals(figures(), 4.1)]


def test_only_whole_measurements_are_known(tmp_path: Path) -> None:
    """A size of which a step is missing is not on the page."""
    (tmp_path / "1000").mkdir()
    (tmp_path / "1000" / "asking.json").write_text("{}")
    assert {} == known(tmp_path)
    for step in ("building", "throughput"):
        (tmp_path / "1000" / f"{step}.json").write_text("{}")
    assert [1_000] == list(known(tmp_path))


@pytest.mark.parametrize("values", [(1.0, 2.0), (0.5, 400.0), (0.0, 3.0)])
def test_a_plot_is_sound_svg_and_longer_is_more(values: tuple[float, float]) -> None:
    """Also on the logarithmic axis, and with a value of nothing."""
    drawn = bars("A & B", [Bar(f"<{one}>", {"x": one}) for one in values], unit="ms")
    tree = ElementTree.fromstring(drawn)  # noqa: S314 (our own)
    widths = [float(one.get("width", 0)) for one in tree.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths == sorted(widths)
    assert "prefers-color-scheme:dark" in drawn


def test_passages_of_a_made_entry_stand_at_its_level(small: Shop) -> None:
    """No text of a hidden entry is made public by the benchmark."""
    with small.database.session() as session:
        from kb.tables import EntryRow

        for row in session.query(EntryRow).limit(20):
            assert all(one.level >= row.level for one in passages_of(row))
