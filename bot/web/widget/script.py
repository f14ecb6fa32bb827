"""The widget's script as websites load it: our modules put together to one file, with the clinic's values in it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from bot.clinic import Clinic
from bot.web.pages import STATIC
from bot.web.theme import theme_css
from bot.words import WIDGET, catalogues

MODULES = (
    "../dom",
    "../fill_in",
    "words",
    "memory",
    "host_events",
    "frame",
    "launcher",
    "panel",
    "widget",
    "interface",
    "start",
)
"""In the order in which they build on each other. Names at the top of a module are unique among all of them."""
FOLDER = STATIC / "js" / "widget"
STYLES = STATIC / "css" / "widget.css"
LARGEST = 20_000
"""Bytes, compressed: what a website may be asked to load."""

_IMPORT = re.compile(r"^import [^;]*;\n+", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|class|function|async)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*/\*(?:(?!\*/)[\s\S])*\*/\n|^\s*//.*\n", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Script:
    """The file as it is sent.

    Attributes:
        plain: What browsers run.
        compressed: The same, by gzip.
        etag: Changes with it.
    """

    plain: bytes
    compressed: bytes
    etag: str


def widget_script(clinic: Clinic, *, demo: bool) -> Script:
    """Put the script together.

    Args:
        clinic: Whose website it is for.
        demo: Whether our own pages may show it, too.
    """
    values = json.dumps(_values(clinic, demo=demo), ensure_ascii=False, separators=(",", ":"))
    modules = "\n".join(_inside(FOLDER / f"{name}.js") for name in MODULES)
    # Comments aside it is what stands in the files, so that whoever looks into it can follow it.
    written = f'(() => {{\n"use strict";\nconst CONFIG = {values};\n{modules}}})();\n'.encode()
    return Script(
        plain=written,
        compressed=gzip.compress(written, 9, mtime=0),
        etag=f'"{hashlib.sha256(written).hexdigest()[:32]}"',
    )


def _values(clinic: Clinic, *, demo: bool) -> dict[str, object]:
    return {
        "clinic": clinic.name,
        "phone": clinic.phone,
        "emergency": clinic.emergency_number,
        "origins": clinic.widget.origins,
        "demo": demo,
        # A shadow root's :root is its :host.
        "styles": theme_css(clinic).replace(":root", ":host") + _without_comments(STYLES),
        "words": {language: words.patterns(WIDGET) for language, words in catalogues().items()},
    }


def _inside(path: Path) -> str:
    """Give a module without what joins it to others: they stand in one function together."""
    return _EXPORT.sub("", _IMPORT.sub("", _without_comments(path)))


def _without_comments(path: Path) -> str:
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))
