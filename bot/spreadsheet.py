"""Tables as spreadsheets open them: one way of writing CSV for all that is exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
"""By it a spreadsheet knows that a table is UTF-8."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The wide forms too: a spreadsheet in an East Asian language takes them alike."""


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; no text in it is taken for a formula, whatever somebody calls themselves.

    Args:
        columns: The names of the columns.
        rows: As many cells each; None is an empty one.
    """
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if cell is None else _plain(str(cell)) for cell in row])
    return text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA_STARTS) or cell[:1] in {"\t", "\r"} else cell
