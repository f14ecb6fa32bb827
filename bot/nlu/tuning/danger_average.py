"""Averages fits of the danger model that went on from one another: `python -m bot.nlu.tuning.danger_average FIT ...`.

For developers. Each fit with `--more` errs on other messages, and the mean of their numbers errs on fewer than any of
them (Wortsman et al., "Model soups", 2022, arXiv:2203.05482), at no cost when a message is read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.encoder.build import DANGER_ADAPTER
from bot.nlu.project import project_path

FILES = ("adapter.npz", "heads.npz")
CARD = "model.json"


def main(arguments: list[str] | None = None) -> int:
    """Average and write; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.tuning.danger_average", description=__doc__)
    parser.add_argument("fits", type=Path, nargs="+", help="folders of fits as data/danger holds one; the newest last")
    parser.add_argument("--out", type=Path, default=project_path(str(DANGER_ADAPTER.parent)), help="where it goes")
    options = parser.parse_args(arguments)
    average(options.fits, options.out)
    return 0


def average(fits: Sequence[Path], out: Path) -> None:
    """Write the mean of some fits, with the card of the last.

    Args:
        fits: Folders that each hold one; all of the same signs and the same shapes.
        out: The folder to write to, which may be one of them.

    Raises:
        ValueError: They know other signs, so that their numbers mean other things.
    """
    cards = [json.loads((fit / CARD).read_text(encoding="utf-8")) for fit in fits]
    if any(card["signs"] != cards[0]["signs"] for card in cards):
        raise ValueError("The fits name other signs: there is no mean of them.")
    means = {name: _mean([fit / name for fit in fits]) for name in FILES}
    for name, arrays in means.items():
        np.savez(out / name, **arrays)
    sums = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES}
    card = {**cards[-1], "sha256": sums}
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _mean(files: Sequence[Path]) -> dict[str, NDArray[Any]]:
    fits = []
    for file in files:
        with np.load(file, allow_pickle=False) as arrays:
            fits.append({name: arrays[name] for name in arrays.files})
    last = fits[-1]
    return {
        # Whole numbers say which examples were seen.
        name: np.mean([fit[name] for fit in fits], axis=0, dtype=np.float64).astype(values.dtype)
        if values.dtype.kind == "f"
        else values
        for name, values in last.items()
    }


if __name__ == "__main__":
    sys.exit(main())
