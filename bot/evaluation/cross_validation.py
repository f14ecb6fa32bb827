"""The outcome of cross-validation, which Rasa's environment writes as JSON (bot/nlu/tuning/cross_validate.py)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bot.evaluation.calibration import Judged
from bot.evaluation.metrics import Outcome, Share
from bot.vocabulary import INTENT_PREFIX

NAME = "cross-validated accuracy"


def read_cross_validation(path: Path) -> Share:
    """Read the file: each training example with the intent found by a model that had not learned it."""
    examples = json.loads(path.read_text(encoding="utf-8"))["examples"]
    outcomes = [
        Outcome(
            id=f"fold {example['fold']}",
            text=example["text"],
            wanted=example["intent"],
            got=example["found"] or "nothing",
            right=example["found"] == example["intent"],
            confidence=example["confidence"],
            group=example["intent"].removeprefix(INTENT_PREFIX),
        )
        for example in examples
    ]
    return Share(name=NAME, outcomes=outcomes)


def recall_of(share: Share | None, topics: Sequence[str]) -> dict[str, float]:
    """Give, for each topic that has examples, how many of them were found."""
    found: dict[str, float] = {}
    for topic in topics if share is not None else ():
        own = [outcome.right for outcome in share.outcomes if outcome.group == topic] if share else []
        if own:
            found[topic] = sum(own) / len(own)
    return found


def judged_of(share: Share) -> list[Judged]:
    """Give confidence and rightness of each example."""
    return [Judged(confidence=outcome.confidence or 0.0, right=outcome.right) for outcome in share.outcomes]
