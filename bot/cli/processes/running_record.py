"""Where a running `up` has its Rasa, written down for commands in other terminals."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from bot.settings import Settings

RECORD = Path("var") / "running.json"


def note_running(settings: Settings) -> None:
    """Write down where Rasa is and which database its actions use, for commands in other terminals."""
    record = {"rasa_url": settings.rasa_urls[0], "database": database_fingerprint(settings)}
    (settings.root / RECORD).write_text(json.dumps(record), encoding="utf-8")


def forget_running(settings: Settings) -> None:
    """Remove what `note_running` wrote."""
    (settings.root / RECORD).unlink(missing_ok=True)


def database_fingerprint(settings: Settings) -> str:
    """Tell databases apart without writing down an address, which may hold a password."""
    return hashlib.sha256(settings.database_url.encode()).hexdigest()
