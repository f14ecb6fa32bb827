"""What stands in a YAML file and is read otherwise than its writer meant, told with the line and what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.tokens import BlockEntryToken, ScalarToken, ValueToken

_CUT = re.compile(r"(?P<gap>[ \t]+)#(?P<rest>[^\s#].*|[ \t]\d.*)$")
_IN_QUOTES = re.compile(r"""(?<=[\s,\[{:-])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_COMMENT = re.compile(r"(?P<gap>^|[ \t]+)#(?P<first>.?)(?P<second>.?)")
_OPENING = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u2039\u203a"
_QUOTED = re.compile(f"^[{_OPENING}][^{_OPENING}]*[{_OPENING}]$")
_MAY_BE_QUOTED = re.compile(f"[:,\\[{{-][ \t]*[{_OPENING}]")
_ODD_SPACE = re.compile("^[ \t]*(?:- )?[ \t]*(?:[\\w-]+:)?[ \t]*[\u00a0\u2000-\u200b\u202f\u3000\ufeff]", re.MULTILINE)
_ODD_COLON = re.compile("^[ \t]*(?:- )?[\\w-]+\uff1a", re.MULTILINE)
_HINTS = (
    ("'\\t'", "write spaces instead of the tab"),
    ("found character", "put a value that begins with this character into quotes"),
    ("mapping values are not allowed", "put a text with a colon in it into quotes"),
    ("could not find expected ':'", "write each name with a colon and a space after it"),
    ("unexpected end of stream", "the quote that begins here is never closed"),
    ("found '<scalar>'", "put the whole text into quotes, and write a quote inside it twice"),
    ("undefined alias", "put a value that begins with * into quotes"),
    ("sequence entries are not allowed", "put a value that begins with a dash into quotes"),
    ("expected a comment or a line break", "put the text on a line of its own below, or into quotes"),
)
_KINDS = ((bool, "as true or false"), ((int, float), "as a number"))


@dataclass(frozen=True)
class Misread:
    """A place of a file that is not read as it was meant.

    Attributes:
        line: Its line, from 1.
        problem: What is wrong and what to write instead.
    """

    line: int
    problem: str


def misread_in(text: str) -> list[Misread]:
    """Give the places of a YAML file that are valid and yet not what their writer meant, in order.

    Args:
        text: The file.
    """
    found = [
        Misread(_line_at(text, match.end()), "has a space of another kind here; write a usual space instead.")
        for match in _ODD_SPACE.finditer(text)
    ]
    found += [
        Misread(_line_at(text, match.end()), "has a colon of another kind here; write : and a space instead.")
        for match in _ODD_COLON.finditer(text)
    ]
    if not found and any(_may_be_misread(line) for line in text.splitlines()):
        # To tell a text from a comment takes a second reading, which few files need.
        values = _misread_values(text)
        with suppress(YAMLError):  # A file that is no YAML says so when it is loaded.
            found.extend(values)
    return sorted(found, key=lambda one: one.line)


def broken(error: MarkedYAMLError) -> Misread:
    """Say what is wrong with a file that is no YAML, and what to write.

    Args:
        error: What the library found.
    """
    problem = str(error.problem or error.context or "it cannot be read")
    mark = error.problem_mark or error.context_mark
    key = re.match(r'found duplicate key "(.*?)"', problem)
    if key is not None:
        return Misread(_line_of(mark), f"duplicate key: '{key.group(1)}' stands here twice; keep one.")
    if "unexpected end of stream" in problem and error.context_mark is not None:
        mark = error.context_mark
    hint = next((f"; {hint}" for sign, hint in _HINTS if sign in problem), "")
    return Misread(_line_of(mark), f"is not valid YAML: {problem}{hint}.")


def read_as(value: Any) -> str:
    """Say what a value that should be a text was read as; empty where that does not help.

    Args:
        value: What the file gave.
    """
    if value is None:
        return "as nothing"
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "as a date" if _is_date(value) else "")


def written_at(text: str, place: Sequence[Any]) -> str:
    """Give a value as it stands in a file; empty where it is no plain one.

    Args:
        text: The file, valid YAML.
        place: The keys and indexes that lead to the value.
    """
    node: Any = YAML().compose(text)
    for part in place:
        node = _inside(node, part)
    return str(node.value) if isinstance(node, ScalarNode) and not node.style else ""


def _may_be_misread(line: str) -> bool:
    bare = _IN_QUOTES.sub("", line) if "#" in line or not line.isascii() else ""
    comment = _COMMENT.search(bare)
    if comment is not None and not bare.lstrip().startswith("#"):
        goes_on = comment["gap"] == " " and comment["second"].isdigit()
        if comment["first"].strip(" \t#") or goes_on:
            return True
    return _MAY_BE_QUOTED.search(bare) is not None


def _misread_values(text: str) -> Iterator[Misread]:
    for token in YAML().scan(text):
        line, rest = token.end_mark.line + 1, text[token.end_mark.index :].partition("\n")[0]
        cut = _CUT.match(rest)
        if isinstance(token, (ValueToken, BlockEntryToken)) and cut is not None and not cut["rest"][0].isspace():
            yield Misread(
                line,
                "is read as nothing, since # begins a comment; put the text into quotes: "
                f'"{rest.strip()}". A comment needs a space after its #.',
            )
        if not isinstance(token, ScalarToken) or not token.plain:
            continue
        if cut is not None and _is_meant(token.value, cut):
            yield Misread(
                line,
                f'is read as "{token.value}" only, since # begins a comment; put the text into quotes: '
                f'"{token.value}{rest.rstrip()}". A comment needs a space after its #.',
            )
        if _QUOTED.match(token.value):
            plain = token.value.strip(_OPENING)
            yield Misread(line, f'has typographic quotes, which would be shown; write straight ones: "{plain}".')


def _is_meant(value: str, cut: re.Match[str]) -> bool:
    """Say whether what YAML takes for a comment goes on with the text: "#12", and "# 4" one space after words."""
    return not cut["rest"][0].isspace() or (cut["gap"] == " " and any(letter.isalpha() for letter in value))


def _inside(node: Any, part: Any) -> Any:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


def _is_date(value: Any) -> bool:
    return hasattr(value, "isoformat")


def _line_at(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _line_of(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1
