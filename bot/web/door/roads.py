"""How often each public road may be gone, and how much may be brought along: the one table of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from limits import RateLimitItem, parse_many

KILOBYTE = 1024
SMALL, FORM, WORDS, LARGE = 4 * KILOBYTE, 16 * KILOBYTE, 128 * KILOBYTE, 512 * KILOBYTE
"""Bytes of a body: a button, a form, words that are looked at for danger however long they are, a page of answers."""


@dataclass(frozen=True, kw_only=True)
class Road:
    """What may come by one method and address.

    Attributes:
        method: GET (and HEAD), POST, or LIVE for a connection that stays open.
        path: The address as the route names it.
        by_address: How often one address of the network may come, such as `30/minute;300/hour`.
        by_subject: How often it may be for one conversation, or from one phone number; empty where there is none.
        most_bytes: How long a body may be.
        hears_danger: Whether words are looked at for danger before anything is refused.
    """

    method: str
    path: str
    by_address: str
    by_subject: str = ""
    most_bytes: int = SMALL
    hears_danger: bool = False

    @property
    def name(self) -> str:
        """What it is counted under."""
        return f"{self.method} {self.path}"

    @property
    def of_address(self) -> tuple[RateLimitItem, ...]:
        """The limits of an address."""
        return _limits(self.by_address)

    @property
    def of_subject(self) -> tuple[RateLimitItem, ...]:
        """The limits of a conversation or a number."""
        return _limits(self.by_subject)


_CHAT = "/api/conversations/{conversation_id}"

PUBLIC = (
    # Pages. A clinic's waiting room, or a phone company, may share one address.
    Road(method="GET", path="/", by_address="240/minute"),
    Road(method="GET", path="/embed", by_address="240/minute"),
    Road(method="POST", path="/page-key", by_address="120/minute"),
    Road(method="GET", path="/privacy", by_address="120/minute"),
    Road(method="GET", path="/map", by_address="60/minute"),
    Road(method="GET", path="/demo", by_address="60/minute"),
    Road(method="GET", path="/demo/{page}", by_address="60/minute"),
    Road(method="GET", path="/widget.js", by_address="1200/minute"),
    Road(method="GET", path="/static-theme.css", by_address="600/minute"),
    Road(method="GET", path="/static/{path:path}", by_address="12000/minute"),
    Road(method="GET", path="/api/openapi.json", by_address="30/minute"),
    # The chat.
    Road(
        method="POST",
        path="/api/conversations",
        by_address="60/minute;600/hour",
        most_bytes=WORDS,
        hears_danger=True,
    ),
    Road(
        method="POST",
        path=f"{_CHAT}/messages",
        by_address="300/minute",
        by_subject="30/minute;300/hour",
        most_bytes=WORDS,
        hears_danger=True,
    ),
    Road(method="GET", path=f"{_CHAT}/messages", by_address="1200/minute", by_subject="120/minute"),
    Road(
        method="POST", path=f"{_CHAT}/messages/{{message_id}}/feedback", by_address="300/minute", by_subject="60/minute"
    ),
    Road(method="POST", path=f"{_CHAT}/escalations", by_address="300/minute", by_subject="30/minute"),
    Road(method="POST", path=f"{_CHAT}/escalations/cancel", by_address="300/minute", by_subject="30/minute"),
    Road(method="POST", path=f"{_CHAT}/satisfaction", by_address="300/minute", by_subject="30/minute"),
    Road(
        method="POST",
        path=f"{_CHAT}/contact",
        by_address="120/minute",
        by_subject="20/minute",
        most_bytes=WORDS,
        hears_danger=True,
    ),
    Road(method="POST", path=f"{_CHAT}/identity", by_address="300/minute", by_subject="30/minute", most_bytes=FORM),
    Road(method="LIVE", path=f"{_CHAT}/live", by_address="300/minute", by_subject="60/minute"),
    # Texts: all come from the provider's few addresses, so the number that wrote is what counts.
    Road(
        method="POST",
        path="/channels/sms",
        by_address="3000/minute",
        by_subject="30/minute;300/hour",
        most_bytes=WORDS,
        hears_danger=True,
    ),
    Road(
        method="POST",
        path="/channels/webhook",
        by_address="3000/minute",
        by_subject="30/minute;300/hour",
        most_bytes=WORDS,
        hears_danger=True,
    ),
    # What became of texts of ours: three calls each.
    Road(method="POST", path="/channels/sms/receipts/{notification_id}", by_address="9000/minute", most_bytes=FORM),
    Road(method="POST", path="/channels/webhook/receipts", by_address="9000/minute", most_bytes=FORM),
    # Before a sign-in. What fails at it is counted besides (`bot/staff/tries.py`, `failures.py`).
    Road(method="GET", path="/staff", by_address="120/minute"),
    Road(method="GET", path="/staff/sign-in", by_address="120/minute"),
    Road(method="POST", path="/staff/sign-in", by_address="60/minute", most_bytes=FORM),
    Road(method="POST", path="/staff/sign-in/second-step", by_address="60/minute", most_bytes=FORM),
    Road(method="GET", path="/staff/sign-in/provider", by_address="60/minute"),
    Road(method="GET", path="/staff/sign-in/provider/return", by_address="60/minute"),
    Road(method="POST", path="/staff/sign-in/provider/code", by_address="60/minute", most_bytes=FORM),
    Road(method="GET", path="/staff/sign-in/provider/leave", by_address="60/minute"),
    Road(method="GET", path="/staff/join/{token}", by_address="30/minute"),
    Road(method="POST", path="/staff/join/{token}", by_address="30/minute", most_bytes=FORM),
    Road(method="LIVE", path="/staff/live", by_address="300/minute"),
    # What watches over it.
    Road(method="GET", path="/health/live", by_address="600/minute"),
    Road(method="GET", path="/health/ready", by_address="240/minute"),
    Road(method="GET", path="/metrics", by_address="120/minute"),
)
"""Every road that somebody can go who is not signed in; a test walks the routes and fails for one that is missing."""

CONSOLE = Road(method="*", path="/staff/*", by_address="1800/minute", most_bytes=LARGE)
"""What asks for a sign-in."""
PROGRAMS = Road(method="*", path="/api/tickets/*", by_address="1200/minute", most_bytes=LARGE)
"""What asks for a program's token."""
ELSEWHERE = Road(method="*", path="*", by_address="240/minute")
"""An address at which there is nothing, and a method that no road takes."""

