"""How staff are told that a number wants no texts."""

from __future__ import annotations

from textwrap import shorten
from zoneinfo import ZoneInfo

from bot.channels.store import OptedOut
from bot.web.staff.times import exact

LONGEST = 160
"""Characters of what they wrote; the whole of it stands in the conversation."""


def opted_out_shown(opted_out: OptedOut, zone: ZoneInfo) -> str:
    """Say since when, and by which words of the patient's."""
    words = shorten(opted_out.words, LONGEST, placeholder=" \u2026")
    said = f", by their word: \u201c{words}\u201d." if opted_out.words else "."
    return f"No texts since {exact(opted_out.since, zone)}{said}"
