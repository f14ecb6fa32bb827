"""Fits the danger model that the edge reads every message with: `python -m bot.nlu.tuning.danger --weights FILE`.

For developers; a clinic never trains it. The encoder's adapter and the two heads are learned together: the level (none,
urgent, emergency, crisis) and, where an example names one, the sign. The outcome stands in git under data/danger with a
model card. It takes more than two hours of one processor and is not the same to the last bit each time, so what was
measured is what is committed. With `--more` it goes on from the model as it is, with tables of new examples, all plain
questions and a part of the others, so that it forgets nothing; that takes some quarter of an hour.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.nlu.project import PROJECT_ROOT, project_path
from bot.nlu.server.quiet import prepare_environment

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
prepare_environment(with_tensorflow=True)
# TensorFlow, and Rasa through it, read the environment while they are imported.
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from bot.encoder.adapter import Adapter  # noqa: E402
from bot.encoder.build import ADAPTER, DANGER_ADAPTER  # noqa: E402
from bot.nlu.tuning.danger_examples import DangerExample, danger_examples, labelled, plain_wishes  # noqa: E402
from bot.nlu.tuning.danger_noise import Noise  # noqa: E402
from bot.nlu.tuning.fine_tune import BATCH, SEED, WARM_UP, batches  # noqa: E402
from bot.nlu.tuning.trainable_encoder import TrainableEncoder, as_batch  # noqa: E402
from bot.vocabulary import DANGER_LEVELS as LEVELS  # noqa: E402

_HEADS = ("level_weights", "level_bias", "sign_weights", "sign_bias")
_RANK = 16
_MAX_TOKENS = 128
_RATE = 1e-3
_HEADS_FASTER = 3
_DROPOUT = 0.1
_SCALE = 12.0
"""What a vector of length one is multiplied by before the heads, so that they can be sure."""
_SOFT = 0.05
"""How much of a label is spread over all levels: some are wrong."""
_SIGN_COUNTS = 0.3
_SURE_SIGN = 0.5
_RAREST = 1.0
_REPLAYED = 0.3
"""The share of the other examples near a danger that are read again with new ones; plain questions all are, or words of
some new report ("looking after my dad") would be taken for one there..."""
_GENTLER = 0.5
"""...and how much of the rate is left: the model knows most already."""
_OF_NEW = 0.68
"""How far the numbers of the model then move from what they were to what was learned: most of what is new lies on the
way, and hardly anything is lost (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022, arXiv:2109.01903)."""
Step = Callable[..., float]


def main(arguments: list[str] | None = None) -> int:
    """Fit and write the model; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.tuning.danger", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="what bot.encoder.build --weights has written")
    parser.add_argument("--corpus", type=Path, help="labelled_posts.tsv and unlabelled_posts.tsv, which stay outside")
    parser.add_argument("--out", type=Path, default=DANGER_ADAPTER.parent, help="where the model goes")
    parser.add_argument("--more", nargs="+", help="go on from the model as it is, with these tables of data/danger")
    parser.add_argument("--epochs", type=int, default=3, help="(default 3)")
    options = parser.parse_args(arguments)
    folder = project_path(str(DANGER_ADAPTER.parent))
    examples = danger_examples(PROJECT_ROOT / "data" / "nlu", folder, options.corpus)
    _say(f"{len(examples)} examples, {sum(one.level != 'none' for one in examples)} of them reports")
    with np.load(options.weights, allow_pickle=False) as arrays:
        # It goes on from what the encoder knows of the clinic's topics, or from what the model knows of danger.
        start = Adapter.read(PROJECT_ROOT / (DANGER_ADAPTER if options.more else ADAPTER))
        encoder = TrainableEncoder(dict(arrays), rank=_RANK, seed=SEED, start=start, half=True)
    signs = sorted({one.sign for one in examples} - {""})
    tokenizer = _tokenizer()
    if options.more:
        heads = known_heads(folder, signs)
        new = [example for table in options.more for example in labelled(folder / table)]
        some = with_replayed([*new, *plain_wishes(examples)], examples)
        _say(f"{len(some)} of them are read")
        learned = learn(encoder, tokenizer, some, signs, options.epochs, heads=heads, rate=_GENTLER * _RATE)
        heads = {name: between(heads[name], learned[name]) for name in heads}
        encoder.move_back(start, _OF_NEW)
    else:
        heads = learn(encoder, tokenizer, examples, signs, options.epochs)
    write(options.out, encoder, {**heads, "token_weights": token_weights(tokenizer, examples)}, signs, examples)
    _say(f"wrote {options.out}")
    return 0


