"""clinic.yml with what the console changed written into it: comments and all else stay as they are."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

_AS_WRITTEN = 10_000
"""No line is broken: the file's own lines stay as they are."""


def file_form(path: Path, values: Mapping[str, Any]) -> str:
    """Give the text of a clinic.yml with some values in place of its own.

    Args:
        path: The file as it is, which `load_clinic` could read.
        values: What is to stand there, by name, as JSON.
    """
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes, yaml.width = True, _AS_WRITTEN
    raw = yaml.load(path.read_text(encoding="utf-8-sig"))
    for name, value in values.items():
        if isinstance(value, dict) and isinstance(raw.get(name), CommentedMap):
            for key, part in value.items():
                raw[name][key] = _quoted(part)
        else:
            raw[name] = _quoted(value)
    written = io.StringIO()
    yaml.dump(raw, written)
    return written.getvalue()


def _quoted(value: Any) -> Any:
    """Give a value whose texts stand in quotes, so that none is read as a number, a date or a yes."""
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, list):
        listed = CommentedSeq(_quoted(part) for part in value)
        listed.fa.set_flow_style()
        return listed
    if isinstance(value, dict):
        return {key: _quoted(part) for key, part in value.items()}
    return value