_PLACE = re.compile(r"\{(\w+)(:path)?\}")


def road_of(method: str, path: str) -> Road:
    """Give the road that a request is on.

    Args:
        method: Its method; LIVE for a live connection.
        path: Its address, without the query.
    """
    method = "GET" if method == "HEAD" else method
    found = _EXACT.get((method, path))
    if found is not None:
        return found
    for road, pattern in _PATTERNS.get(method, ()):
        if pattern.fullmatch(path):
            return road
    if path.startswith("/staff/"):
        return CONSOLE
    return PROGRAMS if path == "/api/tickets" or path.startswith("/api/tickets/") else ELSEWHERE


@lru_cache(maxsize=64)
def _limits(written: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(written)) if written else ()


def _patterns(roads: Iterable[Road]) -> dict[str, tuple[tuple[Road, re.Pattern[str]], ...]]:
    found: dict[str, tuple[tuple[Road, re.Pattern[str]], ...]] = {}
    for road in roads:
        if "{" not in road.path:
            continue
        pattern = re.compile(_PLACE.sub(lambda place: ".*" if place.group(2) else "[^/]+", road.path))
        found[road.method] = (*found.get(road.method, ()), (road, pattern))
    return found


_EXACT = {(road.method, road.path): road for road in PUBLIC if "{" not in road.path}
_PATTERNS = _patterns(PUBLIC)
