"""The fitted net of cited sources as an ONNX graph of eight-bit weights, for `source_model` to run.

The same computation as `source_net.run`, one window at a time and so without padding. The weights of matrices are
rounded to eight bits by column, those of words by row; the input of a matrix is rounded as it comes. Bigger operators
that do several steps at once are left out where they are slower (`SkipLayerNormalization` takes ten times as long as
`Add` and `LayerNormalization` in onnxruntime 1.32).

Needs `onnx`, which nothing needs when Dateline runs.
"""

import importlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.tag.cited.source_model import INPUTS

# By name, because nothing else needs it.
helper: Any = importlib.import_module("onnx.helper")
numpy_helper: Any = importlib.import_module("onnx.numpy_helper")
onnx_types: Any = importlib.import_module("onnx").TensorProto

WIDTH: Final = 384
HEADS: Final = 12
EPSILON: Final = 1e-12
MOST: Final = 127
MICROSOFT: Final = "com.microsoft"
OUTPUT: Final = "scores"

Array = NDArray[Any]


class Graph:
    """A graph that grows by one operator at a time; each method returns the name of what it computes."""

    def __init__(self, net: Mapping[str, Array], activation: str) -> None:
        self._net = net
        self._activation = {"gelu": ("Gelu", MICROSOFT), "relu": ("Relu", "")}[activation]
        self._nodes: list[Any] = []
        self._constants: dict[str, Array] = {}

    def constant(self, name: str, values: Array) -> str:
        """Add numbers that never change."""
        self._constants[name] = np.ascontiguousarray(values)
        return name

    def node(self, kind: str, inputs: list[str], outputs: str | list[str], domain: str = "", **options: object) -> str:
        """Add an operator."""
        names = [outputs] if isinstance(outputs, str) else outputs
        self._nodes.append(helper.make_node(kind, inputs, names, domain=domain, **options))
        return names[0]

    def looked_up(self, table: str, index: str) -> str:
        """Add a table's rows."""
        return self.node("Gather", [self.constant(f"{table}.table", self._net[table]), index], f"{table}.rows")

    def words(self) -> str:
        """Add the rows of words, which are kept in eight bits, each row with its scale."""
        rows, scale = rounded(self._net["word"], axis=1)
        small = self.node("Gather", [self.constant("word", rows), "ids"], "word.small")
        whole = self.node("Cast", [small], "word.whole", to=onnx_types.FLOAT)
        by = self.node("Gather", [self.constant("word.scale", scale), "ids"], "word.by")
        return self.node("Mul", [whole, by], "word.rows")

    def places(self) -> str:
        """Add the rows of the places in a window: as many as it has pieces."""
        begin = self.constant("zero", np.array([0], dtype=np.int64))
        count = self.node("Shape", ["ids"], "count", start=1, end=2)
        return self.node("Slice", [self.constant("place", self._net["place"]), begin, count, begin], "place.rows")

    def sum(self, first: str, second: str, name: str) -> str:
        """Add two of a kind."""
        return self.node("Add", [first, second], name)

    def small(self, x: str, name: str) -> list[str]:
        """Round what comes to eight bits: the numbers, their scale, and which of them is zero."""
        outputs = [f"{name}.{part}" for part in ("small", "by", "zero")]
        self.node("DynamicQuantizeLinear", [x], outputs)
        return outputs

    def linear(self, name: str, x: str) -> str:
        """Multiply by a matrix and add its bias."""
        return self.multiplied(self.small(x, name), name, slice(None))

    def multiplied(self, small: list[str], name: str, rows: slice) -> str:
        """Multiply rounded numbers by some rows of a matrix and add their bias."""
        own = f"{name}.{rows.start or 0}"
        weight, scale = rounded(self._net[f"{name}.weight"][rows].T, axis=0)
        constants = [
            self.constant(f"{own}.weight", weight),
            small[1],
            self.constant(f"{own}.scale", scale[0]),
            small[2],
            self.constant(f"{own}.nought", np.zeros(weight.shape[1], dtype=np.int8)),
            self.constant(f"{own}.bias", self._net[f"{name}.bias"][rows]),
        ]
        return self.node("MatMulIntegerToFloat", [small[0], *constants], f"{own}.y", MICROSOFT)

    def normed(self, name: str, x: str) -> str:
        """Scale to mean zero and variance one, then by the weights."""
        weights = [self.constant(f"{name}.{kind}", self._net[f"{name}.{kind}"]) for kind in ("weight", "bias")]
        return self.node("LayerNormalization", [x, *weights], f"{name}.y", axis=-1, epsilon=EPSILON)

    def layer(self, number: int, x: str) -> str:
        """Add one layer: attention, then the two wide matrices, each with what goes past it."""
        own = f"{number}."
        small = self.small(x, f"{own}qkv")
        parts = [slice(begin, begin + WIDTH) for begin in range(0, 3 * WIDTH, WIDTH)]
        asked = [self.multiplied(small, f"{own}qkv", part) for part in parts]
        seen = self.node("MultiHeadAttention", asked, f"{own}seen", MICROSOFT, num_heads=HEADS)
        x = self.normed(f"{own}norm1", self.sum(x, self.linear(f"{own}out", seen), f"{own}sum1"))
        kind, domain = self._activation
        wide = self.node(kind, [self.linear(f"{own}widen", x)], f"{own}wide", domain)
        return self.normed(f"{own}norm2", self.sum(x, self.linear(f"{own}narrow", wide), f"{own}sum2"))

    def model(self) -> bytes:
        """Give the file's bytes."""
        inputs = [helper.make_tensor_value_info(name, onnx_types.INT32, ["window", "piece"]) for name in INPUTS]
        outputs = [helper.make_tensor_value_info(OUTPUT, onnx_types.FLOAT, ["window", "piece", "output"])]
        constants = [numpy_helper.from_array(values, name) for name, values in self._constants.items()]
        model = helper.make_model(
            helper.make_graph(self._nodes, "cited sources", inputs, outputs, constants),
            opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
            ir_version=8,
        )
        return bytes(model.SerializeToString(deterministic=True))


def graph_of(net: Mapping[str, Array], depth: int, activation: str) -> bytes:
    """Write a net as a graph."""
    graph = Graph(net, activation)
    x = graph.sum(graph.words(), graph.places(), "sum.word")
    for table in ("casing", "quoting"):
        x = graph.sum(x, graph.looked_up(table, table), f"sum.{table}")
    x = graph.normed("norm", x)
    for number in range(depth):
        x = graph.layer(number, x)
    graph.node("Identity", [graph.linear("head", x)], OUTPUT)
    return graph.model()


def rounded(values: Array, axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round to eight bits with a scale for each row or column; `axis` is the one that shares a scale."""
    scale = np.abs(values).max(axis=axis, keepdims=True) / MOST
    scale[scale == 0] = 1
    return np.round(values / scale).astype(np.int8), scale.astype(np.float32)
