"""Fine-tunes the sentence encoder on the training examples: `python -m bot.nlu.tuning.fine_tune --weights FILE`.

Written for who changes the examples a lot; a clinic never needs it. The outcome, an adapter of about a megabyte, stands
in git and is built into the encoder (bot/encoder/build.py). It takes some twenty minutes on two cores and is not the
same to the last bit each time. One example in eight is kept back: from those the classifier learns how sure it may be.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.nlu.project import PROJECT_ROOT, project_path
from bot.nlu.server.quiet import prepare_environment

# Rasa's training is to be the same each time; this one is to be quick.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
prepare_environment(with_tensorflow=True)
# TensorFlow, and Rasa through it, read the environment while they are imported.
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from bot.encoder.adapter import text_key, text_keys  # noqa: E402
from bot.encoder.build import ADAPTER  # noqa: E402
from bot.nlu.knowledge import TREATMENTS, alternatives  # noqa: E402
from bot.nlu.text.readings import Example, examples_of  # noqa: E402
from bot.nlu.tuning.trainable_encoder import TrainableEncoder, as_batch  # noqa: E402

SEED = 20240229
KEPT_BACK = 8
BATCH = 64
_MAX_TOKENS = 64
WARM_UP = 100
# Sentences of like length share a batch, so that little of it is filling; of so many batches at a time they are sorted.
_SORTED_TOGETHER = 20
# The directions of the intents are anew for each fine-tuning, the encoder's vectors are not.
_DIRECTIONS_FASTER = 3
Step = Callable[[Any, Any, Any, Any, float], float]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the adapter learns.

    Attributes:
        rank: The rank of each update.
        epochs: How often each example is read.
        rate: The step of Adam, which falls to nought towards the end.
        temperature: What the cosine between an example and its intent's direction is divided by; lower is stricter.
        margin: How much nearer an example has to be to its intent's direction than to any other.
        dropout: The share of each layer's output left out at random.
    """

    rank: int = 16
    epochs: int = 3
    rate: float = 1e-3
    temperature: float = 0.07
    margin: float = 0.1
    dropout: float = 0.1


def main(arguments: list[str] | None = None) -> int:
    """Fine-tune and write the adapter; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.tuning.fine_tune", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="what build_encoder --weights has written")
    parser.add_argument("--out", type=Path, default=ADAPTER, help=f"where the adapter goes (default {ADAPTER})")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs, help=f"(default {Recipe.epochs})")
    options = parser.parse_args(arguments)
    with np.load(options.weights, allow_pickle=False) as arrays:
        encoder = TrainableEncoder(dict(arrays), rank=Recipe.rank, seed=SEED, half=True)
    read = examples_of(load_data(str(PROJECT_ROOT / "data" / "nlu")), alternatives(PROJECT_ROOT / TREATMENTS))
    examples = [example for example in read if text_key(example.asked) % KEPT_BACK]
    _say(f"{len(examples)} examples, {len(read) - len(examples)} kept back")
    learn(encoder, examples, Recipe(epochs=options.epochs))
    encoder.adapter(text_keys(text for one in examples for text in (one.asked, one.named))).write(options.out)
    _say(f"wrote {options.out}")
    return 0


def learn(encoder: TrainableEncoder, examples: Sequence[Example], recipe: Recipe) -> None:
    """Teach the adapter to bring the examples of an intent together and those of different intents apart.

    Args:
        encoder: Whose adapter learns.
        examples: What from.
        recipe: How.
    """
    random = np.random.default_rng(SEED)
    tf.random.set_seed(SEED)
    tokenizer = Tokenizer.from_file(str(project_path("models/encoder") / "tokenizer.json"))
    tokenizer.enable_truncation(_MAX_TOKENS)
    tokenizer.no_padding()
    _, intents = np.unique([example.intent for example in examples], return_inverse=True)
    sizes = np.bincount(intents)
    texts = [example.asked for example in examples]
    step = _stepper(encoder, _directions(encoder, tokenizer, texts, intents), recipe)
    started, number, total = time.monotonic(), 0, recipe.epochs * -(-len(examples) // BATCH)
    for epoch in range(1, recipe.epochs + 1):
        losses = []
        for rows in batches([len(example.named) for example in examples], random):
            number += 1
            # Which reading is taken changes from time to time, so that both are learned.
            texts = [random.choice([examples[row].asked, examples[row].named]) for row in rows]
            ids, mask = as_batch([tokenizer.encode(text).ids for text in texts])
            # An intent with four times the examples counts twice as much, not four times.
            weight = (sizes[intents[rows]] ** -0.5).astype(np.float32)
            pace = min(1.0, number / WARM_UP) * (1 - number / (total + 1))
            losses.append(step(ids, mask, intents[rows].astype(np.int32), weight, recipe.rate * pace))
        _say(f"epoch {epoch} of {recipe.epochs}: loss {np.mean(losses):.3f} after {time.monotonic() - started:.0f} s")


def _directions(
    encoder: TrainableEncoder, tokenizer: Tokenizer, texts: Sequence[str], intents: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the mean direction of some examples of each intent, to begin with."""
    embed = tf.function(lambda ids, mask: encoder.embed(ids, mask, 0.0), reduce_retracing=True)
    found = []
    for intent in range(intents.max() + 1):
        some = [texts[row] for row in np.flatnonzero(intents == intent)[:BATCH]]
        batch = as_batch([tokenizer.encode(text).ids for text in some])
        mean = embed(*(tf.constant(part) for part in batch)).numpy().mean(axis=0)
        found.append(mean / np.linalg.norm(mean))
    return np.stack(found)


