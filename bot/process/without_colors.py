"""Imports structlog without rich, which would color tracebacks that no process here shows: 4 MB in each."""

from __future__ import annotations

import importlib
import sys


def import_structlog() -> None:
    """Import structlog as if there were no rich; whoever imports that afterwards gets the real one."""
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    # Python's own way of saying that there is no such module.
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("structlog")
    finally:
        del sys.modules["rich"]
