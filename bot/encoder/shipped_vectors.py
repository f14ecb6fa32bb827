"""The vectors of the examples as they come with Frontdesk, so that nobody's first start waits for 58,000 sentences.

`python -m bot.encoder.shipped_vectors` writes them from what the last training has kept, to the last bit: which
landmarks are chosen, and so a report at the edge, can hang on a rounding. Whoever fine-tunes the encoder commits the
file with the adapter. An example that is not in it gets its vector while training, and with another encoder none of
them count. Needs numpy alone: it is read in the environment that builds the encoder.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.encoder.example_vectors import EXAMPLES_FILE

SHIPPED = Path("data/example_vectors.npz")
ADAPTER = Path("data/encoder_adapter.npz")
ENCODER = Path("models/encoder")


def write(encoder: Path, adapter: Path, out: Path) -> int:
    """Write the vectors that the last training has kept.

    Args:
        encoder: The encoder's folder.
        adapter: What the encoder was fine-tuned with.
        out: The file.

    Returns:
        How many there are.
    """
    with np.load(encoder / EXAMPLES_FILE, allow_pickle=False) as arrays:
        order = np.argsort(arrays["keys"])
        keys, vectors = arrays["keys"][order], arrays["vectors"][order]
    np.savez_compressed(out, adapter=_digest(adapter), keys=keys, vectors=vectors)
    return len(keys)


def unpack(shipped: Path, adapter: Path, folder: Path) -> int:
    """Put the vectors beside a new encoder, if they are those of its adapter.

    Args:
        shipped: The file that `write` has written; it need not be there.
        adapter: What the encoder was fine-tuned with.
        folder: The encoder's folder.

    Returns:
        How many there are; none if the file is of another encoder, or is none.
    """
    try:
        with np.load(shipped, allow_pickle=False) as arrays:
            if arrays["adapter"].tobytes() != _digest(adapter).tobytes():
                return 0
            np.savez(folder / EXAMPLES_FILE, keys=arrays["keys"], vectors=arrays["vectors"])
            return len(arrays["keys"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return 0


def main() -> int:
    """Write the file; return the exit status."""
    if not (ENCODER / EXAMPLES_FILE).is_file():
        print("shipped_vectors: there are no vectors of examples yet. Train first: ./frontdesk train", file=sys.stderr)
        return 1
    print(f"shipped_vectors: wrote {write(ENCODER, ADAPTER, SHIPPED)} vectors to {SHIPPED}")
    return 0


def _digest(path: Path) -> NDArray[np.uint8]:
    return np.frombuffer(hashlib.sha256(path.read_bytes()).digest(), np.uint8)


if __name__ == "__main__":
    sys.exit(main())