def _stepper(encoder: TrainableEncoder, start: NDArray[np.float32], recipe: Recipe) -> Step:
    """Return the function that learns from one batch and returns its loss.

    The loss is that of a softmax over the cosines between a sentence and one direction for each intent, with a margin
    for the right one (Wang et al., CosFace, 2018, arXiv:1801.09414). The directions learn too.
    """
    directions = tf.Variable(start)
    slow, fast = tf.keras.optimizers.Adam(clipnorm=1.0), tf.keras.optimizers.Adam()
    slow.build(encoder.variables)
    fast.build([directions])

    @tf.function(reduce_retracing=True)
    def learn_from(ids: tf.Tensor, mask: tf.Tensor, right: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            vectors = encoder.embed(ids, mask, recipe.dropout)
            cosines = tf.matmul(vectors, tf.math.l2_normalize(directions, -1), transpose_b=True)
            scores = (cosines - recipe.margin * tf.one_hot(right, len(start))) / recipe.temperature
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(right, scores)
            loss = tf.reduce_sum(weight * losses) / tf.reduce_sum(weight)
        *changes, turn = tape.gradient(loss, [*encoder.variables, directions])
        # TensorFlow's own zip, which it puts in place of Python's, knows no strict.
        slow.apply_gradients(zip(changes, encoder.variables))  # noqa: B905
        fast.apply_gradients([(turn, directions)])
        return loss

    def step(ids: Any, mask: Any, right: Any, weight: Any, rate: float) -> float:
        slow.learning_rate.assign(rate)
        fast.learning_rate.assign(rate * _DIRECTIONS_FASTER)
        return float(learn_from(*(tf.constant(value) for value in (ids, mask, right, weight))))

    return step


def batches(lengths: Sequence[int], random: np.random.Generator) -> list[NDArray[np.int64]]:
    """Deal examples into batches of like length, in an order that changes with each call.

    Args:
        lengths: How long each example is.
        random: What the order is drawn from.

    Returns:
        The places of the examples of each batch.
    """
    order, batches = random.permutation(len(lengths)), []
    for first in range(0, len(order), BATCH * _SORTED_TOGETHER):
        part = order[first : first + BATCH * _SORTED_TOGETHER]
        part = part[np.argsort([lengths[row] for row in part], kind="stable")]
        batches += [part[start : start + BATCH] for start in range(0, len(part), BATCH)]
    return [batches[place] for place in random.permutation(len(batches))]


def _say(text: str) -> None:
    print(f"fine_tune: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
