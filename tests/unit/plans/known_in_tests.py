"""Appointments, people and numbers as a test knows them, apart from the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Known:
    """An appointment as the test knows it, apart from the store."""

    id: str
    name: str
    phone: str
    zone: str
    starts: dt.datetime
    cancelled: bool = False
    paused: bool = False


@dataclass(kw_only=True)
class Person:
    """Somebody at a number, as the test knows them."""

    consents: bool = False


@dataclass(kw_only=True)
class Line:
    """A number, as the test knows it."""

    opted_out: bool = False
    people: dict[str, Person] = field(default_factory=dict)
