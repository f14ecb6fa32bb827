"""The sentence encoder as an ONNX graph, written straight from the published weights (no torch needed).

Runs only in the throw-away environment that builds the encoder (requirements/encoder.txt).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

Weights = Mapping[str, "NDArray[np.float32]"]

# The fused operators of onnxruntime: the CPU provider has fast kernels for them.
_FUSED = "com.microsoft"
_OPSET = 13
_IR_VERSION = 8


def build_graph(weights: Weights, config: Mapping[str, Any]) -> onnx.ModelProto:
    """Write the graph of a BERT sentence encoder with mean pooling and unit length.

    Args:
        weights: The model's tensors by their published names.
        config: The model's `config.json`.

    Returns:
        A model with inputs `input_ids` and `attention_mask` (int64, batch by tokens) and the output
        `sentence_embedding` (float32, batch by hidden size).
    """
    graph = _Graph(weights, heads=config["num_attention_heads"], epsilon=config["layer_norm_eps"])
    hidden = graph.embeddings()
    for layer in range(config["num_hidden_layers"]):
        hidden = graph.transformer_layer(layer, hidden)
    graph.mean_pooling(hidden)
    return graph.as_model(config["hidden_size"])


class _Graph:
    """Nodes and constants as they are added, in order."""

    def __init__(self, weights: Weights, *, heads: int, epsilon: float) -> None:
        self._weights = weights
        self._heads = heads
        self._epsilon = epsilon
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def embeddings(self) -> str:
        """Add word, position and token type embeddings; return the name of their output."""
        self._add("Cast", ["input_ids"], "ids", to=TensorProto.INT32)
        self._add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        # A single sentence is always token type 0, so its row is folded into the position table.
        positions = self._weights["embeddings.position_embeddings.weight"]
        token_type = self._weights["embeddings.token_type_embeddings.weight"][0]
        inputs = [
            "ids",
            "",
            self._constant("words", self._weights["embeddings.word_embeddings.weight"]),
            self._constant("positions", positions + token_type),
            "",
            *self._norm("embeddings.LayerNorm"),
            "mask",
        ]
        self._nodes.append(
            helper.make_node(
                "EmbedLayerNormalization",
                inputs,
                ["embedded", "mask_index"],
                name="embedded",
                domain=_FUSED,
                epsilon=self._epsilon,
            )
        )
        return "embedded"

    def transformer_layer(self, layer: int, hidden: str) -> str:
        """Add one layer of attention and feed-forward; return the name of its output."""
        prefix = f"encoder.layer.{layer}."
        attended = self._attention(prefix, hidden)
        after_attention = self._add_and_norm(prefix + "attention.output.", attended, hidden, f"{prefix}attended")
        inner = self._add("MatMul", [after_attention, self._matrix(prefix + "intermediate.dense")], f"{prefix}wide")
        bias = self._bias(prefix + "intermediate.dense")
        inner = self._add("BiasGelu", [inner, bias], f"{prefix}gelu", domain=_FUSED)
        outer = self._add("MatMul", [inner, self._matrix(prefix + "output.dense")], f"{prefix}narrow")
        return self._add_and_norm(prefix + "output.", outer, after_attention, f"{prefix}out")

    def mean_pooling(self, hidden: str) -> None:
        """Add the mean over real tokens, scaled to length one, as `sentence_embedding`."""
        last_axis = self._constant("axis_2", np.array([2], np.int64))
        token_axis = self._constant("axis_1", np.array([1], np.int64))
        self._add("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
        self._add("Unsqueeze", ["mask_float", last_axis], "mask_3d")
        self._add("Mul", [hidden, "mask_3d"], "masked")
        self._add("ReduceSum", ["masked", token_axis], "token_sum", keepdims=0)
        self._add("ReduceSum", ["mask_float", token_axis], "token_count", keepdims=1)
        self._add("Div", ["token_sum", "token_count"], "mean")
        self._add("LpNormalization", ["mean"], "sentence_embedding", axis=1, p=2)

    def as_model(self, hidden_size: int) -> onnx.ModelProto:
        """Return the finished model."""
        graph = helper.make_graph(
            self._nodes,
            "sentence_encoder",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", hidden_size])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="frontdesk")
        model.ir_version = _IR_VERSION
        return model

    def _attention(self, prefix: str, hidden: str) -> str:
        parts = [f"{prefix}attention.self.{name}" for name in ("query", "key", "value")]
        matrix = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        inputs = [
            hidden,
            self._constant(f"{prefix}qkv.weight", matrix),
            self._constant(f"{prefix}qkv.bias", bias),
            "mask",
        ]
        mixed = self._add("Attention", inputs, f"{prefix}mixed", domain=_FUSED, num_heads=self._heads)
        return self._add("MatMul", [mixed, self._matrix(prefix + "attention.output.dense")], f"{prefix}projected")

    def _add_and_norm(self, prefix: str, value: str, residual: str, output: str) -> str:
        inputs = [value, residual, *self._norm(prefix + "LayerNorm"), self._bias(prefix + "dense")]
        return self._add("SkipLayerNormalization", inputs, output, domain=_FUSED, epsilon=self._epsilon)

    def _norm(self, name: str) -> list[str]:
        return [self._constant(f"{name}.{part}", self._weights[f"{name}.{part}"]) for part in ("weight", "bias")]

    def _matrix(self, name: str) -> str:
        return self._constant(f"{name}.weight", self._weights[f"{name}.weight"].T)

    def _bias(self, name: str) -> str:
        return self._constant(f"{name}.bias", self._weights[f"{name}.bias"])

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _add(self, operator: str, inputs: Sequence[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        node = helper.make_node(operator, list(inputs), [output], name=output, domain=domain, **attributes)
        self._nodes.append(node)
        return output
