"""Reads each content file once for a whole run: most tests start from the project's own, and reading takes long."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bot.bootstrap
import bot.yaml_file
from bot.knowledge.files.follow_ups import FollowUpTopics
from bot.knowledge.files.not_offered import NotOffered
from bot.responses import FixedResponses
from bot.short_replies import ShortReplies
from bot.triage import Triage


def read_files_once(patch: pytest.MonkeyPatch) -> None:
    """Let services be made of what was read before; a file with other bytes, or a broken one, is read as always.

    Args:
        patch: Undone when the run ends.
    """
    patch.setattr(bot.bootstrap, "load_clinic", _once(bot.bootstrap.load_clinic))
    patch.setattr(bot.bootstrap, "read_names", _once(bot.bootstrap.read_names))
    patch.setattr(FixedResponses, "from_file", _once(FixedResponses.from_file))
    patch.setattr(Triage, "from_files", _once(Triage.from_files))
    patch.setattr(ShortReplies, "from_file", _once(ShortReplies.from_file))
    patch.setattr(FollowUpTopics, "from_file", _once(FollowUpTopics.from_file))
    patch.setattr(NotOffered, "from_file", _once(NotOffered.from_file))
    patch.setattr(bot.yaml_file, "_load", _parsed_once(bot.yaml_file._load))


def _once(read: Callable[..., Any]) -> Callable[..., Any]:
    kept: dict[tuple[bytes | Path, ...], Any] = {}

    def read_or_recall(path: Path, *others: Any) -> Any:
        if not path.is_file() or not all(isinstance(other, Path) for other in others):
            return read(path, *others)
        content = (path.read_bytes(), *others)
        if content not in kept:
            kept[content] = read(path, *others)
        return kept[content]

    return read_or_recall


def _parsed_once(load: Callable[[Path, str], Any]) -> Callable[[Path, str], Any]:
    """Parse the same bytes once; everybody gets a copy of what came of them, since some change it."""
    kept: dict[tuple[bytes, str], bytes] = {}

    def load_or_copy(path: Path, typ: str) -> Any:
        if not path.is_file():
            return load(path, typ)
        content = (path.read_bytes(), typ)
        if content not in kept:
            kept[content] = pickle.dumps(load(path, typ))
        return pickle.loads(kept[content])  # noqa: S301  # What was written two lines above.

    return load_or_copy
