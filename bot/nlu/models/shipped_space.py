"""The space of the project's own examples, as it comes with Frontdesk; `bot/nlu/tuning/ship_space.py` makes it.

Whoever fine-tunes the encoder commits the file with the adapter (`./frontdesk train --fine-tune` writes both). While it
stays, a sentence's features stay, and a training has to add up only what has changed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.nlu.models.space import Space

SPACE = Path("data/sentence_space.npz")
# With fewer of the examples known to it, the space of other sentences would fit them badly.
_LEAST_KNOWN = 0.5


def write(space: Space, adapter: Path, out: Path) -> None:
    """Write a space.

    Args:
        space: The space.
        adapter: What the encoder was fine-tuned with.
        out: The file.
    """
    np.savez_compressed(out, adapter=_digest(adapter), **space.arrays())


def fitting(shipped: Path, adapter: Path, fresh: NDArray[np.bool_]) -> Space | None:
    """Give the space that came with Frontdesk, if it fits the encoder and the examples.

    Args:
        shipped: The file that `write` has written; it need not be there.
        adapter: What the encoder was fine-tuned with.
        fresh: Of each example, whether it is new to the encoder.
    """
    if 1 - fresh.mean() < _LEAST_KNOWN:
        return None
    try:
        with np.load(shipped, allow_pickle=False) as arrays:
            if arrays["adapter"].tobytes() != _digest(adapter).tobytes():
                return None
            return Space.from_arrays(arrays)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _digest(path: Path) -> NDArray[np.uint8]:
    return np.frombuffer(hashlib.sha256(path.read_bytes()).digest(), np.uint8)
