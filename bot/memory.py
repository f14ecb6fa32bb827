"""How long-lived processes deal with memory."""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 20_000
"""New objects between two looks for garbage; Python's own 700 would mean several looks for each message."""


def keep_what_stays() -> None:
    """Leave what was loaded at the start out of every later look for garbage: it never becomes any."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)
