"""One's own account: changing the password, and seeing and ending one's sign-ins on other browsers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.db.engine import Database, utc_now
from bot.errors import InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.staff import passwords, store, tries
from bot.staff.changing import Tell, changed, note, tell_nobody, themselves
from bot.staff.new_passwords import require_good_password
from bot.staff.tries import NOWHERE, Place
from bot.tokens import hash_token

NOT_IT = "That is not the password that you have now."


@dataclass(frozen=True, kw_only=True)
class OpenSignIn:
    """A browser on which somebody is signed in; `is_this` is the one that asks."""

    began_at: dt.datetime
    ends_at: dt.datetime
    browser: str
    is_this: bool


class OwnAccount:
    """Does what a staff member does to their own account, the second factor aside."""

    def __init__(self, database: Database, tell: Tell = tell_nobody, clinic_words: Sequence[str] = ()) -> None:
        """Take the database that holds the accounts, how a person is told, and the clinic's name and treatments."""
        self._database = database
        self._tell = tell
        self._clinic_words = clinic_words

    def change_password(
        self, staff_member_id: int, *, old: str, new: str, keep: str | None, place: Place = NOWHERE
    ) -> None:
        """Change a password; all other sign-ins and one-time links end, and the person is told.

        Args:
            staff_member_id: Whose.
            old: The one that opens the account now: who finds a browser open must not take the account over.
            new: The one that does from now on.
            keep: The token of the sign-in that goes on.
            place: Where it is done.

        Raises:
            InvalidMessageError: The new one is too short or too long, easily guessed, or the old one; `field` says
                which is wrong.
            PermissionDeniedError: The old one is wrong, or there were too many wrong ones.
        """
        if new == old:
            raise InvalidMessageError("That is the password that you have. Choose another one.", field="new")
        with self._database.read() as session:
            member = store.get_staff_member(session, staff_member_id)
        if member is None:
            raise NotFoundError(f"There is no staff member {staff_member_id}.")
        require_good_password(new, own_words=(*self._clinic_words, member.name, member.email))
        known_hash = member.password_hash
        # Hashing takes long on purpose: it is done with no transaction open.
        matches, new_hash = passwords.password_matches(known_hash, old), passwords.hash_password(new)
        now = utc_now()
        with self._database.write() as session:
            member = store.lock_staff_member(session, staff_member_id)
            if member is None:
                raise NotFoundError(f"There is no staff member {staff_member_id}.")
            tries.require_unlocked(session, member.email, now, place)
            if matches and member.password_hash == known_hash:
                tries.forget(session, member.email)
                member.password_hash, member.password_given_at = new_hash, None
                kept = None if keep is None else hash_token(keep)
                changed(session, themselves(member), "staff.password_changed", member, keep=kept)
                self._tell(
                    session,
                    member.email,
                    "staff.password_changed",
                    "The password of your Frontdesk account was changed.",
                    "If it was not you, tell an administrator of your clinic at once. Your account:",
                )
                return
            tries.count_failure(session, member.email, now, place)
            note(session, themselves(member), "staff.password_refused", member)
        raise PermissionDeniedError(NOT_IT)

    def prove(self, staff_member_id: int, password: str, place: Place = NOWHERE) -> None:
        """Let only whoever knows the password go on: an open browser is not enough for what opens an account.

        Args:
            staff_member_id: Whose account it is.
            password: What was typed.
            place: Where it is done.

        Raises:
            PermissionDeniedError: It is wrong, or there were too many wrong ones.
        """
        with self._database.read() as session:
            member = store.get_staff_member(session, staff_member_id)
        if member is None:
            raise NotFoundError(f"There is no staff member {staff_member_id}.")
        matches, now = passwords.password_matches(member.password_hash, password), utc_now()
        with self._database.write() as session:
            tries.require_unlocked(session, member.email, now, place)
            if matches:
                tries.forget(session, member.email)
                return
            tries.count_failure(session, member.email, now, place)
            note(session, themselves(member), "staff.password_refused", member)
        raise PermissionDeniedError(NOT_IT)

    def open_sign_ins(self, staff_member_id: int, token: str | None) -> list[OpenSignIn]:
        """Give the browsers on which somebody is signed in, this one first.

        Args:
            staff_member_id: Who.
            token: That of the cookie of the browser that asks.
        """
        here = "" if token is None else hash_token(token)
        with self._database.read() as session:
            rows = store.sign_ins_of(session, staff_member_id, utc_now())
        found = [
            OpenSignIn(
                began_at=row.created_at, ends_at=row.expires_at, browser=row.browser, is_this=row.token_hash == here
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: not one.is_this)

    def sign_out_elsewhere(self, staff_member_id: int, token: str) -> None:
        """End all of one's sign-ins but the one behind a token."""
        with self._database.write() as session:
            member = store.get_staff_member(session, staff_member_id)
            if member is None:
                raise NotFoundError(f"There is no staff member {staff_member_id}.")
            store.delete_sign_ins_of(session, member.id, but=hash_token(token))
            note(session, themselves(member), "staff.signed_out_elsewhere", member)
