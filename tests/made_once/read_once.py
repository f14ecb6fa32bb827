"""Reads each content file once for many runs: most tests start from the project's own, and reading takes seconds."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import bot.bootstrap
import bot.plans.parts
import bot.reading.yaml_source
import bot.yaml_file
from bot.clinic import Clinic
from bot.settings import ROOT

_READERS = ("from_file", "from_files", "from_folder")
_FUNCTIONS = (
    (bot.bootstrap, "load_clinic"),
    (bot.bootstrap, "read_names"),
    (bot.plans.parts, "load_plans"),
    (bot.plans.parts, "wordings_of"),
)


def read_files_once(patch: pytest.MonkeyPatch, kept_in: Path) -> None:
    """Let services be made of what was read before; a file with other bytes, or a broken one, is read as always.

    Args:
        patch: Undone when the run ends.
        kept_in: A folder for what was parsed, for the other runs beside this one and those after it.
    """
    # What services are made of is looked for, so that what is new is not forgotten here.
    parts = [part for part in vars(bot.bootstrap).values() if getattr(part, "__module__", "").startswith("bot.")]
    for part, reader in product(parts, _READERS):
        if hasattr(part, reader):
            patch.setattr(part, reader, _once(getattr(part, reader)))
    for module, name in _FUNCTIONS:
        patch.setattr(module, name, _once(getattr(module, name)))
    patch.setattr(bot.yaml_file, "_load", _parsed_once(bot.yaml_file._load, kept_in))


def _once(read: Callable[..., Any]) -> Callable[..., Any]:
    kept: dict[tuple[object, ...], Any] = {}

    def read_or_recall(path: Path, *others: Any) -> Any:
        content = tuple(_content(argument) for argument in (path, *others))
        if None in content:
            return read(path, *others)
        if content not in kept:
            kept[content] = read(path, *others)
        return kept[content]

    return read_or_recall


def _content(argument: object) -> object:
    """Give what stands for what an argument leads to as long as it stays the same; None if nothing can be told.

    Where it leads to a folder, that is told of the project's own alone: no test changes it.
    """
    if not isinstance(argument, Path):
        return (argument.model_dump_json(),) if isinstance(argument, Clinic) else None
    if argument.is_file():
        return argument.read_bytes()
    own = argument.resolve()
    return own if own.is_relative_to(ROOT / "data") or own.is_relative_to(ROOT / "models") else None


def _parsed_once(load: Callable[[Path, str], Any], kept_in: Path) -> Callable[[Path, str], Any]:
    """Parse the same bytes once; everybody gets a copy of what came of them, since some change it."""
    kept: dict[tuple[bytes, str], bytes] = {}
    sources = [Path(module.__file__ or "").read_bytes() for module in (bot.yaml_file, bot.reading.yaml_source)]
    reader = b"".join([version("ruamel.yaml").encode(), *sources])

    def load_or_copy(path: Path, typ: str) -> Any:
        if not path.is_file():
            return load(path, typ)
        content = (path.read_bytes(), typ)
        if content not in kept:
            there = kept_in / hashlib.sha256(b"\0".join([reader, typ.encode(), content[0]])).hexdigest()
            kept[content] = there.read_bytes() if there.is_file() else pickle.dumps(load(path, typ))
            # What tests write themselves is often new at each run, and short.
            if not there.is_file() and path.resolve().is_relative_to(ROOT):
                _write(there, kept[content])
        return pickle.loads(kept[content])  # noqa: S301  # What was written above, or by another run.

    return load_or_copy


def _write(path: Path, content: bytes) -> None:
    """Write it so that another run finds all of it or nothing."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    own.write_bytes(content)
    own.replace(path)
