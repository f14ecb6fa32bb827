"""Fine-tuning brings the examples of an intent together, and its file holds just what was taught."""

from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer

from bot.encoder.adapter import ADAPTED, Adapter
from bot.nlu.project import project_path
from bot.nlu.text.readings import Example
from bot.nlu.tuning.fine_tune import Recipe, learn
from bot.nlu.tuning.trainable_encoder import TrainableEncoder, as_batch

SIZE, WIDE, WORDS, LENGTH, LAYERS = 24, 48, 30522, 64, 6
HURTS = ["does it hurt", "is it painful", "will i feel the needle", "how sore is it", "is there pain"]
COSTS = ["what does it cost", "how much is it", "the price please", "is it expensive", "what do you charge"]


@pytest.fixture(scope="module")
def weights():
    """Return weights with the published names and a fraction of the published sizes."""
    random = np.random.default_rng(7)
    found = {
        "embeddings.word_embeddings.weight": random.normal(size=(WORDS, SIZE)),
        "embeddings.position_embeddings.weight": random.normal(size=(LENGTH, SIZE)) / 10,
        "embeddings.token_type_embeddings.weight": np.zeros((2, SIZE)),
    }
    norms = ["embeddings"]
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        for part in ADAPTED:
            outputs = WIDE if part == "intermediate.dense" else SIZE
            inputs = WIDE if part == "output.dense" else SIZE
            found[f"{layer}.{part}.weight"] = random.normal(size=(outputs, inputs)) / 5
            found[f"{layer}.{part}.bias"] = np.zeros(outputs)
        norms += [f"{layer}.attention.output", f"{layer}.output"]
    for norm in norms:
        found[f"{norm}.LayerNorm.weight"], found[f"{norm}.LayerNorm.bias"] = np.ones(SIZE), np.zeros(SIZE)
    return {name: value.astype(np.float32) for name, value in found.items()}


@pytest.fixture(scope="module")
def tokenizer():
    """Return the tokenizer of the real encoder, without filling."""
    found = Tokenizer.from_file(str(project_path("models/encoder") / "tokenizer.json"))
    found.no_padding()
    return found


@pytest.fixture(scope="module")
def taught(weights):
    """Return an encoder that has learned to tell two intents apart."""
    encoder = TrainableEncoder(weights, rank=4, seed=1)
    examples = [Example(text, text, "pain") for text in HURTS] + [Example(text, text, "cost") for text in COSTS]
    learn(encoder, examples, Recipe(epochs=150, rate=0.01))
    return encoder


def _vectors(encoder, tokenizer, texts):
    return encoder.embed(*as_batch([tokenizer.encode(text).ids for text in texts]), 0.0).numpy()


def test_it_begins_as_the_published_encoder(weights, tokenizer):
    """Whatever the updates begin with, they add nothing at first."""
    one, other = (_vectors(TrainableEncoder(weights, rank=4, seed=seed), tokenizer, HURTS) for seed in (1, 2))

    assert one == pytest.approx(other, abs=1e-6)
    assert np.linalg.norm(one, axis=1) == pytest.approx(1, abs=1e-5)


def test_examples_of_an_intent_come_together(weights, taught, tokenizer):
    """And those of different intents go apart."""

    def gap(encoder):
        hurts, costs = (_vectors(encoder, tokenizer, texts) for texts in (HURTS, COSTS))
        return (hurts @ hurts.T).mean() + (costs @ costs.T).mean() - 2 * (hurts @ costs.T).mean()

    assert gap(taught) > gap(TrainableEncoder(weights, rank=4, seed=1)) + 0.5


def test_merged_weights_are_the_taught_encoder(weights, taught, tokenizer, tmp_path):
    """What is built from the file must be what was measured."""
    taught.adapter(frozenset([1])).write(tmp_path / "adapter.npz")
    merged = Adapter.read(tmp_path / "adapter.npz").merged_with(weights)

    built = _vectors(TrainableEncoder(merged, rank=1, seed=5), tokenizer, HURTS + COSTS)

    assert built == pytest.approx(_vectors(taught, tokenizer, HURTS + COSTS), abs=0.02)


def test_filling_does_not_count(weights, tokenizer):
    """A short sentence beside a long one has the vector that it has alone."""
    encoder = TrainableEncoder(weights, rank=1, seed=1)

    together = _vectors(encoder, tokenizer, ["is it safe", " ".join(HURTS + COSTS)])

    assert together[0] == pytest.approx(_vectors(encoder, tokenizer, ["is it safe"])[0], abs=1e-5)


def test_moved_back_it_lies_between_what_it_was_and_what_it_learned(weights):
    """A share of the way, for every number of it."""
    encoder = TrainableEncoder(weights, rank=2, seed=1)
    start = encoder.adapter(frozenset())
    for variable in encoder.variables:
        variable.assign(variable + 1.0)

    encoder.move_back(start, 0.25)

    moved = encoder.adapter(frozenset())
    for name, pair in moved.updates.items():
        for now, before in zip(pair, start.updates[name]):  # noqa: B905 - TensorFlow's own zip has no strict.
            assert np.allclose(now, before + 0.25)
