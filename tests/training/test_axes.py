"""The axes of embeddings: fewer numbers, the same cosines, and as much in each number."""

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from torch.nn.functional import normalize

from training import axes
from training.axes import chosen_texts, principal_axes
from training.corpus import Pair
from training.embedding import embed
from training.export import dimension_of, write_model
from training.network import Encoder


def some_rows(seed=1):
    """Embeddings in ten of 32 dimensions, lopsided, about a mean that is not zero."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(400, 10)) * np.linspace(4, 0.2, 10) + 2.0
    rows = rows @ chance.normal(size=(10, 32))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_cosines_stay_where_the_axes_span_what_there_is():
    """Ten axes hold what lies in ten dimensions; they are at right angles and of length one."""
    rows = some_rows()
    found = principal_axes(rows, dimension=10)
    assert np.allclose(np.eye(10), found @ found.T, atol=1e-5)
    short = rows @ found.T
    assert np.allclose(rows @ rows.T, short @ short.T, atol=1e-4)


def test_the_strongest_axes_are_kept():
    """No other axes as few lose less: what is lost is what the weakest carry."""
    rows = some_rows()
    strengths = np.linalg.svd(rows, compute_uv=False) ** 2
    for dimension in (1, 4, 8):
        kept = (rows @ principal_axes(rows, dimension=dimension).T) ** 2
        assert strengths[:dimension].sum() == pytest.approx(kept.sum(), rel=1e-4)


def test_no_number_carries_most():
    """Turned at random: eight bits for each of them are well spent."""
    rows = np.random.default_rng(1).normal(size=(600, 48)).astype(np.float32)
    rows[:, 0] += 8.0
    carried = ((rows @ principal_axes(rows, dimension=32).T) ** 2).mean(0)
    assert carried.max() < 0.4 * carried.sum()
    assert (rows**2).mean(0).max() > 0.5 * (rows**2).mean(0).sum()


def test_texts_are_drawn_by_lots(monkeypatch):
    """Each text once, and the same ones whatever their order."""
    monkeypatch.setattr(axes, "TEXTS", 3)
    pairs = [Pair(a, b, "qa", "x") for a, b in ("ab", "bc", "ca", "de", "ff")]
    drawn = chosen_texts(pairs)
    assert (3, 3) == (len(drawn), len(set(drawn)))
    assert drawn == chosen_texts(pairs[::-1])
    assert set(drawn) <= set("abcdef")


@pytest.fixture
def encoder():
    torch.manual_seed(1)
    return Encoder(50, width=96, heads=12, layers=2, inner=192).eval()


def test_the_graph_writes_embeddings_along_the_axes(encoder, tmp_path):
    """What the module gives, turned and cut, of unit length, and the same in any batch (L08)."""
    turned = np.linalg.qr(np.random.default_rng(1).normal(size=(96, 96)))[0][:40]
    state = {name: tensor.numpy() for name, tensor in encoder.state_dict().items()}
    state["axes.weight"] = turned.astype(np.float32)
    write_model(state, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    ids = np.array([[2, 9, 11, 3], [2, 9, 7, 3], [2, 30, 31, 3]])

    def embedded(rows):
        return session.run(None, {"input_ids": rows, "attention_mask": np.ones_like(rows)})[0]

    found = embedded(ids)
    expected = encoder(torch.from_numpy(ids), torch.ones(3, 4)) @ torch.from_numpy(turned.T).float()
    assert (40, (3, 40)) == (dimension_of(state), found.shape)
    assert ((found * normalize(expected, dim=-1).detach().numpy()).sum(1) > 0.99).all()
    assert found.tolist() == [embedded(ids[[row]])[0].tolist() for row in range(3)]


def test_many_texts_are_embedded_in_their_order(encoder, monkeypatch):
    """Batches are made by length; each text gets its own row all the same."""
    monkeypatch.setattr("training.embedding._BATCH", 2)
    tokenizer = Tokenizer(models.WordLevel({"[PAD]": 0, "a": 1, "b": 2, "c": 3}, unk_token="c"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_padding()
    texts = ["a b c a", "b", "a c", "c c c"]
    found = embed(encoder, tokenizer, texts, label="test").astype(np.float32)
    alone = [embed(encoder, tokenizer, [text], label="test")[0] for text in texts]
    assert ((found * np.array(alone, np.float32)).sum(1) > 0.999).all()
