"""``search.embedder``: bounded, checked, and never an error at the start."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from search.embedder import open_embedder
from search.encoder import Embedder, UnusableEmbedder
from search.errors import EncoderBusy, ModelUnusable
from search.guarded import Guarded
from search.hashing import HashingEmbedder

MODEL = Path(__file__).resolve().parents[2] / "models" / "dawen-zh-en"


class Scripted:
    """An encoder that gives what it was told to give."""

    revision = "scripted"

    def __init__(self, vectors: np.ndarray, dimension: int = 4) -> None:
        self.dimension = dimension
        self._vectors = vectors

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The given vectors."""
        return self._vectors[: len(texts)]


class Unreadable:
    """An encoder that opens, and fails as soon as its model is needed."""

    revision = "unreadable"

    @property
    def dimension(self) -> int:
        """Never known."""
        raise OSError("no weights")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Never done."""
        raise OSError(f"no weights for {len(texts)}")


@pytest.mark.parametrize(
    "vectors",
    [
        np.ones((1, 4), dtype=np.float32),
        np.zeros((1, 4), dtype=np.float32),
        np.full((1, 4), np.nan, dtype=np.float32),
        np.eye(1, 5, dtype=np.float32),
        np.ones(4, dtype=np.float32),
    ],
)
def test_X03_vectors_that_are_not_as_promised_are_refused(vectors: np.ndarray) -> None:
    """Wrong length, wrong dimension, NaN: the model is unusable."""
    with pytest.raises(ModelUnusable):
        Guarded(Scripted(vectors)).encode(["退货"])


def test_Q06_few_may_wait_for_the_encoder() -> None:
    """Who comes when the queue is full is told at once; who waits is served."""
    inside, leave = threading.Event(), threading.Event()

    class Slow(HashingEmbedder):
        def encode(self, texts: Sequence[str]) -> np.ndarray:
            inside.set()
            leave.wait(5)
            return super().encode(texts)

    guarded = Guarded(Slow(), waiting=2)
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda: done.append(len(guarded.encode(["a"])))) for _ in range(2)
    ]
    threads[0].start()
    inside.wait(5)
    threads[1].start()
    while guarded._places._value:
        threading.Event().wait(0.01)
    with pytest.raises(EncoderBusy):
        guarded.encode(["b"])
    leave.set()
    for thread in threads:
        thread.join(5)
    assert [1, 1] == done


def test_a_failing_model_is_unusable_not_unknown() -> None:
    """Whatever a model library raises arrives as one kind of error."""

    class Broken(HashingEmbedder):
        def encode(self, texts: Sequence[str]) -> np.ndarray:
            raise RuntimeError(f"out of memory at {texts}")

    with pytest.raises(ModelUnusable, match="out of memory"):
        Guarded(Broken()).encode(["a"])


def test_X04_the_last_failure_is_kept_until_a_success() -> None:
    """Who asks how the model does is told, whether it raised or gave nonsense."""

    class Flaky(HashingEmbedder):
        gives: np.ndarray | Exception | None = None

        def encode(self, texts: Sequence[str]) -> np.ndarray:
            if isinstance(self.gives, Exception):
                raise self.gives
            return super().encode(texts) if self.gives is None else self.gives

    flaky = Flaky()
    guarded = Guarded(flaky)
    for gives, reason in (
        (RuntimeError("no memory"), "the model failed: no memory"),
        (np.ones((1, 3), dtype=np.float32), f"of (1, 3), not of {flaky.dimension}"),
        (ModelUnusable("no tokenizer"), "no tokenizer"),
    ):
        flaky.gives = gives
        with pytest.raises(ModelUnusable):
            guarded.encode(["a"])
        assert reason in guarded.reason
    flaky.gives = None
    guarded.encode(["a"])
    assert "" == guarded.reason


def test_to_be_busy_is_no_failure() -> None:
    """A queue that is full says nothing of the model."""
    guarded = Guarded(HashingEmbedder(), waiting=0)
    with pytest.raises(EncoderBusy):
        guarded.encode(["a"])
    assert "" == guarded.reason


def test_X04_a_dimension_that_cannot_be_read_is_unusable() -> None:
    """A model that is loaded to learn its dimension fails as it does at a text."""
    guarded = Guarded(Unreadable())
    with pytest.raises(ModelUnusable, match="no weights"):
        _ = guarded.dimension
    assert "no weights" in guarded.reason


@pytest.mark.parametrize(
    "config",
    [
        None,
        "no json",
        "[]",
        "{}",
        '{"format": "dawen-onnx-1"}',
        '{"format": "dawen-onnx-1", "dimension": 384, "max_tokens": 2}',
    ],
)
def test_X04_a_folder_that_is_no_model_opens_and_says_why(
    tmp_path: Path, config: str | None
) -> None:
    """Opening never fails; encoding does, with the reason."""
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    embedder = open_embedder(str(tmp_path))
    assert isinstance(embedder, UnusableEmbedder)
    with pytest.raises(ModelUnusable, match="no embedding model"):
        embedder.encode(["a"])


def test_X04_a_damaged_onnx_file_is_unusable(tmp_path: Path) -> None:
    """A model that opens but cannot be read fails at the first text, as unusable."""
    config = {"format": "dawen-onnx-1", "dimension": 384}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    embedder = open_embedder(str(tmp_path))
    assert embedder.revision
    with pytest.raises(ModelUnusable):
        embedder.encode(["a"])


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    """The shipped model in a folder whose configuration can be changed."""
    for name in ("tokenizer.json", "model.onnx"):
        (tmp_path / name).symlink_to(MODEL / name)
    (tmp_path / "config.json").write_bytes((MODEL / "config.json").read_bytes())
    return tmp_path


def configured(folder: Path, **options: object) -> Embedder:
    """The model of a folder with these lines of its configuration changed, or taken out."""
    config = json.loads((MODEL / "config.json").read_text("utf-8")) | options
    kept = {name: value for name, value in config.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(kept), "utf-8")
    return open_embedder(str(folder))


def test_the_revision_is_of_what_vectors_hang_on(copied_model: Path) -> None:
    """Another licence or name is the same model; another length or dimension is not."""
    shipped = open_embedder(str(MODEL)).revision
    assert shipped == configured(copied_model, licence="MIT", name="another").revision
    assert shipped == configured(copied_model, max_tokens=None).revision
    assert shipped != configured(copied_model, max_tokens=64).revision
    assert shipped != configured(copied_model, dimension=383).revision
    (copied_model / "tokenizer.json").unlink()
    (copied_model / "tokenizer.json").write_text("{}")
    assert shipped != configured(copied_model).revision


def test_a_text_is_cut_where_the_model_says(copied_model: Path) -> None:
    """Eight tokens, of which two mark the ends: after the sixth word nothing counts."""
    short = configured(copied_model, max_tokens=8)
    words = "how do i return an item"
    vectors = short.encode([words, f"{words} that is broken", "how do i return"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)
    assert vectors[0] @ vectors[2] < 0.999
    longer = configured(copied_model, max_tokens=None)
    assert longer.encode([words])[0] @ longer.encode([f"{words} that is broken"])[0] < 0.999


def test_the_honest_fake_knows_letters_only() -> None:
    """Texts that share letters are near, others are not, and every vector has length one."""
    vectors = HashingEmbedder().encode(["怎么退货", "怎么退货呢", "invoice"])
    assert vectors[0] @ vectors[1] > 0.6 > 0.2 > vectors[0] @ vectors[2]
    np.testing.assert_allclose(np.ones(3), np.linalg.norm(vectors, axis=1), rtol=1e-5)


def test_the_shipped_model_knows_meaning() -> None:
    """Across languages, what means the same is nearer than what does not."""
    vectors = open_embedder(str(MODEL)).encode(
        ["怎么退货", "how do i return an item", "what is the weather"]
    )
    assert (3, 288) == vectors.shape
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1
