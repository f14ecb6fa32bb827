"""The red-flag file as YAML whose parts know their lines, so that what is wrong in it is told with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.errors import ContentError
from bot.yaml_file import read_yaml


@dataclass(frozen=True, kw_only=True)
class Page:
    """The file as read."""

    path: Path
    root: CommentedMap

    def fail(self, where: Any, key: Any, problem: str) -> ContentError:
        """Make the error for one place of the file.

        Args:
            where: The mapping or list.
            key: Its key or index.
            problem: What is wrong.

        Returns:
            The error, with the line.
        """
        line: int | None = None
        place = getattr(where, "lc", None)
        if place is not None:
            data = place.data or {}
            line = (data[key][0] if key in data else place.line) + 1
        return ContentError(self.path, problem, line)

    def mapping(self, where: CommentedMap, key: str) -> CommentedMap:
        """Give a mapping under a key, or raise."""
        value = where.get(key)
        if not isinstance(value, CommentedMap):
            raise self.fail(where, key, f"{key!r} must be a mapping")
        return value

    def sequence(self, where: CommentedMap, key: str) -> CommentedSeq:
        """Give a list under a key, or raise; a missing one is empty."""
        value = where.get(key, CommentedSeq())
        if not isinstance(value, CommentedSeq):
            raise self.fail(where, key, f"{key!r} must be a list")
        return value

    def strings(self, where: CommentedMap, key: str) -> list[str]:
        """Give a list of texts under a key, or raise."""
        values = self.sequence(where, key)
        for at, value in enumerate(values):
            if not isinstance(value, str):
                raise self.fail(values, at, f"{value!r} must be a text; put it in quotes")
        return [str(value) for value in values]

    def text(self, where: CommentedMap, key: str) -> str:
        """Give a text under a key, or raise."""
        value = where.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(where, key, f"{key!r} is missing or not a text")
        return value

    def entries(self, section: str) -> Iterable[CommentedMap]:
        """Give the mappings of a list section, or raise."""
        values = self.sequence(self.root, section)
        for at, value in enumerate(values):
            if not isinstance(value, CommentedMap):
                raise self.fail(values, at, f"every entry of {section!r} must be a mapping with a slug")
            yield value


def read_page(path: Path) -> Page:
    """Read a file.

    Args:
        path: Where it is.

    Returns:
        The file.

    Raises:
        ContentError: If it is missing, no YAML, or no mapping.
    """
    return Page(path=path, root=read_yaml(path))
