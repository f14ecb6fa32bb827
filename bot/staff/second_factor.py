"""The second factor: codes of an app and recovery codes, turned on and off with a code; all of it reset when lost."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, NotFoundError, PermissionDeniedError
from bot.staff import codes_store, store, tries
from bot.staff.actor import Actor
from bot.staff.changing import Tell, changed, note, tell_nobody, themselves
from bot.staff.models import StaffMember
from bot.staff.one_time_codes import used_step
from bot.staff.passkeys import store as passkeys
from bot.staff.tries import NOWHERE, Place
from bot.tokens import hash_token

RECOVERY_CODES = 10
GROUPS, GROUP_DIGITS = 7, 5
"""Digits alone, for the keys of a phone: 116 bits, so that one plain hash is enough (ASVS asks for 112)."""
WRONG_CODE = "That is not the code that the app shows now, nor a recovery code that is left. Try the next one."


LAST_ONE = (
    "Your clinic asks for a second factor, and this is your only one. Add another one first: codes of an app, or a "
    "passkey. If you have lost it, an administrator can reset it."
)


def has_second_factor(session: Session, member: StaffMember) -> bool:
    """Tell whether more than a password opens an account: codes of an app, or a passkey."""
    return member.totp_secret is not None or passkeys.count(session, member.id) > 0


def require_another_factor(*, is_last: bool, is_required: bool) -> None:
    """Let a second factor go only if another one is left, where one is required.

    Raises:
        ConflictError: It is the last one.
    """
    if is_last and is_required:
        raise ConflictError(LAST_ONE)


def use_code(session: Session, member: StaffMember, code: str, now: dt.datetime) -> bool:
    """Use up a code of the app or a recovery code; tell whether it was good."""
    if member.totp_secret is not None:
        step = used_step(member.totp_secret, code, now, after=member.totp_step)
        if step is not None:
            member.totp_step = step
            return True
    if codes_store.delete_recovery_code(session, member.id, _hash(code)):
        left = codes_store.count_recovery_codes(session, member.id)
        note(session, themselves(member), "staff.recovery_code_used", member, left=left)
        return True
    return False


class SecondFactor:
    """Turns the second factor of accounts on and off.

    Args:
        database: Holds the accounts.
        tell: How a person is told.
        is_required: Whether every account must have one, so that the last one stays.
    """

    def __init__(self, database: Database, tell: Tell = tell_nobody, *, is_required: bool = False) -> None:
        self._database = database
        self._tell = tell
        self._is_required = is_required

    def recovery_codes_left(self, staff_member_id: int) -> int:
        """Give how many recovery codes somebody has not used."""
        with self._database.read() as session:
            return codes_store.count_recovery_codes(session, staff_member_id)

    def turn_on(self, staff_member_id: int, secret: str, code: str, *, keep: str | None = None) -> list[str]:
        """Ask for a code at every sign-in from now on; the first one shows that the app has the secret.

        Args:
            staff_member_id: Whose account it is.
            secret: What the app was given.
            code: What it shows.
            keep: The token of the sign-in that goes on; all others end.

        Returns:
            The recovery codes, which are shown once.

        Raises:
            ConflictError: It is on already.
            PermissionDeniedError: The code is wrong.
        """
        step = used_step(secret, code, utc_now(), after=None)
        if step is None:
            raise PermissionDeniedError("That is not the code that the app shows now. Try the next one.")
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            if member.totp_secret is not None:
                raise ConflictError("Codes are on already. To change the app, turn them off first.")
            member.totp_secret, member.totp_step = secret, step
            changed(session, themselves(member), "staff.codes_turned_on", member, keep=_kept(keep))
            return give_recovery_codes(session, member)

    def renew(self, staff_member_id: int, code: str, *, place: Place = NOWHERE) -> list[str]:
        """Give new recovery codes, which are shown once; the old ones are good for nothing.

        Raises:
            PermissionDeniedError: The code is wrong, or there were too many wrong ones.
        """

        def give(session: Session, member: StaffMember) -> list[str]:
            note(session, themselves(member), "staff.recovery_codes_renewed", member)
            return give_recovery_codes(session, member)

        return self._with_code(staff_member_id, code, give, place)

    def turn_off(self, staff_member_id: int, code: str, *, keep: str | None = None, place: Place = NOWHERE) -> None:
        """Ask for no code any more; all sign-ins but one end, and the person is told.

        Raises:
            ConflictError: They are not on, or the last second factor where one is required.
            PermissionDeniedError: The code is wrong, or there were too many wrong ones.
        """

        def off(session: Session, member: StaffMember) -> list[str]:
            if member.totp_secret is None:
                raise ConflictError("Codes are off already.")
            is_last = passkeys.count(session, member.id) == 0
            require_another_factor(is_last=is_last, is_required=self._is_required)
            member.totp_secret, member.totp_step = None, None
            if is_last:
                codes_store.delete_recovery_codes(session, member.id)
            changed(session, themselves(member), "staff.codes_turned_off", member, keep=_kept(keep))
            self._tell_of(session, member, "You turned them off under your account.")
            return []

        self._with_code(staff_member_id, code, off, place)

    def reset(self, staff_member_id: int, by: Actor) -> None:
        """Take codes and passkeys from an account whose owner has lost them; sign-ins end, and the person is told.

        Raises:
            ConflictError: It is not on.
            NotFoundError: There is no such account.
            PermissionDeniedError: It is one's own, which needs a code.
        """
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            if member.id == by.staff_member_id:
                raise PermissionDeniedError(
                    "Turn your own codes off under your account, with a code or a recovery code. If you have lost "
                    "both, ask another administrator."
                )
            if not has_second_factor(session, member):
                raise ConflictError(f"{member.name} has no codes turned on, and no passkey.")
            member.totp_secret, member.totp_step = None, None
            codes_store.delete_recovery_codes(session, member.id)
            removed = passkeys.delete_all_of(session, member.id)
            details: dict[str, Any] = {"passkeys": removed} if removed else {}
            changed(session, by, "staff.second_factor_reset", member, **details)
            self._tell_of(session, member, f"{by.name} reset them, and your password alone opens your account now.")

    def _with_code(
        self, staff_member_id: int, code: str, do: Callable[[Session, StaffMember], list[str]], place: Place
    ) -> list[str]:
        """Do something that needs a code; a wrong one counts like a failed sign-in, which is stored."""
        now = utc_now()
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            tries.require_unlocked(session, member.email, now, place)
            if use_code(session, member, code, now):
                tries.forget(session, member.email)
                return do(session, member)
            tries.count_failure(session, member.email, now, place)
            note(session, themselves(member), "staff.code_refused", member)
        raise PermissionDeniedError(WRONG_CODE)

    def _tell_of(self, session: Session, member: StaffMember, how: str) -> None:
        self._tell(
            session,
            member.email,
            "staff.codes_off",
            "The codes of your Frontdesk account are off.",
            f"{how} If you did not ask for this, tell an administrator of your clinic at once. You can turn codes on "
            "again under your account:",
        )


def _member(session: Session, staff_member_id: int) -> StaffMember:
    member = store.get_staff_member(session, staff_member_id)
    if member is None:
        raise NotFoundError(f"There is no staff member {staff_member_id}.")
    return member


def give_recovery_codes(session: Session, member: StaffMember) -> list[str]:
    """Make new recovery codes in place of those that are left; they are shown once."""
    codes_store.delete_recovery_codes(session, member.id)
    codes = [
        "-".join(f"{secrets.randbelow(10**GROUP_DIGITS):0{GROUP_DIGITS}}" for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    ]
    for code in codes:
        codes_store.add_recovery_code(session, member.id, _hash(code))
    return codes


def _hash(code: str) -> str:
    return hash_token("".join(letter for letter in code if letter.isascii() and letter.isdigit()))


def _kept(token: str | None) -> str | None:
    return None if token is None else hash_token(token)
