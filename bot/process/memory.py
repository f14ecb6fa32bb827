"""How long-lived processes deal with memory."""

from __future__ import annotations

import ctypes
import gc

YOUNG_OBJECTS = 20_000
"""New objects between two looks for garbage; Python's own 700 would mean several looks for each message."""


def keep_what_stays() -> None:
    """Leave what was loaded at the start out of every later look for garbage, and give back what loading has freed."""
    gc.collect()
    _give_back_what_is_free()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


def _give_back_what_is_free() -> None:
    """Tell the C library to return freed memory to the system; only glibc has a call for it, others do it anyway."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
