"""Starts the command line: `python -m bot`, which `./frontdesk` calls."""

from __future__ import annotations

from bot.cli.main import frontdesk

if __name__ == "__main__":
    frontdesk(prog_name="frontdesk")
