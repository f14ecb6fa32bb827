"""The vectors of training examples, kept beside the encoder by text, so that a few new sentences train in seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

# In the encoder's own folder: another encoder is built into a new one, so no vector outlives the encoder it came from.
EXAMPLES_FILE = "examples.npz"
# Sentences that nobody trains on any more go when there are so many.
_MOST_KEPT = 200_000


class ExampleVectors:
    """Vectors by the key of their text (`text_key`), in half precision, which is enough to learn from.

    Args:
        path: The file they are kept in; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[int, NDArray[np.float16]] | None = None
        self._asked: set[int] = set()

    def __contains__(self, key: int) -> bool:
        return key in self._vectors()

    def __getitem__(self, key: int) -> NDArray[np.float16]:
        return self._vectors()[key]

    def add(self, found: Mapping[int, NDArray[np.float32]]) -> None:
        """Keep some more, on disk too.

        Args:
            found: The vectors by the keys of their texts.
        """
        if not found:
            return
        kept = self._vectors()
        kept.update({key: vector.astype(np.float16) for key, vector in found.items()})
        self._asked |= found.keys()
        if len(kept) > _MOST_KEPT:
            kept = self._kept = {key: kept[key] for key in self._asked}
        # Written beside its place and moved there when whole: two trainings at once do no harm.
        with tempfile.NamedTemporaryFile(dir=self._path.parent, prefix="examples-", delete=False) as file:
            np.savez(file, keys=np.fromiter(kept, np.uint64, len(kept)), vectors=np.stack(list(kept.values())))
        Path(file.name).replace(self._path)

    def _vectors(self) -> dict[int, NDArray[np.float16]]:
        if self._kept is None:
            self._kept = self._read()
        return self._kept

    def _read(self) -> dict[int, NDArray[np.float16]]:
        try:
            with np.load(self._path, allow_pickle=False) as arrays:
                return dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            # None are kept yet, or the file is none of ours: they are made again.
            return {}
