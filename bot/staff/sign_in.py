"""Signing staff in and out, and knowing who is behind a browser's cookie."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.staff import passwords, store
from bot.staff.audit import record
from bot.staff.models import StaffMember
from bot.staff.one_time_codes import used_step
from bot.tokens import hash_token, new_token
from bot.vocabulary import Role

SIGN_IN_HOURS = 12
"""A working day: after that staff sign in again."""
MAX_FAILED_SIGN_INS = 8
LOCK_MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A staff member with the secret that their forms must carry."""

    staff_member_id: int
    name: str
    email: str
    role: Role
    csrf_token: str
    has_codes: bool = False


class StaffAccounts:
    """Keeps staff members and their sign-ins."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds them."""
        self._database = database

    def sign_in(self, email: str, password: str, code: str = "") -> str:
        """Check a password, and the code of an app where that is on, and give the token for the browser's cookie.

        Raises:
            PermissionDeniedError: Wrong address or password, or too many tries; the message does not say which.
        """
        refused = PermissionDeniedError("That email and password do not match. Check both and try again.")
        with self._database.read() as session:
            member = store.find_staff_member(session, email)
            known_hash = passwords.dummy_hash() if member is None else member.password_hash
        # Hashing takes long on purpose: it is done with no transaction open.
        matches = passwords.password_matches(known_hash, password)
        if member is None:
            raise refused
        if member.locked_until is not None and member.locked_until > utc_now():
            raise PermissionDeniedError(f"Too many tries. Wait {LOCK_MINUTES} minutes and try again.")
        if not matches or member.shut_out_at is not None:
            self._count_failure(member.id)
            raise refused
        if member.totp_secret is not None:
            if not code.strip():
                raise PermissionDeniedError("Enter the code of your authenticator app too.")
            if not self._use_code(member.id, code):
                self._count_failure(member.id)
                raise refused
        return self._open(member.id)

    def _use_code(self, staff_member_id: int, code: str) -> bool:
        with self._database.write() as session:
            member = store.get_staff_member(session, staff_member_id)
            if member is None or member.totp_secret is None:
                return False
            step = used_step(member.totp_secret, code, utc_now(), after=member.totp_step)
            if step is None:
                return False
            member.totp_step = step
            return True

    def turn_codes_on(self, staff_member_id: int, secret: str, code: str) -> None:
        """Ask for a code of an app at every sign-in from now on; the first one shows that the app has the secret.

        Raises:
            PermissionDeniedError: The code is wrong.
        """
        step = used_step(secret, code, utc_now(), after=None)
        if step is None:
            raise PermissionDeniedError("That is not the code that the app shows now. Try the next one.")
        self._set_codes(staff_member_id, secret, step, "staff.codes_turned_on")

    def turn_codes_off(self, staff_member_id: int) -> None:
        """Ask for no code any more."""
        self._set_codes(staff_member_id, None, None, "staff.codes_turned_off")

    def _set_codes(self, staff_member_id: int, secret: str | None, step: int | None, action: str) -> None:
        with self._database.write() as session:
            member = store.get_staff_member(session, staff_member_id)
            if member is not None:
                member.totp_secret, member.totp_step = secret, step
                _note(session, member, action)

    def _count_failure(self, staff_member_id: int) -> None:
        with self._database.write() as session:
            member = store.get_staff_member(session, staff_member_id)
            if member is None:
                return
            member.failed_sign_ins += 1
            _note(session, member, "sign_in.failed")
            if member.failed_sign_ins >= MAX_FAILED_SIGN_INS:
                member.failed_sign_ins = 0
                member.locked_until = utc_now() + dt.timedelta(minutes=LOCK_MINUTES)

    def _open(self, staff_member_id: int) -> str:
        token = new_token()
        with self._database.write() as session:
            member = store.get_staff_member(session, staff_member_id)
            if member is not None:
                member.failed_sign_ins = 0
                member.locked_until = None
                _note(session, member, "sign_in.opened")
            store.add_sign_in(
                session,
                token_hash=hash_token(token),
                staff_member_id=staff_member_id,
                csrf_token=new_token(),
                expires_at=utc_now() + dt.timedelta(hours=SIGN_IN_HOURS),
            )
        return token

    def who_is(self, token: str | None) -> SignedIn | None:
        """Give the staff member behind a cookie's token, or None when it is unknown or has run out."""
        if not token:
            return None
        with self._database.read() as session:
            sign_in = store.find_sign_in(session, hash_token(token))
            if sign_in is None or sign_in.expires_at <= utc_now():
                return None
            member = store.get_staff_member(session, sign_in.staff_member_id)
            if member is None or member.shut_out_at is not None:
                return None
            return SignedIn(
                staff_member_id=member.id,
                name=member.name,
                email=member.email,
                role=Role(member.role),
                csrf_token=sign_in.csrf_token,
                has_codes=member.totp_secret is not None,
            )

    def sign_out(self, token: str | None) -> None:
        """End the sign-in behind a token."""
        if token:
            with self._database.write() as session:
                store.delete_sign_in(session, hash_token(token))

    def add(self, *, email: str, name: str, role: Role, password: str) -> None:
        """Make an account.

        Raises:
            ConflictError: There is one with this address already.
        """
        with self._database.write() as session:
            if store.find_staff_member(session, email) is not None:
                raise ConflictError(f"There is already an account for {email}.")
            store.add_staff_member(
                session, email=email, name=name, role=role, password_hash=passwords.hash_password(password)
            )

    def ensure_first(self, *, email: str, name: str) -> str | None:
        """Make the first account if there is none; give its new password, or None when accounts exist."""
        with self._database.write() as session:
            if store.count_staff(session):
                return None
            password = passwords.new_password()
            store.add_staff_member(
                session, email=email, name=name, role=Role.ADMIN, password_hash=passwords.hash_password(password)
            )
            return password

    def reset_password(self, email: str) -> str:
        """Give an account a new password and end all its sign-ins.

        Raises:
            PermissionDeniedError: No account has this address.
        """
        with self._database.write() as session:
            member = store.find_staff_member(session, email)
            if member is None:
                raise PermissionDeniedError(f"No staff member has the address {email}.")
            password = passwords.new_password()
            member.password_hash = passwords.hash_password(password)
            member.failed_sign_ins = 0
            member.locked_until = None
            store.delete_sign_ins_of(session, member.id)
            return password


def _note(session: Session, member: StaffMember, action: str) -> None:
    record(
        session,
        staff_member_id=member.id,
        staff_name=member.name,
        action=action,
        subject="staff",
        subject_id=member.id,
    )
