"""The judge of opt-outs for whoever may hear one, read when the first text comes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.opt_outs.judge import OptOutJudge


def judge_of(root: Path) -> OptOutJudge:
    """Give the project's judge; once read it is kept for the process.

    Args:
        root: The project's folder.

    Raises:
        ContentError: A file of data/opt_outs is broken.
    """
    # Only now: the action server confirms opt-outs and never hears one, and the weights need numpy.
    from bot.opt_outs.judge import load_judge

    return load_judge(root)
