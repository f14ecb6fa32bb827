"""The sentence encoder in TensorFlow, where its adapter can learn: for fine-tuning only, chats run the ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from bot.encoder.adapter import ADAPTED, Adapter

Weights = Mapping[str, NDArray[np.float32]]

_LAYERS, _HEADS, _EPSILON = 6, 12, 1e-12
_FAR_BELOW = -1e9
# Batches as long as the next multiple of it, so that TensorFlow compiles few shapes.
_LENGTHS = 8


class TrainableEncoder:
    """all-MiniLM-L6-v2 with fixed weights and low-rank updates that learn.

    Args:
        weights: The published weights by name.
        rank: The rank of each update.
        seed: What the updates begin with is drawn from it.
        start: An adapter to go on from; by default it begins as the encoder that was published.
        half: Whether products are of bfloat16, three times as fast where the processor knows it.
    """

    def __init__(
        self, weights: Weights, *, rank: int, seed: int, start: Adapter | None = None, half: bool = False
    ) -> None:
        self._precision = tf.bfloat16 if half else tf.float32
        random = np.random.default_rng(seed)
        self._weights = {name: tf.constant(value) for name, value in weights.items() if value.dtype == np.float32}
        self._updates: dict[str, tuple[tf.Variable, tf.Variable]] = {}
        for name in (f"encoder.layer.{layer}.{part}" for layer in range(_LAYERS) for part in ADAPTED):
            outputs, inputs = weights[f"{name}.weight"].shape
            down = random.normal(0, inputs**-0.5, (inputs, rank)).astype(np.float32)
            # Nought times anything: it begins as the encoder that was published.
            pair = start.updates[name] if start else (down, np.zeros((rank, outputs), np.float32))
            self._updates[name] = (tf.Variable(pair[0]), tf.Variable(pair[1]))

    @property
    def variables(self) -> list[tf.Variable]:
        """What may learn."""
        return [variable for pair in self._updates.values() for variable in pair]

    def move_back(self, start: Adapter, share: float) -> None:
        """Leave of what was learned this share, the rest as it was to begin with.

        Args:
            start: The adapter that it went on from.
            share: From 0, nothing, to 1, all.
        """
        for name, pair in self._updates.items():
            for variable, before in zip(pair, start.updates[name]):  # noqa: B905 - TensorFlow's own zip has no strict.
                variable.assign((1 - share) * before + share * variable)

    def adapter(self, seen: frozenset[int]) -> Adapter:
        """Return what was learned.

        Args:
            seen: The keys of the texts it was learned from.
        """
        return Adapter({name: (down.numpy(), up.numpy()) for name, (down, up) in self._updates.items()}, seen)

    def embed(self, ids: tf.Tensor, mask: tf.Tensor, dropout: float) -> tf.Tensor:
        """Return one vector of length one for each sentence.

        Args:
            ids: Token numbers, a row for each sentence.
            mask: 1 for a token, 0 for what fills a row up.
            dropout: The share of each layer's output left out at random.
        """
        length = tf.shape(ids)[1]
        words = tf.gather(self._weights["embeddings.word_embeddings.weight"], ids)
        positions = self._weights["embeddings.position_embeddings.weight"][:length]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = tf.nn.dropout(self._norm(words + positions + kind, "embeddings"), dropout)
        present = tf.cast(mask, tf.float32)
        for layer in range(_LAYERS):
            hidden = self._layer(
                hidden, (1 - present)[:, None, None, :] * _FAR_BELOW, f"encoder.layer.{layer}", dropout
            )
        pooled = tf.reduce_sum(hidden * present[:, :, None], 1) / tf.reduce_sum(present, 1, keepdims=True)
        return tf.math.l2_normalize(pooled, -1)

    def _layer(self, hidden: tf.Tensor, bias: tf.Tensor, name: str, dropout: float) -> tf.Tensor:
        parts = (self._linear(hidden, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        query, key, value = (_split_heads(part) for part in parts)
        weights = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) * (query.shape[-1] ** -0.5) + bias)
        mixed = _join_heads(tf.matmul(weights, value))
        attended = tf.nn.dropout(self._linear(mixed, f"{name}.attention.output.dense"), dropout)
        hidden = self._norm(hidden + attended, f"{name}.attention.output")
        wide = tf.nn.gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        narrow = tf.nn.dropout(self._linear(wide, f"{name}.output.dense"), dropout)
        return self._norm(hidden + narrow, f"{name}.output")

    def _linear(self, value: tf.Tensor, name: str) -> tf.Tensor:
        value, matrix, down, up = (
            tf.cast(part, self._precision) for part in (value, self._weights[f"{name}.weight"], *self._updates[name])
        )
        product = tf.matmul(value, matrix, transpose_b=True) + tf.matmul(tf.matmul(value, down), up)
        return tf.cast(product, tf.float32) + self._weights[f"{name}.bias"]

    def _norm(self, value: tf.Tensor, name: str) -> tf.Tensor:
        mean, variance = tf.nn.moments(value, -1, keepdims=True)
        scale, offset = (self._weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return (value - mean) * tf.math.rsqrt(variance + _EPSILON) * scale + offset


def as_batch(token_ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the token numbers of sentences as one matrix, and the mask that tells tokens from filling."""
    length = -(-max(map(len, token_ids)) // _LENGTHS) * _LENGTHS
    ids = np.zeros((len(token_ids), length), np.int32)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(token_ids):
        ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
    return ids, mask


def _split_heads(value: tf.Tensor) -> tf.Tensor:
    rows, length, size = tf.shape(value)[0], tf.shape(value)[1], value.shape[-1]
    return tf.transpose(tf.reshape(value, (rows, length, _HEADS, size // _HEADS)), (0, 2, 1, 3))


def _join_heads(value: tf.Tensor) -> tf.Tensor:
    rows, length, size = tf.shape(value)[0], tf.shape(value)[2], value.shape[-1]
    return tf.reshape(tf.transpose(value, (0, 2, 1, 3)), (rows, length, _HEADS * size))
