"""Failed tries to open an account, counted by account and place together: a stranger locks out nobody but themselves.

It is the same for an address that has an account and for one that has none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.errors import PermissionDeniedError
from bot.staff import codes_store, store
from bot.tokens import hash_token

MAX_FAILED = 8
"""With one account from one place, or on one browser that its owner has signed in on."""
MAX_OF_ACCOUNT = 100
"""With one account from everywhere: whoever guesses from a thousand places is stopped, known browsers are not."""
LOCK_MINUTES = 15
KNOWN_FOR = dt.timedelta(days=180)
"""A browser is known for so long after the last sign-in on it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a try comes from.

    Attributes:
        network: The address of the network; empty for this machine's terminal.
        browser: What a browser keeps that somebody has signed in on; empty if it keeps nothing.
    """

    network: str = ""
    browser: str = ""


NOWHERE = Place()


def require_unlocked(session: Session, email: str, now: dt.datetime, place: Place = NOWHERE) -> None:
    """Let only a try through of whose account and place there were not too many.

    Raises:
        PermissionDeniedError: There were; whether the address has an account does not matter.
    """
    for key, _most in _keys(session, email, place, now):
        tries = codes_store.find_tries(session, key)
        if tries is not None and tries.locked_until is not None and tries.locked_until > now:
            raise PermissionDeniedError(f"Too many tries. Wait {LOCK_MINUTES} minutes and try again.")


def count_failure(session: Session, email: str, now: dt.datetime, place: Place = NOWHERE) -> None:
    """Count a failed try; one too many locks the account for that place for a while."""
    for key, most in _keys(session, email, place, now):
        tries = codes_store.tries_to_count(session, key, _hash(email), now)
        tries.failed += 1
        tries.last_at = now
        if tries.failed >= most:
            tries.failed = 0
            tries.locked_until = now + dt.timedelta(minutes=LOCK_MINUTES)


def forget(session: Session, email: str) -> None:
    """Begin to count anew, after a success or a new password."""
    codes_store.delete_tries(session, _hash(email))


def know_browser(session: Session, staff_member_id: int, browser: str, now: dt.datetime) -> None:
    """Remember that somebody has signed in on a browser."""
    if browser:
        codes_store.know_browser(session, hash_token(browser), staff_member_id, now, forget_before=now - KNOWN_FOR)


def _keys(session: Session, email: str, place: Place, now: dt.datetime) -> list[tuple[str, int]]:
    """Give under what a try is counted, with how many there may be."""
    if place.browser and codes_store.is_known_browser(
        session, hash_token(place.browser), store.plain_email(email), since=now - KNOWN_FOR
    ):
        return [(_hash(email, "browser", hash_token(place.browser)), MAX_FAILED)]
    return [(_hash(email, "network", place.network), MAX_FAILED), (_hash(email, "everywhere"), MAX_OF_ACCOUNT)]


def _hash(email: str, *more: str) -> str:
    # Not the address itself: people type passwords into the wrong field.
    written = "\n".join([store.plain_email(email), *more])
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()
