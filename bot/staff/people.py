"""The accounts of staff: invited and reset by one-time links, given roles, shut out, signed out everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.staff import passwords, store, tries
from bot.staff.actor import Actor
from bot.staff.changing import changed, note, themselves
from bot.staff.models import StaffMember
from bot.staff.new_passwords import require_good_password
from bot.staff.passkeys import store as passkeys
from bot.staff.permissions import ADMINISTRATORS, Permission, may
from bot.tokens import hash_token, new_token
from bot.vocabulary import Role

LINK_HOURS = 48


def given_passwords_last(env: str) -> dt.timedelta | None:
    """Say how long a password that Frontdesk made opens an account.

    Args:
        env: One of `bot.settings.ENVIRONMENTS`.

    Returns:
        As long as a link holds in production; None for without end elsewhere.
    """
    return dt.timedelta(hours=LINK_HOURS) if env == "production" else None


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """An account as administrators see it."""

    id: int
    email: str
    name: str
    role: Role
    has_codes: bool
    has_passkeys: bool
    is_shut_out: bool
    is_invited: bool


class People:
    """Keeps the accounts; everything it changes stands in the audit log."""

    def __init__(self, database: Database, clinic_words: Sequence[str] = ()) -> None:
        """Take the database that holds them, and the clinic's name and treatments."""
        self._database = database
        self._clinic_words = clinic_words

    def all(self) -> list[PersonView]:
        """Give all accounts, by name."""
        with self._database.read() as session:
            with_passkeys = passkeys.who_have_some(session)
            return [
                PersonView(
                    id=member.id,
                    email=member.email,
                    name=member.name,
                    role=Role(member.role),
                    has_codes=member.totp_secret is not None,
                    has_passkeys=member.id in with_passkeys,
                    is_shut_out=member.shut_out_at is not None,
                    is_invited=not member.password_hash,
                )
                for member in store.staff_members(session)
            ]

    def invite(self, *, email: str, name: str, role: Role, by: Actor) -> str:
        """Make an account that cannot sign in yet; give the token of the link that sets its password.

        Raises:
            ConflictError: There is one with this address already.
            InvalidMessageError: The address or the name cannot be.
        """
        email, name = email.strip().lower(), " ".join(name.split())
        if not 0 < len(name) <= 120:
            raise InvalidMessageError("Enter a name of at most 120 characters.", field="name")
        if "@" not in email.strip("@") or len(email) > 254:
            raise InvalidMessageError("Enter an email address, such as kim@example.org.", field="email")
        with self._database.write() as session:
            if store.find_staff_member(session, email) is not None:
                raise ConflictError(f"There is already an account for {email}.")
            member = store.add_staff_member(session, email=email, name=name, role=role, password_hash="")
            note(session, by, "staff.invited", member, role=role.value)
            return _new_link(session, member)

    def reset_link(self, staff_member_id: int, by: Actor) -> str:
        """Give the token of a link that sets a new password; links given before no longer work.

        Whoever the account is given to then may be somebody else for the clinic's provider, too.

        Raises:
            NotFoundError: There is no such account.
        """
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            note(session, by, "staff.reset_link_made", member)
            member.provider_subject = None
            return _new_link(session, member)

    def who_may_use(self, token: str) -> str:
        """Give the name of the person whom a link is for.

        Raises:
            PermissionDeniedError: It was used, has run out, or is nobody's.
        """
        with self._database.read() as session:
            return _linked(session, token).name

    def use_link(self, token: str, password: str) -> str:
        """Set a password by a link, which then no longer works; all sign-ins of the account end. Give its address.

        Raises:
            InvalidMessageError: The password is too short or too long, or easily guessed.
            PermissionDeniedError: The link was used, has run out, or is nobody's.
        """
        with self._database.read() as session:
            member = _linked(session, token)
        require_good_password(password, own_words=(*self._clinic_words, member.name, member.email))
        password_hash = passwords.hash_password(password)
        with self._database.write() as session:
            member = _linked(session, token)
            member.password_hash, member.password_given_at = password_hash, None
            tries.forget(session, member.email)
            changed(session, themselves(member), "staff.password_set", member)
            return member.email

    def set_role(self, staff_member_id: int, role: Role, by: Actor) -> None:
        """Give a person another role; their sign-ins and one-time links end.

        Raises:
            ConflictError: They are the last administrator.
            NotFoundError: There is no such account.
            PermissionDeniedError: They would make a clinician of themselves.
        """
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            if member.id == by.staff_member_id and may(role, Permission.REVIEW_AS_CLINICIAN):
                raise PermissionDeniedError(
                    "Nobody makes a clinician of themselves. Ask another administrator, or on the server: "
                    f"./frontdesk staff role {member.email} {role.value}"
                )
            if role not in ADMINISTRATORS:
                _keep_an_administrator(session, member)
            before, member.role = member.role, role.value
            if before != role.value:
                changed(session, by, "staff.role_changed", member, before=before, after=role.value)

    def shut_out(
        self,
        staff_member_id: int,
        by: Actor,
        *,
        first: Callable[[Session], None] = lambda _session: None,
        and_so: Callable[[Session], None] = lambda _session: None,
    ) -> None:
        """Let a person sign in no more, and end their sign-ins; what they did stays theirs.

        Args:
            staff_member_id: Who.
            by: Who does it.
            first: What is locked before the account is, in the same transaction.
            and_so: What follows from it, in the same transaction; `bot.escalation.leaving` gives their tickets back.

        Raises:
            ConflictError: They are the last administrator.
            NotFoundError: There is no such account.
        """
        with self._database.write() as session:
            first(session)
            member = _member(session, staff_member_id)
            _keep_an_administrator(session, member)
            member.shut_out_at = utc_now()
            changed(session, by, "staff.shut_out", member)
            session.flush()
            and_so(session)

    def let_in(self, staff_member_id: int, by: Actor) -> None:
        """Let a person sign in again.

        Raises:
            NotFoundError: There is no such account.
        """
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            member.shut_out_at = None
            changed(session, by, "staff.let_in", member)

    def sign_out_everywhere(self, staff_member_id: int, by: Actor) -> None:
        """End all sign-ins of a person.

        Raises:
            NotFoundError: There is no such account.
        """
        with self._database.write() as session:
            member = _member(session, staff_member_id)
            store.delete_sign_ins_of(session, member.id)
            note(session, by, "staff.signed_out_everywhere", member)

    def id_of(self, email: str) -> int:
        """Give the id of the account with this address.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.read() as session:
            member = store.find_staff_member(session, email)
        if member is None:
            raise NotFoundError(f"No staff member has the address {email}.")
        return member.id


def _member(session: Session, staff_member_id: int) -> StaffMember:
    member = store.get_staff_member(session, staff_member_id)
    if member is None:
        raise NotFoundError(f"There is no staff member {staff_member_id}.")
    return member


def _linked(session: Session, token: str) -> StaffMember:
    link = store.find_link(session, hash_token(token))
    member = None if link is None else store.get_staff_member(session, link.staff_member_id)
    if link is None or member is None or link.expires_at <= utc_now() or member.shut_out_at is not None:
        raise PermissionDeniedError("This link was used already or has run out. Ask an administrator for a new one.")
    return member


def _new_link(session: Session, member: StaffMember) -> str:
    token = new_token()
    store.delete_links_of(session, member.id)
    expires_at = utc_now() + dt.timedelta(hours=LINK_HOURS)
    store.add_link(session, token_hash=hash_token(token), staff_member_id=member.id, expires_at=expires_at)
    return token


def _keep_an_administrator(session: Session, member: StaffMember) -> None:
    others = [
        other
        for other in store.staff_members(session)
        if Role(other.role) in ADMINISTRATORS and other.shut_out_at is None and other.id != member.id
    ]
    if Role(member.role) in ADMINISTRATORS and not others:
        raise ConflictError(f"{member.name} is the only administrator. Make somebody else one first.")
