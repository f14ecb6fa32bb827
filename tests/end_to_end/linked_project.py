"""A folder that is the project in all but `var/`, so that tests touch nothing of a Frontdesk that runs here."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.settings import ROOT


def link_project(folder: Path, *, own_models: bool = False) -> Path:
    """Fill a folder with links to everything in the project, and an empty `var/`.

    Args:
        folder: An empty folder.
        own_models: Whether the models are copied, for what trains others.

    Returns:
        The same folder.
    """
    for entry in ROOT.iterdir():
        if entry.name == "models" and own_models:
            shutil.copytree(entry, folder / entry.name)
        elif entry.name != "var":
            (folder / entry.name).symlink_to(entry)
    (folder / "var").mkdir()
    return folder