def learn(
    encoder: TrainableEncoder,
    tokenizer: Tokenizer,
    examples: Sequence[DangerExample],
    signs: Sequence[str],
    epochs: int,
    *,
    heads: dict[str, NDArray[np.float32]] | None = None,
    rate: float = _RATE,
) -> dict[str, NDArray[np.float32]]:
    """Teach the encoder and the heads; give the heads.

    Args:
        encoder: Whose adapter learns.
        tokenizer: What cuts texts into tokens.
        examples: What from.
        signs: The signs of the second head, in its order.
        epochs: How often the reports and what is near to one are read.
        heads: What the heads begin with; by default they are new.
        rate: The step of Adam, which falls to nought towards the end.
    """
    random = np.random.default_rng(SEED)
    tf.random.set_seed(SEED)
    noise = Noise([one.text for one in examples if one.level == "none"], random)
    kept = [one for one in examples if not one.is_ordinary]
    ordinary = [one for one in examples if one.is_ordinary]
    learning = {name: tf.Variable(values) for name, values in (heads or _new_heads(len(signs), random)).items()}
    step = _stepper(encoder, learning)
    places = {sign: place for place, sign in enumerate(signs)}
    # They are many and say little about danger: each is read once.
    shares = np.array_split(random.permutation(len(ordinary)), epochs)
    total = sum(-(-(len(kept) + len(share)) // BATCH) for share in shares)
    number, started = 0, time.monotonic()
    for epoch, share in enumerate(shares, 1):
        read = [*kept, *(ordinary[place] for place in share)]
        ids = [tokenizer.encode(noise.on(one.text)).ids for one in read]
        losses = []
        for rows in batches([len(tokens) for tokens in ids], random):
            number += 1
            pace = min(1.0, number / WARM_UP) * (1 - number / (total + 1))
            some = [read[row] for row in rows]
            losses.append(
                step(
                    *as_batch([ids[row] for row in rows]),
                    np.array([LEVELS.index(one.level) for one in some], np.int32),
                    np.array([places.get(one.sign, -1) for one in some], np.int32),
                    np.array([one.counts for one in some], np.float32),
                    rate=rate * pace,
                )
            )
        _say(f"epoch {epoch} of {epochs}: loss {np.mean(losses):.3f} after {time.monotonic() - started:.0f} s")
    return {name: variable.numpy() for name, variable in learning.items()}


def with_replayed(new: Sequence[DangerExample], examples: Sequence[DangerExample]) -> list[DangerExample]:
    """Give new examples, all plain questions, and a part of the others, the same each time.

    Args:
        new: All of which are read.
        examples: All there are, these among them.
    """
    known = {one.text for one in new}
    others = [one for one in examples if one.text not in known]
    plain = [one for one in others if one.is_ordinary]
    near = [one for one in others if not one.is_ordinary]
    random = np.random.default_rng(SEED)
    drawn = random.permutation(len(near))[: int(_REPLAYED * len(near))]
    return [*new, *plain, *(near[place] for place in drawn)]


def between(before: NDArray[np.float32], learned: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give what lies between two fits, `_OF_NEW` of the way from one to the other."""
    return np.asarray((1 - _OF_NEW) * before + _OF_NEW * learned, np.float32)


def known_heads(folder: Path, signs: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """Give the heads of the model as it is.

    Args:
        folder: Where it is.
        signs: Those that the examples name now.

    Raises:
        ValueError: The model knows other signs: it has to be fitted as a whole.
    """
    if json.loads((folder / "model.json").read_text(encoding="utf-8"))["signs"] != list(signs):
        raise ValueError("The examples name other signs than the model knows: fit it without --more.")
    with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in _HEADS}


def token_weights(tokenizer: Tokenizer, examples: Sequence[DangerExample]) -> NDArray[np.float32]:
    """Return how much each token tells of danger: by how much likelier it stands in a report, as a logarithm.

    It only says which parts of a long message to read.
    """
    counts = np.full((2, tokenizer.get_vocab_size()), _RAREST)
    for one in examples:
        counts[int(one.level != "none"), sorted(set(tokenizer.encode(one.text).ids))] += 1
    shares = np.log(counts / counts.sum(axis=1, keepdims=True))
    return np.asarray(shares[1] - shares[0], np.float32)


def write(
    folder: Path,
    encoder: TrainableEncoder,
    heads: dict[str, NDArray[np.float32]],
    signs: Sequence[str],
    examples: Sequence[DangerExample],
) -> None:
    """Write the adapter, the heads and the model card."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder.adapter(frozenset()).write(folder / "adapter.npz")
    np.savez(folder / "heads.npz", **{name: values.astype(np.float16) for name, values in heads.items()})
    today = dt.datetime.now(tz=dt.timezone.utc).date().isoformat()
    card = {
        "version": today,
        "made_by": "./frontdesk train --danger",
        "scale": _SCALE,
        "sure_sign": _SURE_SIGN,
        "signs": list(signs),
        "trained_on": {level: sum(one.level == level for one in examples) for level in LEVELS},
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("adapter.npz", "heads.npz")
        },
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _new_heads(signs: int, random: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    size = 384
    return {
        "level_weights": random.normal(0, 0.02, (size, len(LEVELS))).astype(np.float32),
        "level_bias": np.zeros(len(LEVELS), np.float32),
        "sign_weights": random.normal(0, 0.02, (size, signs)).astype(np.float32),
        "sign_bias": np.zeros(signs, np.float32),
    }


def _stepper(encoder: TrainableEncoder, heads: dict[str, Any]) -> Step:
    """Return the function that learns from one batch and returns its loss, of both heads."""
    slow, fast = tf.keras.optimizers.Adam(clipnorm=1.0), tf.keras.optimizers.Adam()
    slow.build(encoder.variables)
    fast.build(list(heads.values()))
    levels = len(LEVELS)

    @tf.function(reduce_retracing=True)
    def learn_from(ids: tf.Tensor, mask: tf.Tensor, level: tf.Tensor, sign: tf.Tensor, counts: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            vectors = _SCALE * encoder.embed(ids, mask, _DROPOUT)
            wanted = tf.one_hot(level, levels) * (1 - _SOFT) + _SOFT / levels
            scores = tf.matmul(vectors, heads["level_weights"]) + heads["level_bias"]
            losses = tf.nn.softmax_cross_entropy_with_logits(wanted, scores)
            loss = tf.reduce_sum(counts * losses) / tf.reduce_sum(counts)
            named = tf.cast(sign >= 0, tf.float32)
            signs = tf.matmul(vectors, heads["sign_weights"]) + heads["sign_bias"]
            sign_losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(sign, 0), signs)
            loss += _SIGN_COUNTS * tf.reduce_sum(named * sign_losses) / tf.maximum(tf.reduce_sum(named), 1.0)
        changes = tape.gradient(loss, [*encoder.variables, *heads.values()])
        own = len(encoder.variables)
        # TensorFlow's own zip, which it puts in place of Python's, knows no strict.
        slow.apply_gradients(zip(changes[:own], encoder.variables))  # noqa: B905
        fast.apply_gradients(zip(changes[own:], heads.values()))  # noqa: B905
        return loss

    def step(*batch: Any, rate: float) -> float:
        slow.learning_rate.assign(rate)
        fast.learning_rate.assign(rate * _HEADS_FASTER)
        return float(learn_from(*(tf.constant(value) for value in batch)))

    return step


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(project_path("models/encoder") / "tokenizer.json"))
    tokenizer.enable_truncation(_MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _say(text: str) -> None:
    print(f"danger: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
