"""Runs a program that ends when its parent does, so that nothing is left behind even if the parent is killed.

`python leash.py PROGRAM ARGUMENT ...` asks Linux for it and then becomes the program. Elsewhere it only
becomes the program: there, a parent that is killed outright can leave it running.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie_to_parent() -> None:
    """Have the system end this process when its parent ends, where the system can do that."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have died before the request was in place; then nobody would send the signal.
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    tie_to_parent()
    try:
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  (no shell is wanted: this is the program itself)
    except OSError as error:
        sys.exit(f"cannot start {sys.argv[1]}: {error.strerror}")
