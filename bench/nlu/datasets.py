"""Reads HINT3 and CLINC150 as their authors publish them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WHERE = (
    "The sets are public: put the CSV files of the repository hellohaptik/HINT3 (dataset/v1) into hint3/ as "
    "<bot>_train.csv, <bot>_subset_train.csv and <bot>_test.csv (bots: curekart, sofmattress), and data_full.json of "
    "the repository clinc/oos-eval into clinc150/. docs/benchmarks.md has the whole list."
)
_HINT3 = (
    ("curekart", "HINT3 Curekart full", "curekart_train.csv", "curekart_test.csv"),
    ("curekart-subset", "HINT3 Curekart subset", "curekart_subset_train.csv", "curekart_test.csv"),
    ("sofmattress", "HINT3 SOFMattress full", "sofmattress_train.csv", "sofmattress_test.csv"),
    ("sofmattress-subset", "HINT3 SOFMattress subset", "sofmattress_subset_train.csv", "sofmattress_test.csv"),
)
CLINC = "clinc150"
# Of the 100 that CLINC150 has: about as many as a topic of ours, and stock Rasa trains in minutes instead of hours.
_CLINC_EXAMPLES = 20
_OUT_OF_SCOPE = frozenset({"NO_NODES_DETECTED", "oos"})


class DataMissingError(Exception):
    """Raised when a set is not where it should be; the message says where readers get it."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A sentence and what it means.

    Attributes:
        text: The sentence, in one line.
        intent: Its intent, or None if it is out of scope.
    """

    text: str
    intent: str | None


@dataclass(frozen=True, kw_only=True)
class IntentSet:
    """A public set.

    Attributes:
        key: Its name on the command line.
        title: Its name in the table.
        train: What the pipelines learn from; nothing out of scope is among it.
        test: What they are asked.
    """

    key: str
    title: str
    train: tuple[Example, ...]
    test: tuple[Example, ...]


def hint3_keys() -> list[str]:
    """Return the names of the four HINT3 training sets."""
    return [key for key, *_ in _HINT3]


def read_set(key: str, folder: Path) -> IntentSet:
    """Read one set.

    Args:
        key: One of `hint3_keys`, or `CLINC`.
        folder: The folder that holds `hint3/` and `clinc150/`.

    Raises:
        DataMissingError: A file is not there.
        KeyError: There is no such set.
    """
    if key == CLINC:
        return _clinc(folder / "clinc150" / "data_full.json")
    title, train, test = {name: rest for name, *rest in _HINT3}[key]
    rows = [_csv(folder / "hint3" / name) for name in (train, test)]
    return IntentSet(key=key, title=title, train=_in_scope(rows[0]), test=rows[1])


def _csv(path: Path) -> tuple[Example, ...]:
    with _existing(path).open(encoding="utf-8", newline="") as file:
        return tuple(_example(row["sentence"], row["label"]) for row in csv.DictReader(file))


def _clinc(path: Path) -> IntentSet:
    parts = json.loads(_existing(path).read_text(encoding="utf-8"))
    train = _first_of_each([_example(text, label) for text, label in parts["train"]])
    test = [_example(text, label) for text, label in [*parts["test"], *parts["oos_test"]]]
    return IntentSet(
        key=CLINC, title=f"CLINC150, {_CLINC_EXAMPLES} examples an intent", train=_in_scope(train), test=tuple(test)
    )


def _first_of_each(examples: Sequence[Example]) -> list[Example]:
    """Return the first examples of each intent, in the order of the file."""
    seen: Counter[str | None] = Counter()
    kept = []
    for example in examples:
        seen[example.intent] += 1
        if seen[example.intent] <= _CLINC_EXAMPLES:
            kept.append(example)
    return kept


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise DataMissingError(f"{path} is not there. {WHERE}")
    return path


def _example(text: str, label: str) -> Example:
    return Example(text=" ".join(text.split()), intent=None if label in _OUT_OF_SCOPE else label)


def _in_scope(examples: Sequence[Example]) -> tuple[Example, ...]:
    return tuple(example for example in examples if example.intent is not None and example.text)
