"""The passkeys of one's own account: added, named, listed and removed; every change stands in the audit log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.staff import codes_store
from bot.staff import store as accounts
from bot.staff.changing import Tell, changed, note, tell_nobody, themselves
from bot.staff.models import Passkey, StaffMember
from bot.staff.passkeys import store
from bot.staff.passkeys.asking import Asked, new_challenge
from bot.staff.passkeys.relying_party import RelyingParty
from bot.staff.second_factor import give_recovery_codes, has_second_factor, require_another_factor
from bot.tokens import hash_token

MOST, LONGEST_NAME = 10, 60
NO_PLACE = (
    "Passkeys need the console at an address with a name, over HTTPS. Ask whoever runs Frontdesk at your clinic "
    "(FRONTDESK_PUBLIC_URL)."
)
RUN_OUT = "That took too long, or was begun in another browser. Begin again."


@dataclass(frozen=True, kw_only=True)
class PasskeyView:
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None


class Passkeys:
    """Keeps the passkeys of accounts.

    Args:
        database: Holds them.
        party: Whom they are for; None where browsers know none.
        tell: How a person is told.
        is_required: Whether every account must have a second factor, so that the last one stays.
    """

    def __init__(
        self, database: Database, party: RelyingParty | None, tell: Tell = tell_nobody, *, is_required: bool = False
    ) -> None:
        self._database = database
        self._party = party
        self._tell = tell
        self._is_required = is_required

    @property
    def are_possible(self) -> bool:
        """Whether browsers know passkeys at the console's address."""
        return self._party is not None

    def all_of(self, staff_member_id: int) -> list[PasskeyView]:
        """Give somebody's passkeys, the oldest first."""
        with self._database.read() as session:
            return [
                PasskeyView(
                    id=passkey.id,
                    name=passkey.name,
                    created_at=passkey.created_at,
                    last_used_at=passkey.last_used_at,
                )
                for passkey in store.of_member(session, staff_member_id)
            ]

    def begin(self, staff_member_id: int, browser: str) -> Asked:
        """Ask for a new key; who asks has just shown their password.

        Args:
            staff_member_id: Who.
            browser: The token of their sign-in.

        Raises:
            ConflictError: Browsers know no passkeys here, or there are enough.
        """
        if self._party is None:
            raise ConflictError(NO_PLACE)
        from bot.staff.passkeys import signatures

        with self._database.write() as session:
            member = _member(session, staff_member_id)
            known = [passkey.credential_id for passkey in store.of_member(session, member.id)]
            if len(known) >= MOST:
                raise ConflictError(f"You have {MOST} passkeys, which is the most. Remove one first.")
            challenge = new_challenge(session, member, browser=browser, now=utc_now(), is_for_new_key=True)
            options = signatures.ask_for_new(
                self._party, challenge, staff_member_id=member.id, email=member.email, name=member.name, known=known
            )
            return Asked(challenge=challenge, options=options)

    def add(self, staff_member_id: int, *, challenge: str, answer: str, name: str, browser: str) -> list[str]:
        """Keep a key that a device has made; all sign-ins but this one end, and the person is told.

        Args:
            staff_member_id: Whose.
            challenge: What the device was asked with.
            answer: What it made.
            name: What its owner calls it.
            browser: The token of their sign-in, in which it was begun, and which goes on.

        Returns:
            Recovery codes, which are shown once, if it is their first second factor.

        Raises:
            ConflictError: It is kept already.
            InvalidMessageError: The name cannot be.
            PermissionDeniedError: It is not what was asked for, or took too long.
        """
        name = _good_name(name)
        with self._database.write() as session:
            asked = store.find_challenge(session, hash_token(challenge), hash_token(browser), utc_now())
            is_theirs = asked is not None and asked.is_for_new_key and asked.staff_member_id == staff_member_id
            if asked is not None:
                session.delete(asked)
        if not is_theirs or self._party is None:
            raise PermissionDeniedError(RUN_OUT)
        from bot.staff.passkeys import signatures

        made = signatures.checked_new(self._party, challenge, answer)
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            if store.with_credential(session, made.credential_id) is not None:
                raise ConflictError("That passkey is there already.")
            is_first = not has_second_factor(session, member)
            session.add(
                Passkey(
                    staff_member_id=member.id,
                    credential_id=made.credential_id,
                    public_key=made.public_key,
                    sign_count=made.sign_count,
                    name=name,
                    created_at=utc_now(),
                )
            )
            changed(session, themselves(member), "staff.passkey_added", member, keep=hash_token(browser))
            self._tell_of(session, member, "A passkey was added to your Frontdesk account.", "You added it")
            return give_recovery_codes(session, member) if is_first else []

    def rename(self, staff_member_id: int, passkey_id: int, name: str) -> None:
        """Call a passkey something else.

        Raises:
            InvalidMessageError: The name cannot be.
            NotFoundError: They have no such passkey.
        """
        name = _good_name(name)
        with self._database.write() as session:
            member, passkey = _member(session, staff_member_id), _passkey(session, staff_member_id, passkey_id)
            passkey.name = name
            note(session, themselves(member), "staff.passkey_renamed", member)

    def remove(self, staff_member_id: int, passkey_id: int, *, keep: str | None) -> None:
        """Remove a passkey; all sign-ins but one end, and the person is told. Who asks has shown their password.

        Args:
            staff_member_id: Whose.
            passkey_id: Which.
            keep: The token of the sign-in that goes on.

        Raises:
            ConflictError: It is their last second factor, and one is required.
            NotFoundError: They have no such passkey.
        """
        with self._database.write() as session:
            member, passkey = _member(session, staff_member_id), _passkey(session, staff_member_id, passkey_id)
            is_last = member.totp_secret is None and store.count(session, member.id) == 1
            require_another_factor(is_last=is_last, is_required=self._is_required)
            session.delete(passkey)
            session.flush()
            if is_last:
                codes_store.delete_recovery_codes(session, member.id)
            kept = None if keep is None else hash_token(keep)
            changed(session, themselves(member), "staff.passkey_removed", member, keep=kept)
            self._tell_of(session, member, "A passkey of your Frontdesk account was removed.", "You removed it")

    def _tell_of(self, session: Session, member: StaffMember, title: str, how: str) -> None:
        self._tell(
            session,
            member.email,
            "staff.passkeys_changed",
            title,
            f"{how} under your account. If you did not, tell an administrator of your clinic at once:",
        )


def _good_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidMessageError(f"Give the passkey a name of at most {LONGEST_NAME} characters.", field="name")
    return name


def _member(session: Session, staff_member_id: int) -> StaffMember:
    member = accounts.get_staff_member(session, staff_member_id)
    if member is None:
        raise NotFoundError(f"There is no staff member {staff_member_id}.")
    return member


def _passkey(session: Session, staff_member_id: int, passkey_id: int) -> Passkey:
    passkey = store.get(session, staff_member_id, passkey_id)
    if passkey is None:
        raise NotFoundError("You have no such passkey. It may have been removed in another tab.")
    return passkey
