"""What the processes that stay do not load: each library costs memory for as long as patients are served."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.settings import ROOT


@pytest.mark.parametrize("process", ["bot.web.__main__", "actions.__main__"])
def test_a_process_loads_nothing_for_commands_or_another_store(process: str):
    """Colors on a terminal, reports and pictures, and the driver of PostgreSQL where the store is SQLite's."""
    unwanted = ("rich", "pygments", "psycopg", "matplotlib", "alembic")
    code = f"import {process}, sys; print([m for m in {unwanted} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stdout
