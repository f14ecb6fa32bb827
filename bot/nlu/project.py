"""Where the project's files are, for what runs in Rasa's environment."""

from __future__ import annotations

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def project_path(path: str) -> Path:
    """Return a path of config.yml as it is meant: from the project's root, wherever Rasa was started."""
    return PROJECT_ROOT / path
