"""Fits the judge of opt-outs to data/opt_outs/texts.tsv: `./frontdesk train --opt-outs`, for developers.

Logistic regression with a penalty, by Adam on all texts at once: nothing is drawn by lot, so the same texts give the
same weights. Beside texts written for it, it learns from questions of patients that nobody took for an opt-out.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.opt_outs.features import BUCKETS, KINDS_FILE, Features
from bot.opt_outs.judge import CARD_FILE, FILES, FOLDER, TEXTS_FILE, WEIGHTS_FILE, OptOutJudge, counted, sha256_of
from bot.short_replies import OptOutSentences

_PENALTY = 1e-3
_STEPS, _RATE = 150, 0.1
_SLOW, _SLOWER = 0.9, 0.99
_ORDINARY_COUNTS = 0.6
_EACH = 6
"""Of the questions of patients one in so many is learned from: the others may measure."""
_LONGEST = 300

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text, and whether it wants no more of them.

    Attributes:
        language: "en" or "es"; empty for a question of a patient.
        wants_out: Whether it does.
        voice: In whose manner it was written.
        text: What it says.
    """

    language: str
    wants_out: bool
    voice: str
    text: str


def written_examples(folder: Path) -> list[Example]:
    """Read the texts that were written for the judge."""
    with (folder / TEXTS_FILE).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Example(language=row["language"], wants_out=row["wants_out"] == "yes", voice=row["voice"], text=row["text"])
            for row in rows
        ]


def ordinary_examples(data: Path, *, learned: bool = True) -> list[Example]:
    """Give the questions of patients that are learned from, or those that are not."""
    return [
        Example(language="", wants_out=False, voice="ordinary", text=text)
        for text in _questions(data)
        if len(text) <= _LONGEST and (zlib.crc32(text.encode()) % _EACH == 0) is learned
    ]


def fit(features: Features, examples: Sequence[Example]) -> OptOutJudge:
    """Fit a judge to examples."""
    weights, bias = _fitted(features, examples)
    return OptOutJudge(features, {"weights": weights, "bias": np.array([bias], np.float32)})


def write(root: Path) -> int:
    """Fit the judge and write it with its card to data/opt_outs.

    Args:
        root: The project's folder.

    Returns:
        How many texts it has learned from.

    Raises:
        ContentError: The kinds of words or the parts are broken.
    """
    folder = root / FOLDER
    features = Features(folder / KINDS_FILE, OptOutSentences.from_folder(root / "data" / "knowledge"))
    examples = [*written_examples(folder), *ordinary_examples(root / "data")]
    weights, bias = _fitted(features, examples)
    np.savez_compressed(folder / WEIGHTS_FILE, weights=weights, bias=np.array([bias], np.float32))
    counts = Counter(
        "ordinary" if not one.language else f"{one.language} {'opt-out' if one.wants_out else 'other'}"
        for one in examples
    )
    card = {
        "version": dt.datetime.now(dt.UTC).date().isoformat(),
        "made_by": "./frontdesk train --opt-outs",
        "trained_on": dict(sorted(counts.items())),
        "sha256": {name: sha256_of(folder / name) for name in FILES},
    }
    (folder / CARD_FILE).write_text(f"{json.dumps(card, indent=2)}\n", encoding="utf-8")
    return len(examples)


def _fitted(features: Features, examples: Sequence[Example]) -> tuple[NDArray[np.float32], float]:
    read = [counted(*features.of(one.text)) for one in examples]
    places = np.concatenate([numbers for numbers, _counts in read])
    counts = np.concatenate([shares for _numbers, shares in read])
    rows = np.repeat(np.arange(len(read)), [len(numbers) for numbers, _counts in read])
    wanted = np.array([one.wants_out for one in examples], np.float64)
    counting = np.array([1.0 if one.language else _ORDINARY_COUNTS for one in examples])
    state = np.zeros(2 * BUCKETS + 1)
    mean, square = np.zeros_like(state), np.zeros_like(state)
    for step in range(1, _STEPS + 1):
        scores = np.bincount(rows, weights=state[places] * counts, minlength=len(read)) + state[-1]
        wrong = (1 / (1 + np.exp(-scores)) - wanted) * counting
        slope = np.append(np.bincount(places, weights=wrong[rows] * counts, minlength=2 * BUCKETS), wrong.sum())
        slope[:-1] += _PENALTY * len(read) * state[:-1]
        mean = _SLOW * mean + (1 - _SLOW) * slope
        square = _SLOWER * square + (1 - _SLOWER) * slope**2
        rate = _RATE * (1 - step / (_STEPS + 1))
        state -= rate * (mean / (1 - _SLOW**step)) / (np.sqrt(square / (1 - _SLOWER**step)) + 1e-8)
    # Half the digits: the weights are some hundred kilobytes in git.
    return state[:-1].astype(np.float16).astype(np.float32), float(np.float32(state[-1]))


def _questions(data: Path) -> Iterator[str]:
    for path in sorted((data / "knowledge" / "asked").glob("*.tsv")):
        yield from (line.split("\t")[1] for line in path.read_text(encoding="utf-8").splitlines()[1:])
    for line in (data / "danger" / "chats.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        yield line.split("\t")[4]
