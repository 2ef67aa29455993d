"""The encoder, its transplant, its graph and its way back; tiny where that is possible."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, pre_tokenizers

from training.batches import Batch
from training.evaluate import onnx_encoder
from training.examples import example, examples, same_text
from training.export import quantise_rows, write_model
from training.learner import Learner
from training.network import LAYERS, POSITIONS, Encoder, average, load_encoder, save_encoder
from training.recipe import Recipe, rate_at
from training.reference import write_sentence_transformer
from training.train import keep, resume
from training.transplant import transplant
from training.vocabulary import Piece

MODEL = Path(__file__).parents[2] / "models" / "dawen-zh-en"


@pytest.fixture
def encoder():
    torch.manual_seed(1)
    return Encoder(50, width=96, heads=12, layers=2, inner=192).eval()


def test_a_round_can_be_averaged_with_what_it_began_with(tmp_path):
    """A share of nothing changes nothing; a quarter lies a quarter of the way back."""
    shapes = {name: value.detach() for name, value in Encoder(50).state_dict().items()}
    for name, value in (("before", 1.0), ("after", 3.0)):
        state = {key: torch.full_like(one, value) for key, one in shapes.items()}
        save_encoder(state, tmp_path / name)
    for share, expected in ((0.0, 3.0), (0.25, 2.5)):
        average({tmp_path / "before": share, tmp_path / "after": 1 - share}, tmp_path / "mean")
        assert {expected} == set(load_encoder(tmp_path / "mean").tokens.weight.unique().tolist())


def test_padding_does_not_change_an_embedding(encoder):
    """What the mask hides has no part in attention or mean."""
    ids = torch.tensor([[2, 7, 8, 3]])
    padded = torch.tensor([[2, 7, 8, 3, 0, 0]])
    alone = encoder(ids, torch.ones_like(ids))
    beside = encoder(padded, (padded > 0).long())
    assert torch.allclose(alone, beside, atol=1e-5)


def test_int8_rows_come_back_within_half_a_step():
    """The largest value of a row is kept, the others are off by half a step at most."""
    matrix = np.random.default_rng(1).normal(size=(5, 32)).astype(np.float32)
    codes, scale = quantise_rows(matrix)
    assert np.abs(codes * scale[:, None] - matrix).max() <= scale.max() / 2 + 1e-6


def test_the_graph_embeds_as_the_module_does(encoder, tmp_path):
    """int8 costs less than a hundredth of cosine."""
    state = {name: tensor.numpy() for name, tensor in encoder.state_dict().items()}
    write_model(state, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    ids = np.array([[2, 9, 11, 3], [2, 9, 3, 0]])
    mask = (ids > 0).astype(np.int64)
    found = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    expected = encoder(torch.from_numpy(ids), torch.from_numpy(mask)).detach().numpy()
    assert ((found * expected).sum(1) > 0.99).all()


def test_L08_an_embedding_does_not_depend_on_its_batch(encoder, tmp_path):
    """Down to the last bit, however large the numbers beside it are."""
    state = {name: tensor.numpy().copy() for name, tensor in encoder.state_dict().items()}
    state["tokens.weight"][9] *= 100.0
    write_model(state, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    asked, beside = [2, 5, 7, 3], [2, 9, 9, 3]
    alone, among = (
        session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        for ids in (np.array([asked]), np.array([asked, beside, beside]))
    )
    assert alone.tolist() == among.tolist()


def test_a_token_that_is_zero_throughout_embeds(encoder, tmp_path):
    """There is no step between its codes; what comes of it is the bias, and a number."""
    state = {name: tensor.numpy().copy() for name, tensor in encoder.state_dict().items()}
    state["norm.weight"][:] = state["norm.bias"][:] = 0.0
    encoder.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    write_model(state, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    ids = np.array([[2, 9, 11, 3]])
    found = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
    expected = encoder(torch.from_numpy(ids), torch.ones(1, 4)).detach().numpy()
    assert (found * expected).sum() > 0.99


def bert_state(width=8, inner=16):
    shapes = {
        "embeddings.word_embeddings.weight": (6, width),
        "embeddings.position_embeddings.weight": (POSITIONS + 4, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
    }
    for number in range(LAYERS):
        at = f"encoder.layer.{number}."
        for name in ("query", "key", "value"):
            shapes[f"{at}attention.self.{name}.weight"] = (width, width)
            shapes[f"{at}attention.self.{name}.bias"] = (width,)
        for name, shape in (
            ("attention.output.dense", (width, width)),
            ("intermediate.dense", (inner, width)),
            ("output.dense", (width, inner)),
        ):
            shapes[f"{at}{name}.weight"], shapes[f"{at}{name}.bias"] = shape, shape[:1]
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{at}{name}.weight"] = shapes[f"{at}{name}.bias"] = (width,)
    generator = torch.Generator().manual_seed(1)
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def test_a_chinese_word_starts_where_its_first_gloss_points():
    """English rows stay, glosses weigh 1, 1/2, …, an unknown word is made of its parts."""
    wordpieces = Tokenizer(
        models.WordLevel({"[UNK]": 0, "refund": 1, "money": 2, "order": 3}, unk_token="[UNK]")
    )
    wordpieces.pre_tokenizer = pre_tokenizers.Whitespace()
    original = bert_state()
    rows = original["embeddings.word_embeddings.weight"]
    pieces = [
        Piece("▁order", 0, 3),
        Piece("退款", 0, None),
        Piece("订单", 0, None),
        Piece("订单退款", 0, None),
    ]
    state = transplant(
        original, pieces, wordpieces, {"退款": ["refund", "money"], "订单": ["order"]}
    )
    table = torch.nn.functional.normalize(state["tokens.weight"], dim=-1)
    mixed = torch.nn.functional.normalize(rows[1] + rows[2] / 2, dim=0)
    assert torch.equal(rows[3], state["tokens.weight"][0])
    assert torch.allclose(mixed, table[1], atol=1e-5)
    assert torch.allclose(table[0], table[2], atol=1e-5)
    parts = state["tokens.weight"][1:3]
    assert table[3] @ torch.nn.functional.normalize(parts.mean(0), dim=0) > 0.9
    Encoder(4, width=8, heads=2, inner=16).load_state_dict(state)


TAUGHT = torch.nn.functional.normalize(torch.ones(1, 96), dim=-1)
"""A teacher that has read one text."""


@pytest.fixture
def numbered():
    """Turns a batch into numbers."""
    tokenizer = Tokenizer(
        models.WordLevel({"[PAD]": 0, "[UNK]": 1, "refund": 2, "退款": 3}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_padding()
    return lambda batch: example(batch, tokenizer, {"refund": 0})


@pytest.fixture
def learner(encoder):
    return Learner(encoder, TAUGHT, Recipe(bank=1, body_rate=1e-2))


@pytest.mark.parametrize(
    "batch",
    [
        Batch("parallel", ["退款", "退款 x"], ["refund", "refund"], []),
        Batch("english", ["refund"], ["refund"], []),
        Batch("intent", ["退款", "refund", "x", "x x"], [], [0, 0, 1, 1]),
        Batch("qa", ["退款", "x"], ["refund", "x x"], []),
    ],
    ids=lambda batch: batch.kind,
)
def test_every_kind_of_batch_can_be_learnt(learner, numbered, batch):
    """Twenty steps on one batch lower its loss."""
    losses = [float(learner.step(numbered(batch), 1.0)) for _ in range(20)]
    assert losses[-1] <= losses[0] + 1e-6


def test_a_run_goes_on_where_it_was_kept(learner, numbered, tmp_path):
    """Weights and optimisers come back with the number of the next step."""
    batch = numbered(Batch("english", ["refund"], ["refund"], []))
    learner.step(batch, 1.0)
    keep(learner, tmp_path / "state", "recipe", 1)
    expected = float(learner.step(batch, 1.0)), float(learner.step(batch, 1.0))
    assert 1 == resume(learner, tmp_path / "state", "recipe")
    again = float(learner.step(batch, 1.0)), float(learner.step(batch, 1.0))
    assert expected == pytest.approx(again)
    assert 0 == resume(learner, tmp_path / "nothing", "recipe")


def test_examples_are_made_ahead_from_where_a_run_stopped():
    """A run that goes on at batch 2 reads what an uninterrupted one reads third."""
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1, "c": 2, "d": 3}, unk_token="a"))

    def make():
        return (Batch("english", [word], [word], []) for word in "abcd")

    stream = examples(make, tokenizer, {"c": 7}, start=2)
    third = next(stream)
    assert ([[2]], [7], 3) == (
        third.texts.ids.tolist(),
        third.taught.tolist(),
        next(stream).texts.ids.item(),
    )


def test_shared_texts_are_marked_as_the_same():
    """Equal titles or equal bodies are no negatives of each other."""
    batch = Batch("qa", ["a", "a", "b"], ["1", "2", "2"], [])
    assert [[True, True, False], [True, True, True], [False, True, True]] == (
        same_text(batch).tolist()
    )


def test_the_rate_rises_stays_and_falls_to_nothing():
    """The plateau is the same whatever the end, so a run can be prolonged."""
    recipe = Recipe(steps=100, decay_from=50, warmup=10)
    assert [0.1, 1.0, 1.0, 0.5, 0.0] == [rate_at(at, recipe) for at in (0, 9, 50, 75, 100)]


def test_sentence_transformers_agrees_with_the_graph_that_ships(tmp_path):
    """An independent BERT over the dequantised weights gives the same embeddings."""
    write_sentence_transformer(MODEL, tmp_path / "reference")
    reference = SentenceTransformer(str(tmp_path / "reference"), device="cpu")
    texts = ["东西不想要了咋退", "wanna send it back", "thing broke 怎么办", "E015 wi-fi 2.4ghz"]
    expected = reference.encode(texts, normalize_embeddings=True)
    assert (onnx_encoder(MODEL)(texts) * expected).sum(1).min() >= 0.97
