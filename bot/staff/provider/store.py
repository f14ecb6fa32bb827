"""The SQL on sign-ins that are under way at the provider."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.staff.models import ProviderSignIn


def add(session: Session, row: ProviderSignIn, now: dt.datetime) -> None:
    """Store one; those that have run out go."""
    session.execute(delete(ProviderSignIn).where(ProviderSignIn.expires_at <= now))
    session.add(row)


def take(session: Session, state_hash: str, browser_hash: str, now: dt.datetime) -> ProviderSignIn | None:
    """Give one that was begun in this browser and has not run out; it is gone then: none is good twice."""
    row = session.get(ProviderSignIn, state_hash, with_for_update=True)
    if row is None or row.browser_hash != browser_hash:
        return None
    session.delete(row)
    session.flush()
    return row if row.expires_at > now else None


def find(session: Session, state_hash: str, browser_hash: str, now: dt.datetime) -> ProviderSignIn | None:
    """Give one without taking it."""
    row = session.get(ProviderSignIn, state_hash, with_for_update=True)
    if row is None or row.browser_hash != browser_hash or row.expires_at <= now:
        return None
    return row
