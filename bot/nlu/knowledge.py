"""What the components read from data/knowledge, the folder that a clinic edits."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.errors import ContentError
from bot.yaml_file import line_of, read_yaml

_LOOK_ALIKES = "look_alike_medicines"


@lru_cache
def look_alike_medicines(path: Path) -> frozenset[str]:
    """Read the medicines whose names must not be taken for another's.

    Args:
        path: look_alike_medicines.yml.

    Raises:
        ContentError: Something in it is wrong; names the line.
    """
    names = read_yaml(path).get(_LOOK_ALIKES)
    if not isinstance(names, list) or not names:
        raise ContentError(path, f"must hold a list of names under '{_LOOK_ALIKES}:'.", 1)
    for place, name in enumerate(names):
        if not isinstance(name, str) or not name.isalpha() or not name.islower():
            raise ContentError(path, f"{name!r} is no word in small letters.", line_of(names, place))
    return frozenset(str(name) for name in names)
