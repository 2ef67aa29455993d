"""The encoder as an ONNX graph with int8 weights, built node by node.

A weight matrix is stored as `<name>.int8` [inputs, outputs] with one float32 scale per output
(`<name>.scale`); the token table, `tokens.weight.int8`, with one scale per row.
`training.reference` rebuilds the torch model from these names.
Activations are quantised while running, each token by its own largest value: a sentence's embedding
therefore does not depend on what else is in its batch, as it would with one scale per tensor
(`DynamicQuantizeLinear`). docs/model.md has what other widths cost and give.

Inputs: `input_ids`, `attention_mask`, int64 [B, T]. Output: `embedding`, float32 [B, dimension],
mean over tokens along the axes of `training.axes`, unit length.
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
_ZERO = 128
"""What stands for zero among the codes of activations, which are unsigned: processors multiply
unsigned by signed bytes."""
_LARGEST = 127


def quantise_rows(matrix: Array) -> tuple[NDArray[np.int8], Array]:
    """Return int8 rows and one scale per row; symmetric, so zero stays zero."""
    scale = np.maximum(np.abs(matrix).max(axis=1), 1e-12) / _LARGEST
    rounded = np.clip(np.rint(matrix / scale[:, None]), -_LARGEST, _LARGEST)
    return rounded.astype(np.int8), scale.astype(np.float32)


class Graph:
    """Nodes and initialisers in the order in which they are added."""

    def __init__(self, state: dict[str, Array]) -> None:
        self.state = state
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add an initialiser and return its name."""
        self.initialisers.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
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
        """Add `states @ weight.T`, products in integers, and the bias where there is one."""
        codes, step = self._quantised(states, name)
        weights, scale = quantise_rows(self.state[f"{name}.weight"])
        operands = [
            codes,
            self.constant(f"{name}.weight.int8", weights.T),
            "one",
            self.constant(f"{name}.weight.scale", scale),
            "zero.code",
        ]
        self.node("MatMulIntegerToFloat", operands, f"{name}.product", domain=_FUSED)
        scaled = self.node("Mul", [f"{name}.product", step], f"{name}.scaled")
        if f"{name}.bias" not in self.state:
            return scaled
        return self.node("Add", [scaled, self.weight(f"{name}.bias")], f"{name}.result")

    def _quantised(self, states: str, name: str) -> tuple[str, str]:
        """Add the codes of activations, and the step between two of them for each token.

        A token that is zero throughout has a step of zero, which its products are multiplied by.
        """
        self.node("Abs", [states], f"{name}.sizes")
        self.node("ReduceMax", [f"{name}.sizes"], f"{name}.largest", axes=[-1], keepdims=1)
        step = self.node("Mul", [f"{name}.largest", "code.share"], f"{name}.step")
        self.node("Div", [states, step], f"{name}.steps")
        codes = self.node("QuantizeLinear", [f"{name}.steps", "one", "zero.code"], f"{name}.codes")
        return codes, step

    def skip_norm(self, states: str, skip: str, name: str) -> str:
        """Add the layer norm of `states + skip`."""
        self.node("Add", [states, skip], f"{name}.sum")
        return self.norm(f"{name}.sum", name, f"{name}.result")

    def norm(self, states: str, name: str, output: str) -> str:
        """Add the layer norm of `states`."""
        inputs = [states, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.node("LayerNormalization", inputs, output, axis=-1, epsilon=EPSILON)


def build_model(state: dict[str, Array]) -> onnx.ModelProto:
    """Return the checked ONNX model of an encoder's state.

    With `axes.weight`, embeddings are written along these axes; without, as the encoder has them.
    """
    graph = Graph(state)
    graph.constant("one", np.array(1.0, np.float32))
    graph.constant("zero.code", np.array(_ZERO, np.uint8))
    graph.constant("code.share", np.array(1.0 / _LARGEST, np.float32))
    states = _embed(graph)
    graph.node("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32)
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    for number in range(layers):
        states = _layer(graph, states, f"layers.{number}")
    _pool(graph, states)
    dimension = dimension_of(state)
    integers = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", dimension])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", integers, [output], graph.initialisers),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(_FUSED, 1)],
        ir_version=9,
        producer_name="dawen training",
    )
    onnx.checker.check_model(model)
    return model


def dimension_of(state: dict[str, Array]) -> int:
    """The length of an embedding."""
    last = state.get("axes.weight", state["norm.weight"])
    return int(last.shape[0])


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
    return graph.norm("placed", "norm", "embedded")


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
    summed = graph.node("ReduceSum", ["visible", middle], "summed", keepdims=0)
    if "axes.weight" in graph.state:
        summed = graph.linear(summed, "axes")
    graph.node("LpNormalization", [summed], "embedding", axis=-1, p=2)
