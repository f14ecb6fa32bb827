"""A folder that is the project in all but `var/`, so that tests touch nothing of a Frontdesk that runs here."""

from __future__ import annotations

from pathlib import Path

from bot.settings import ROOT


def link_project(folder: Path) -> Path:
    """Fill a folder with links to everything in the project, and an empty `var/`.

    Args:
        folder: An empty folder.

    Returns:
        The same folder.
    """
    for entry in ROOT.iterdir():
        if entry.name != "var":
            (folder / entry.name).symlink_to(entry)
    (folder / "var").mkdir()
    return folder
