"""What fine-tuning changes in the sentence encoder, small enough to stand in git: low-rank updates of its matrices.

Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2021), arXiv:2106.09685. Needs numpy alone, since it is
read in the environment that builds the encoder and in Rasa's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

# The matrices of each layer that get an update, by the names of the published weights.
ADAPTED = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_SEEN, _DOWN, _UP = "seen", ".down", ".up"


@dataclass(frozen=True)
class Adapter:
    """The update of each adapted matrix, and what it was learned from.

    Attributes:
        updates: By the matrix's published name, a pair whose product is added to the matrix: inputs by rank and rank
            by outputs (the published matrices are outputs by inputs).
        seen: The keys (`text_key`) of the texts it was learned from.
    """

    updates: Mapping[str, tuple[Matrix, Matrix]]
    seen: frozenset[int]

    def merged_with(self, weights: Mapping[str, Matrix]) -> dict[str, Matrix]:
        """Return the weights with the updates added.

        Args:
            weights: The published weights by name.

        Raises:
            ValueError: An update fits no matrix.
        """
        merged = dict(weights)
        for name, (down, up) in self.updates.items():
            matrix = weights.get(f"{name}.weight")
            if matrix is None or matrix.shape != (up.shape[1], down.shape[0]):
                raise ValueError(f"The adapter does not fit the encoder: {name}.weight")
            merged[f"{name}.weight"] = np.asarray(matrix + (down @ up).T, np.float32)
        return merged

    def write(self, path: Path) -> None:
        """Write it to an .npz file, the same bytes for the same adapter; half precision is enough for an update."""
        arrays = {_SEEN: np.array(sorted(self.seen), np.uint64)}
        for name, (down, up) in sorted(self.updates.items()):
            arrays[name + _DOWN], arrays[name + _UP] = down.astype(np.float16), up.astype(np.float16)
        np.savez(path, **arrays)

    @classmethod
    def read(cls, path: Path) -> Adapter:
        """Read what `write` has written.

        Raises:
            ValueError: The file is none that `write` has written.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                names = [name.removesuffix(_DOWN) for name in arrays.files if name.endswith(_DOWN)]
                updates = {
                    name: (arrays[name + _DOWN].astype(np.float32), arrays[name + _UP].astype(np.float32))
                    for name in names
                }
                return cls(updates, frozenset(int(key) for key in arrays[_SEEN]))
        except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
            raise ValueError(f"{path} holds no adapter of the encoder: {error}") from error


def text_key(text: str) -> int:
    """Return a number of 64 bits that stands for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def text_keys(texts: Iterable[str]) -> frozenset[int]:
    """Return the keys of texts."""
    return frozenset(text_key(text) for text in texts)
