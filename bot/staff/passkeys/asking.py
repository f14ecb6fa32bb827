"""Asks devices to sign, and takes their answers: each challenge once, soon, and in the browser it was made for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.engine import utc_now
from bot.errors import PermissionDeniedError
from bot.staff.models import PasskeyChallenge, StaffMember
from bot.staff.passkeys import store
from bot.staff.passkeys.relying_party import RelyingParty
from bot.tokens import hash_token, new_token

LASTS = dt.timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a device is asked to sign.

    Attributes:
        challenge: The secret that its form brings back.
        options: What the browser is asked with, as JSON.
    """

    challenge: str
    options: str


class PasskeyNeededError(PermissionDeniedError):
    """Raised when a password was right, and a passkey is to follow.

    Args:
        asked: What its device is asked to sign.
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__("Use your passkey.")
        self.asked = asked


def new_challenge(
    session: Session, member: StaffMember, *, browser: str, now: dt.datetime, is_for_new_key: bool = False
) -> str:
    """Make what a device of somebody signs, and remember it.

    Args:
        session: The open write session.
        member: Whose device it is.
        browser: A secret of the browser that asks: elsewhere it is good for nothing.
        now: An aware time.
        is_for_new_key: Whether the device is to make a key.
    """
    challenge = new_token()
    row = PasskeyChallenge(
        challenge_hash=hash_token(challenge),
        browser_hash=hash_token(browser),
        staff_member_id=member.id,
        is_for_new_key=is_for_new_key,
        expires_at=now + LASTS,
    )
    store.add_challenge(session, row, now)
    return challenge


def options_to_sign(session: Session, party: RelyingParty | None, member: StaffMember, challenge: str) -> str | None:
    """Give what a browser is asked with for a signature by one of somebody's passkeys; None where there is none."""
    known = [passkey.credential_id for passkey in store.of_member(session, member.id)]
    if party is None or not known:
        return None
    # Loaded when somebody uses one: few do, and its libraries are large.
    from bot.staff.passkeys import signatures

    return signatures.ask_to_sign(party, challenge, known)


def is_signed(
    session: Session, party: RelyingParty | None, member: StaffMember, *, challenge: str, answer: str
) -> bool:
    """Tell whether a passkey of somebody has signed a challenge, which the caller has made sure is theirs.

    Args:
        session: The open write session.
        party: Whom passkeys are for.
        member: Who it is said to be.
        challenge: What was to be signed.
        answer: What the browser brought.
    """
    if party is None:
        return False
    from bot.staff.passkeys import signatures

    passkey = store.with_credential(session, signatures.named_in(answer))
    if passkey is None or passkey.staff_member_id != member.id:
        return False
    try:
        passkey.sign_count = signatures.checked_count(
            party, challenge, answer, public_key=passkey.public_key, sign_count=passkey.sign_count
        )
    except PermissionDeniedError:
        return False
    passkey.last_used_at = utc_now()
    return True
