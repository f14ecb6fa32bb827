"""Finds the large tables of bytes in an ONNX file, to be read from it where they stand instead of being copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

LARGE = 4 << 20
"""Bytes of a table that is worth it: that of words has 12 MB, of which a sentence takes a row for each word."""

# The file is a protocol buffer: fields, each with a number and a kind. These are the numbers that lead to a table.
_GRAPH, _TABLE = 7, 5
_SHAPE, _TYPE, _NAME, _BYTES = 1, 2, 8, 9
# Of others a place in the file would not do: numbers of several bytes must stand at a multiple of their length.
_SINGLE_BYTES = {2: np.uint8, 3: np.int8}
_VARINT, _EIGHT_BYTES, _COUNTED, _FOUR_BYTES = 0, 1, 2, 5

Bytes = NDArray[np.uint8]


@dataclass
class _Table:
    shape: list[int] = field(default_factory=list)
    kind: int = 0
    name: str = ""
    content: Bytes | None = None


def large_tables(model: Path) -> dict[str, NDArray[Any]]:
    """Give the large tables of a model by their names, mapped to its file.

    Args:
        model: The ONNX file; it may be replaced by another one later, but not written to.
    """
    whole = np.memmap(model, np.uint8, "r").view(np.ndarray)
    graphs = (cast("Bytes", value) for number, value in _fields(whole) if number == _GRAPH)
    tables = [_read(cast("Bytes", value)) for graph in graphs for number, value in _fields(graph) if number == _TABLE]
    return {
        table.name: table.content.view(_SINGLE_BYTES[table.kind]).reshape(table.shape)
        for table in tables
        if table.content is not None and len(table.content) >= LARGE and table.kind in _SINGLE_BYTES
    }


def _read(written: Bytes) -> _Table:
    table = _Table()
    for number, value in _fields(written):
        if number == _SHAPE and isinstance(value, int):
            table.shape.append(value)
        elif number == _SHAPE:
            table.shape += _varints(cast("Bytes", value))
        elif number == _TYPE:
            table.kind = cast("int", value)
        elif number == _NAME:
            table.name = bytes(cast("Bytes", value)).decode()
        elif number == _BYTES:
            table.content = cast("Bytes", value)
    return table


def _fields(message: Bytes) -> Iterator[tuple[int, Bytes | int]]:
    """Give the fields of a message, each with its number; those of a fixed length are passed over."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            yield number, value
        elif kind == _COUNTED:
            length, place = _varint(message, place)
            yield number, message[place : place + length]
            place += length
        elif kind in {_EIGHT_BYTES, _FOUR_BYTES}:
            place += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"The sentence encoder is broken at a field of kind {kind}. Build it: ./frontdesk train")


def _varints(written: Bytes) -> Iterator[int]:
    place = 0
    while place < len(written):
        value, place = _varint(written, place)
        yield value


def _varint(written: Bytes, place: int) -> tuple[int, int]:
    """Give the number that begins at a place, and where it ends: seven bits a byte, the lowest first."""
    value, shift = 0, 0
    while True:
        byte = int(written[place])
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
