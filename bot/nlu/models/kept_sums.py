"""Adds up only the examples that have changed since the last training: the sums over all are kept in a file.

Sums can be added to and taken from, so what is learned is what adding up all examples gives, give or take rounding. So
that rounding does not pile up, all are added up anew once as many have come and gone as there are.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.ridge import Sums

Features = Callable[[Sequence[str], Vectors], Vectors]
"""Makes a row of features for each sentence."""

SUMS_FILE = "sums.npz"
_ROWS_AT_A_TIME = 1000


@dataclass(frozen=True)
class Rows:
    """Examples, as they are added up.

    Attributes:
        texts: What each says.
        vectors: The encoder's vector of each.
        owner: The intent of each, as a number.
        pull: How much an example counts, for each intent.
    """

    texts: Sequence[str]
    vectors: Vectors
    owner: NDArray[np.int64]
    pull: Vectors


class KeptSums:
    """The sums of the last training.

    Args:
        path: The file; it need not be there.
        depends_on: What the sums depend on beside what they are told: our code, the encoder.
    """

    def __init__(self, path: Path, depends_on: str) -> None:
        self._path = path
        self._depends_on = depends_on

    def read(self, meaning: str) -> tuple[Rows, list[Sums], int] | None:
        """Give what was kept; None if that is nothing, or of something else.

        Args:
            meaning: What features and intents mean.

        Returns:
            The examples of the last training, what those of each part add up to, and how many came and went since all
            were added up.
        """
        try:
            with np.load(self._path, allow_pickle=False) as arrays:
                if str(arrays["depends_on"]) != self._depends_on or str(arrays["meaning"]) != meaning:
                    return None
                texts = json.loads(arrays["texts"].tobytes())
                owner = arrays["owner"].astype(np.int64)
                rows = Rows(texts, arrays["vectors"], owner, arrays["pull"])
                sums = [
                    Sums(_unpacked(arrays[f"products_{number}"]), arrays[f"moments_{number}"])
                    for number in range(int(arrays["parts"]))
                ]
                return rows, sums, int(arrays["spent"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def write(self, meaning: str, rows: Rows, sums: Sequence[Sums], spent: int) -> None:
        """Keep them for the next training.

        Args:
            meaning: What features and intents mean.
            rows: The examples.
            sums: What those of each part add up to.
            spent: How many came and went since all were added up.
        """
        arrays: dict[str, Any] = {
            "depends_on": np.str_(self._depends_on),
            "meaning": np.str_(meaning),
            "texts": np.frombuffer(json.dumps(list(rows.texts)).encode(), np.uint8),
            # Vectors of examples have half the digits anyway.
            "vectors": rows.vectors.astype(np.float16),
            "owner": rows.owner.astype(np.int16),
            "pull": rows.pull,
            "parts": np.int64(len(sums)),
            "spent": np.int64(spent),
        }
        for number, some in enumerate(sums):
            arrays[f"products_{number}"], arrays[f"moments_{number}"] = _packed(some.products), some.moments
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside its place and moved there when whole: two trainings at once do no harm.
        with tempfile.NamedTemporaryFile(dir=self._path.parent, delete=False) as file:
            np.savez(file, **arrays)
        Path(file.name).replace(self._path)


def add_up(
    rows: Rows, part_of: NDArray[np.int64], features: Features, meaning: str = "", kept: KeptSums | None = None
) -> list[Sums]:
    """Return what the examples of each part add up to.

    Args:
        rows: The examples.
        part_of: The part that each intent belongs to.
        features: Makes the features of sentences.
        meaning: What features and intents mean; kept sums of another meaning do not count.
        kept: The sums of the last training; it holds those of this one afterwards.
    """
    before = kept.read(meaning) if kept else None
    if before is not None:
        known, sums, spent = before
        changed, pull = _changes(known, rows)
        spent += len(changed.texts)
    if before is None or spent > len(rows.texts):
        changed, pull, spent = rows, rows.pull[rows.owner], 0
        width = features(rows.texts[:1], rows.vectors[:1]).shape[1]
        sums = [Sums.nothing(width, len(rows.pull)) for _ in range(part_of.max() + 1)]
    targets = np.eye(len(rows.pull), dtype=np.float32)
    for number, some in enumerate(sums):
        inside = part_of[changed.owner] == number
        for places in (np.flatnonzero(inside & (pull < 0)), np.flatnonzero(inside & (pull > 0))):
            for first in range(0, len(places), _ROWS_AT_A_TIME):
                at = places[first : first + _ROWS_AT_A_TIME]
                found = features([changed.texts[place] for place in at], changed.vectors[at])
                some.take_in(found, targets[changed.owner[at]], pull[at])
    if kept:
        kept.write(meaning, rows, sums, spent)
    return sums


def _changes(known: Rows, rows: Rows) -> tuple[Rows, Vectors]:
    """Return the examples that came, went, or count otherwise now, and how much more (or less) each counts."""
    before = {said: place for place, said in enumerate(zip(known.texts, known.owner.tolist(), strict=True))}
    after = {said: place for place, said in enumerate(zip(rows.texts, rows.owner.tolist(), strict=True))}
    gone = [place for said, place in before.items() if said not in after]
    come = [place for said, place in after.items() if said not in before]
    more = rows.pull - known.pull
    other = [place for (text, owner), place in after.items() if more[owner] and (text, owner) in before]
    owner = np.concatenate([known.owner[gone], rows.owner[come], rows.owner[other]])
    pull = np.concatenate([-known.pull[known.owner[gone]], rows.pull[rows.owner[come]], more[rows.owner[other]]])
    texts = [known.texts[place] for place in gone] + [rows.texts[place] for place in come + other]
    vectors = np.concatenate([known.vectors[gone].astype(np.float32), rows.vectors[come + other]])
    return Rows(texts, vectors, owner, pull), np.asarray(pull, np.float32)


def _packed(triangle: Vectors) -> Vectors:
    """Return the lower triangle column by column."""
    return np.concatenate([triangle[place:, place] for place in range(len(triangle))])


def _unpacked(packed: Vectors) -> Vectors:
    """Take back what `_packed` gave."""
    width = int(np.sqrt(2 * len(packed)))
    triangle = np.zeros((width, width), np.float32, order="F")
    first = 0
    for place in range(width):
        triangle[place:, place] = packed[first : first + width - place]
        first += width - place
    return triangle
