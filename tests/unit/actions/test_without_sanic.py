"""The action server does without sanic."""

from __future__ import annotations

import subprocess
import sys

from bot.settings import ROOT


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_actions_are_imported_without_it():
    """All that serving imports, in a process of its own."""
    program = "import actions.__main__, actions.answering, sys; print([m for m in sys.modules if 'sanic' in m])"

    assert _run(program) == "['actions.without_sanic']"


def test_whoever_wants_it_gets_the_real_one():
    """The stand-in is gone once rasa_sdk is imported."""
    assert _run("import actions, sanic.app; print(sanic.app.Sanic.__module__)") == "sanic.app"
