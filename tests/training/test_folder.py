"""The folder that ships keeps its contract; nothing here needs torch."""

import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from training.axes import DIMENSION
from training.evaluate import onnx_encoder
from training.folder import FORMAT, LIMIT_BYTES, check_size, revision, write_config

MODEL = Path(__file__).parents[2] / "models" / "dawen-zh-en"


@pytest.fixture(scope="module")
def encode():
    return onnx_encoder(MODEL)


def test_config_names_the_files_beside_it():
    """Format, sizes and a revision that is the content's own hash."""
    config = json.loads((MODEL / "config.json").read_text("utf-8"))
    assert (FORMAT, "dawen-zh-en", DIMENSION, 128, 0) == tuple(
        config[name] for name in ("format", "name", "dimension", "max_tokens", "pad_id")
    )
    assert revision(MODEL) == config["revision"]


def test_the_folder_is_small_and_complete():
    """At most 40 MB, with a card and the licences of what it was made from."""
    assert check_size(MODEL) <= LIMIT_BYTES
    assert {"README.md", "LICENSE.md", "config.json", "model.onnx", "tokenizer.json"} <= {
        path.name for path in MODEL.iterdir()
    }


def test_the_graph_has_the_agreed_inputs_and_output():
    """int64 ids and mask in, one float32 embedding of unit length out."""
    session = onnxruntime.InferenceSession(str(MODEL / "model.onnx"))
    assert [("input_ids", "tensor(int64)"), ("attention_mask", "tensor(int64)")] == [
        (item.name, item.type) for item in session.get_inputs()
    ]
    assert [("embedding", "tensor(float)")] == [
        (item.name, item.type) for item in session.get_outputs()
    ]
    ids = np.array([[2, 5, 3]])
    (row,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
    assert (DIMENSION,) == row.shape
    assert pytest.approx(1.0, abs=1e-5) == np.linalg.norm(row)


def test_tokenizer_and_graph_load_in_under_a_second():
    """The best of three, so that a busy machine does not decide."""

    def seconds():
        begin = time.perf_counter()
        Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        onnxruntime.InferenceSession(str(MODEL / "model.onnx"))
        return time.perf_counter() - begin

    assert min(seconds() for _ in range(3)) < 1


def test_the_tokenizer_frames_truncates_and_does_not_pad():
    """Special tokens are its own work; padding is the caller's, with the number in the config."""
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    short, long = tokenizer.encode_batch(["退货", "怎么退货" * 200])
    assert (2, 3) == (short.ids[0], short.ids[-1])
    assert len(short.ids) < len(long.ids) == 128
    assert "[PAD]" == tokenizer.id_to_token(0)


@pytest.mark.parametrize(
    ("chinese", "english", "stranger"),
    [
        ("怎么退货", "how do i return an item", "where can i download my invoice"),
        ("快递到哪了", "track my parcel", "reset my password"),
        ("忘记密码了", "i forgot my password", "do you ship abroad"),
        ("优惠券怎么用", "how do i use a coupon", "the battery drains fast"),
    ],
)
def test_a_translation_is_closer_than_a_stranger(encode, chinese, english, stranger):
    """The two languages share one space."""
    question, same, other = encode([chinese, english, stranger])
    assert question @ same > question @ other


def test_an_embedding_does_not_depend_on_its_batch():
    """A hidden passage embedded together with a visible one must not change it."""
    session = onnxruntime.InferenceSession(str(MODEL / "model.onnx"))
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    short, long = (
        encoding.ids
        for encoding in tokenizer.encode_batch(
            ["怎么退货", "how long does it take until my refund reaches my bank account"]
        )
    )
    ids = np.zeros((2, len(long)), np.int64)
    mask = np.zeros_like(ids)
    for row, encoded in enumerate((short, long)):
        ids[row, : len(encoded)], mask[row, : len(encoded)] = encoded, 1
    together = session.run(None, {"input_ids": ids, "attention_mask": mask})[0][0]
    alone = session.run(
        None, {"input_ids": np.array([short]), "attention_mask": np.ones((1, len(short)), np.int64)}
    )[0][0]
    assert pytest.approx(1.0, abs=1e-5) == together @ alone


def test_a_folder_over_the_limit_is_refused(tmp_path):
    """History keeps every version, so size is checked when it is written."""
    with (tmp_path / "model.onnx").open("wb") as out:
        out.truncate(LIMIT_BYTES + 1)
    with pytest.raises(ValueError, match="more than"):
        check_size(tmp_path)


def test_the_revision_changes_with_the_content(tmp_path):
    """Another graph has another name."""
    (tmp_path / "model.onnx").write_bytes(b"1")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    first = write_config(tmp_path, dimension=1, max_tokens=1, pad_id=0)["revision"]
    (tmp_path / "model.onnx").write_bytes(b"2")
    assert first != revision(tmp_path)
