"""Runs the tests of fine-tuning in the environment with TensorFlow, which is made for them: about a minute.

`python -m bot.cli.testing.with_tensorflow`, as `frontdesk test` calls it.
"""

from __future__ import annotations

import platform
import subprocess
import sys

from bot.cli.setting_up import setup
from bot.cli.steps import Steps
from bot.settings import load_settings

TESTS = "tests/tensorflow_project"


def is_possible() -> bool:
    """Say whether there is a TensorFlow of Rasa's version for this machine."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


def main(arguments: list[str]) -> int:
    """Make the environment, run the tests, remove it; return pytest's exit status.

    Args:
        arguments: More arguments for pytest.
    """
    root = load_settings().root
    with setup.tensorflow_environment(root, Steps()) as python:
        command = [str(python), "-m", "pytest", TESTS, *arguments]
        return subprocess.run(command, cwd=root, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
