"""Which browser on which system a request comes from, in the few words by which its owner knows it again."""

from __future__ import annotations

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"))
_COMMON = (("Chrome/", "Chrome"), ("Safari/", "Safari"))
"""After the others, which call themselves these too."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """Name a browser, as "Firefox on Windows"; empty if it says nothing that we know.

    Args:
        user_agent: The header of that name; nothing of its own words is kept.
    """
    browser = next((name for mark, name in (*_BROWSERS, *_COMMON) if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " on ".join(part for part in (browser, system) if part)
