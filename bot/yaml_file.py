"""Reading a YAML content file so that every complaint about it names file and line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.errors import BrokenContentError, ContentError
from bot.reading.mistakes import in_words
from bot.reading.yaml_source import broken, misread_in, written_at

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")
MOST_VALUES = 1_000_000
"""More than all content files together hold."""
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def read_yaml(path: Path) -> CommentedMap:
    """Give the mapping at the top of a YAML file; its parts remember their lines (`line_of`).

    Raises:
        ContentError: No such file, not UTF-8, not YAML, or no mapping at the top.
    """
    loaded = _load(path, "rt")
    if not isinstance(loaded, CommentedMap):
        raise ContentError(path, "must hold named values (key: value) at its top.", 1)
    return loaded


def read_plain(path: Path) -> dict[str, Any]:
    """Give the mapping at the top of a YAML file without its lines, in half the time that `read_yaml` takes.

    Raises:
        ContentError: As `read_yaml`.
    """
    loaded = _load(path, "safe")
    if not isinstance(loaded, dict):
        raise ContentError(path, "must hold named values (key: value) at its top.", 1)
    return loaded


def read_as(path: Path, model: type[Model]) -> tuple[Model, CommentedMap]:
    """Read a YAML file as a model has it; give it as that, and as `read_yaml` does.

    Raises:
        ContentError: It is missing or broken; names each place, with its line and what to write.
    """
    # Rasa's process reads YAML too, and has no use for models.
    from pydantic import ValidationError

    raw = read_yaml(path)
    try:
        return model.model_validate(plain(raw)), raw
    except ValidationError as error:
        raise BrokenContentError(
            [
                ContentError(
                    path,
                    f"{'.'.join(map(str, found['loc']))}: {in_words(found, partial(as_written, path))}.",
                    line_at(raw, found["loc"]),
                )
                for found in error.errors()
            ]
        ) from error


def read_names(path: Path) -> dict[str, str]:
    """Read what things are called in replies.

    Args:
        path: A YAML file with `names:`, slug or code to words; it may be missing.

    Raises:
        ContentError: Something in it is wrong; names the line.
    """
    if not path.is_file():
        return {}
    names = read_yaml(path).get("names")
    if not isinstance(names, CommentedMap):
        raise ContentError(path, "must hold 'names:' with one text for each name, as in 'acl_tear: ACL tear'.", 1)
    for name, words in names.items():
        if not isinstance(words, str):
            raise ContentError(path, f"{name}: must be a text, as in 'acl_tear: ACL tear'.", line_of(names, name))
    return {str(name): str(words) for name, words in names.items()}


def _load(path: Path, typ: str) -> Any:
    try:
        # Some editors begin a file with an invisible mark.
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ContentError(path, f"cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ContentError(path, "is not UTF-8 text; save it as UTF-8.") from error
    try:
        misread = misread_in(text)
        loaded = YAML(typ=typ, pure=True).load(text)
        too_much = _unfolded(loaded, {}) > MOST_VALUES
    except RecursionError as error:
        raise ContentError(path, "holds lists in lists, or in themselves, deeper than anything here is.") from error
    except MarkedYAMLError as error:
        problems = [*misread_in(text), broken(error)]
        raise BrokenContentError([ContentError(path, one.problem, one.line) for one in problems]) from error
    except ValueError as error:
        # Such as a date that no calendar has.
        raise ContentError(path, f"holds a value that cannot be read: {error}.", _line_of_bad_date(text)) from error
    except YAMLError as error:
        raise ContentError(path, "is not valid YAML.") from error
    if too_much:
        raise ContentError(path, f"repeats by its references (*name) more than {MOST_VALUES:,} values; write them out.")
    if misread:
        raise BrokenContentError([ContentError(path, one.problem, one.line) for one in misread])
    return loaded


def _unfolded(value: Any, known: dict[int, int]) -> int:
    """Count the values that something holds once its references are followed: a few lines can hold billions.

    Args:
        value: A mapping, a list or a single value.
        known: The counts of what was looked at before, by identity.

    Raises:
        RecursionError: It holds itself.
    """
    if not isinstance(value, dict | list):
        return 1
    found = known.get(id(value))
    if found is None:
        parts = value.values() if isinstance(value, dict) else value
        found = known[id(value)] = 1 + sum(_unfolded(part, known) for part in parts)
    return found


def _line_of_bad_date(text: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        for date in _DATE.findall(line):
            try:
                dt.date.fromisoformat(date)
            except ValueError:
                return number
    return None


def line_of(node: Any, key: Any = None) -> int | None:
    """Give the line, from 1, of a part that `read_yaml` gave, or of one of its keys or items."""
    position = getattr(node, "lc", None)
    if position is None or position.line is None:
        return None
    if key is not None:
        try:
            return int(position.key(key)[0] if isinstance(node, dict) else position.item(key)[0]) + 1
        except (KeyError, TypeError, AttributeError):
            pass
    return int(position.line) + 1


def line_at(node: Any, place: Sequence[Any]) -> int | None:
    """Give the line of the innermost part of what `read_yaml` gave that stands at a place, or of what is around it.

    Args:
        node: The whole.
        place: The keys and indexes that lead to the part.
    """
    line = line_of(node)
    for part in place:
        try:
            inner = node[part]
        except (KeyError, IndexError, TypeError):
            break
        node, line = inner, line_of(node, part)
    return line


def as_written(path: Path, place: Sequence[Any]) -> str:
    """Give a value as it stands in a file that `read_yaml` reads; empty where it is no plain one."""
    return written_at(path.read_text(encoding="utf-8-sig"), place)


def plain(value: Any) -> Any:
    """Turn what `read_yaml` gave into plain dicts, lists and strings."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str(value)
    return value
