"""How long is waited between tries of what must not be lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

RETRY_SECONDS = (0.5, 2.0, 10.0, 30.0)
"""A locked database is free again in a moment, a full disk is not; the last one repeats."""


def waits() -> Iterator[float]:
    """Give the seconds before each further try, without end."""
    return chain(RETRY_SECONDS, repeat(RETRY_SECONDS[-1]))
