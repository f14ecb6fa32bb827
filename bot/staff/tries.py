"""Failed tries to sign in, counted by address: the same for one that has an account and for one that has none."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy.orm import Session

from bot.errors import PermissionDeniedError
from bot.staff import codes_store, store

MAX_FAILED = 8
LOCK_MINUTES = 15


def require_unlocked(session: Session, email: str, now: dt.datetime) -> None:
    """Let only a try through for whose address there were not too many.

    Raises:
        PermissionDeniedError: There were; whether the address has an account does not matter.
    """
    tries = codes_store.find_tries(session, _key(email))
    if tries is not None and tries.locked_until is not None and tries.locked_until > now:
        raise PermissionDeniedError(f"Too many tries. Wait {LOCK_MINUTES} minutes and try again.")


def count_failure(session: Session, email: str, now: dt.datetime) -> None:
    """Count a failed try; one too many locks the address for a while."""
    tries = codes_store.tries_to_count(session, _key(email), now)
    tries.failed += 1
    tries.last_at = now
    if tries.failed >= MAX_FAILED:
        tries.failed = 0
        tries.locked_until = now + dt.timedelta(minutes=LOCK_MINUTES)


def forget(session: Session, email: str) -> None:
    """Begin to count anew, after a success or a new password."""
    codes_store.delete_tries(session, _key(email))


def _key(email: str) -> str:
    # Not the address itself: people type passwords into the wrong field.
    return hashlib.sha256(store.plain_email(email).encode("utf-8", "replace")).hexdigest()
