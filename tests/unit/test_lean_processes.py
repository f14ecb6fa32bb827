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


def test_the_action_server_loads_no_catalogue():
    """It says no words of a page or a text message: Fluent, Babel and the words would take some 30 MB."""
    code = "import actions.__main__, bot.bootstrap, sys; print([m for m in ('fluent', 'babel') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stdout
