"""The encoder as an ONNX graph with int8 weights, built node by node.

A weight matrix is stored as `<name>.uint8` [outputs, blocks, 32] with one float32 scale per block
(`<name>.scale`), so `weight = (uint8 - 128) * scale`; the token table as `tokens.weight.int8`
with one scale per row. `training.reference` rebuilds the torch model from these names.
Activations are quantised while running, 32 values of one token at a time: a sentence's
embedding therefore does not depend on what else is in its batch, which one scale per tensor
(`DynamicQuantizeMatMul`, 0.8 ms instead of 1.4 ms a question, cosine .993 instead of .9995 to
float32) would not give.

Inputs: `input_ids`, `attention_mask`, int64 [B, T]. Output: `embedding`, float32 [B, width],
mean over tokens, unit length.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.network import EPSILON, HEADS

Array = NDArray[np.float32]
OPSET = 17
_FUSED = "com.microsoft"
_INTEGER_PRODUCTS = 4
BLOCK = 32
ZERO = 128


def quantise_rows(matrix: Array) -> tuple[NDArray[np.int8], Array]:
    """Return int8 rows and one scale per row; symmetric, so zero stays zero."""
    scale = np.maximum(np.abs(matrix).max(axis=1), 1e-12) / 127
    rounded = np.clip(np.rint(matrix / scale[:, None]), -127, 127)
    return rounded.astype(np.int8), scale.astype(np.float32)


class Graph:
    """Nodes and initialisers in the order in which they are added."""

    def __init__(self, state: dict[str, Array]) -> None:
        self.state = state
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add an initialiser and return its name."""
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        """Add a float32 parameter as it is."""
        return self.constant(name, self.state[name])

    def node(
        self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any
    ) -> str:
        """Add an operator with one output and return the output's name."""
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes)
        )
        return output

    def linear(self, states: str, name: str) -> str:
        """Add `states @ weight.T + bias`, weights in int8 by blocks, products in integers."""
        matrix = self.state[f"{name}.weight"]
        outputs, inputs = matrix.shape
        codes, scale = quantise_rows(matrix.reshape(-1, BLOCK))
        shape = (outputs, inputs // BLOCK)
        operands = [
            states,
            self.constant(
                f"{name}.weight.uint8",
                (codes.astype(np.int16) + ZERO).astype(np.uint8).reshape(*shape, BLOCK),
            ),
            self.constant(f"{name}.weight.scale", scale.reshape(shape)),
            "",
            "",
            self.weight(f"{name}.bias"),
        ]
        return self.node(
            "MatMulNBits",
            operands,
            f"{name}.result",
            domain=_FUSED,
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=_INTEGER_PRODUCTS,
        )

    def skip_norm(self, states: str, skip: str, name: str) -> str:
        """Add the layer norm of `states + skip`."""
        inputs = [states, skip, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.node(
            "SkipLayerNormalization", inputs, f"{name}.result", domain=_FUSED, epsilon=EPSILON
        )


def build_model(state: dict[str, Array]) -> onnx.ModelProto:
    """Return the checked ONNX model of an encoder's state."""
    graph = Graph(state)
    states = _embed(graph)
    graph.node("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32)
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    for number in range(layers):
        states = _layer(graph, states, f"layers.{number}")
    _pool(graph, states)
    width = state["tokens.weight"].shape[1]
    integers = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", width])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", integers, [output], graph.initialisers),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(_FUSED, 1)],
        ir_version=9,
        producer_name="dawen training",
    )
    onnx.checker.check_model(model)
    return model


def write_model(state: dict[str, Array], path: Path) -> None:
    """Build the model and write it to `path`."""
    onnx.save_model(build_model(state), str(path))


def _embed(graph: Graph) -> str:
    rows, scale = quantise_rows(graph.state["tokens.weight"])
    table = graph.constant("tokens.weight.int8", rows)
    scales = graph.constant("tokens.weight.scale", scale[:, None])
    graph.node("Gather", [table, "input_ids"], "rows")
    graph.node("Cast", ["rows"], "rows.float", to=TensorProto.FLOAT)
    graph.node("Gather", [scales, "input_ids"], "row.scales")
    graph.node("Mul", ["rows.float", "row.scales"], "words")
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    graph.node("Slice", [graph.weight("positions.weight"), zero, "length"], "places")
    graph.node("Add", ["words", "places"], "placed")
    inputs = ["placed", graph.weight("norm.weight"), graph.weight("norm.bias")]
    return graph.node("LayerNormalization", inputs, "embedded", axis=-1, epsilon=EPSILON)


def _layer(graph: Graph, states: str, name: str) -> str:
    packed = graph.linear(states, f"{name}.qkv")
    parts = [f"{name}.{part}" for part in ("query", "key", "value")]
    graph.nodes.append(helper.make_node("Split", [packed], parts, axis=-1))
    mixed = graph.node(
        "MultiHeadAttention",
        [*parts, "", "mask32"],
        f"{name}.mixed",
        domain=_FUSED,
        num_heads=HEADS,
    )
    attended = graph.skip_norm(graph.linear(mixed, f"{name}.out"), states, f"{name}.norm1")
    inner = graph.node(
        "Gelu", [graph.linear(attended, f"{name}.up")], f"{name}.inner", domain=_FUSED
    )
    return graph.skip_norm(graph.linear(inner, f"{name}.down"), attended, f"{name}.norm2")


def _pool(graph: Graph, states: str) -> None:
    last = graph.constant("last", np.array([-1], np.int64))
    middle = graph.constant("middle", np.array([1], np.int64))
    graph.node("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["mask.float", last], "mask.wide")
    graph.node("Mul", [states, "mask.wide"], "visible")
    graph.node("ReduceSum", ["visible", middle], "summed", keepdims=0)
    graph.node("LpNormalization", ["summed"], "embedding", axis=-1, p=2)
