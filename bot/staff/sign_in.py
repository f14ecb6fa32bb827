"""Signing staff in and out, and knowing who is behind a browser's cookie."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.staff import passwords, store, tries
from bot.staff.actor import FRONTDESK, Actor
from bot.staff.changing import changed, note
from bot.staff.models import StaffMember
from bot.staff.opening import SIGN_IN_HOURS, note_failure, open_sign_in
from bot.staff.passkeys import store as passkeys
from bot.staff.passkeys.asking import Asked, PasskeyNeededError, is_signed, new_challenge, options_to_sign
from bot.staff.passkeys.relying_party import RelyingParty
from bot.staff.second_factor import WRONG_CODE, has_second_factor, use_code
from bot.staff.tries import NOWHERE, Place
from bot.tokens import hash_token, new_token
from bot.vocabulary import Role

SEEN_EVERY = dt.timedelta(minutes=1)
"""How exactly it is kept when a sign-in was last used: not every page is worth a write."""
REFUSED = "That email and password do not match. Check both and try again."
RUN_OUT = (
    "This first password has run out. Ask an administrator for a password link, or on the server: "
    "./frontdesk staff reset-link and your address."
)
TOO_LATE = "That took too long, or was begun in another browser. Begin again."
WRONG_KEY = "That passkey did not open your account. Begin again, or use a code."
CODE_NEEDED = "Enter the code of your authenticator app too."


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A staff member with the secret that their forms must carry."""

    staff_member_id: int
    name: str
    email: str
    role: Role
    csrf_token: str
    has_codes: bool = False
    has_passkeys: bool = False
    has_given_password: bool = False
    by_provider: bool = False
    has_provider_factor: bool = False

    @property
    def has_second_factor(self) -> bool:
        """Whether more than a password opens this sign-in."""
        return self.has_codes or self.has_passkeys or self.has_provider_factor


class StaffAccounts:
    """Keeps staff members and their sign-ins."""

    def __init__(
        self,
        database: Database,
        idle: dt.timedelta = dt.timedelta(hours=SIGN_IN_HOURS),
        given_for: dt.timedelta | None = None,
        party: RelyingParty | None = None,
    ) -> None:
        """Take the database that holds them.

        Args:
            database: It.
            idle: After so long without use a sign-in ends.
            given_for: So long a password that Frontdesk made opens an account; None for without end.
            party: Whom passkeys are for; None where browsers know none.
        """
        self._database = database
        self._idle = idle
        self._given_for = given_for
        self._party = party

    def sign_in(
        self,
        email: str,
        password: str,
        code: str = "",
        *,
        browser: str = "",
        place: Place = NOWHERE,
        instead_of: str | None = None,
        form: str = "",
    ) -> str:
        """Check a password, and the second factor where there is one, and give the token for the browser's cookie.

        An address without an account is told, counted and worked on like one that has it.

        Args:
            email: The address that was typed.
            password: The password.
            code: The code of the app, or a recovery code.
            browser: What the browser is called where its owner sees a list of them.
            place: Where the try comes from.
            instead_of: The token of the sign-in that the browser has had until now, which ends.
            form: The secret of the browser's forms: a passkey that is asked for is answered there.

        Raises:
            PasskeyNeededError: The password is right, and no code came; the account has a passkey.
            PermissionDeniedError: Wrong address or password, or too many tries; the message does not say which.
        """
        with self._database.read() as session:
            member = store.find_staff_member(session, email)
        # Who was invited has no password yet: checking none would be quicker than checking a wrong one.
        known_hash, other_hash = "" if member is None else member.password_hash, passwords.dummy_hash()
        # Hashing takes long on purpose: it is done with no transaction open.
        matches = passwords.password_matches(known_hash or other_hash, password) and bool(known_hash)
        now = utc_now()
        asked: Asked | None = None
        with self._database.write() as session:
            tries.require_unlocked(session, email, now, place)
            member = store.find_staff_member(session, email)
            if matches and member is not None and member.shut_out_at is None and member.password_hash == known_hash:
                if self._has_run_out(member, now):
                    raise PermissionDeniedError(RUN_OUT)
                if not has_second_factor(session, member) or use_code(session, member, code, now):
                    return open_sign_in(session, member, now, browser=browser, place=place, instead_of=instead_of)
                if not code.strip():
                    asked = self._ask(session, member, form, now)
                    if asked is None:
                        raise PermissionDeniedError(CODE_NEEDED)
            if asked is None:
                tries.count_failure(session, email, now, place)
                note_failure(session, member)
        if asked is not None:
            raise PasskeyNeededError(asked)
        raise PermissionDeniedError(REFUSED)

    def confirm(
        self,
        challenge: str,
        *,
        answer: str = "",
        code: str = "",
        form: str,
        browser: str = "",
        place: Place = NOWHERE,
        instead_of: str | None = None,
    ) -> str:
        """Check what follows a right password, and give the token for the browser's cookie.

        Args:
            challenge: What the device was asked to sign; with its first answer it is gone.
            answer: What a passkey's device has signed; empty where a code came in its place.
            code: A code of the app, or a recovery code.
            form: The secret of the browser's forms, in which it was asked for.
            browser: What the browser is called where its owner sees a list of them.
            place: Where the try comes from.
            instead_of: The token of the sign-in that the browser has had until now, which ends.

        Raises:
            PermissionDeniedError: It took too long, is wrong, or there were too many wrong ones.
        """
        now, refused = utc_now(), TOO_LATE
        with self._database.write() as session:
            asked = passkeys.find_challenge(session, hash_token(challenge), hash_token(form), now)
            member = None if asked is None else store.get_staff_member(session, asked.staff_member_id)
            if asked is not None and not asked.is_for_new_key and member is not None and member.shut_out_at is None:
                tries.require_unlocked(session, member.email, now, place)
                if answer:
                    session.delete(asked)
                    session.flush()
                    is_good = is_signed(session, self._party, member, challenge=challenge, answer=answer)
                else:
                    is_good = use_code(session, member, code, now)
                if is_good:
                    passkeys.delete_challenges_of(session, member.id)
                    return open_sign_in(
                        session,
                        member,
                        now,
                        browser=browser,
                        place=place,
                        instead_of=instead_of,
                        by_passkey=bool(answer),
                    )
                refused = WRONG_KEY if answer else WRONG_CODE
                tries.count_failure(session, member.email, now, place)
                note_failure(session, member)
        raise PermissionDeniedError(refused)

    def _ask(self, session: Session, member: StaffMember, form: str, now: dt.datetime) -> Asked | None:
        """Ask for a signature by a passkey; None where there is none, or no form to answer in."""
        if self._party is None or not form or not passkeys.count(session, member.id):
            return None
        challenge = new_challenge(session, member, browser=form, now=now)
        options = options_to_sign(session, self._party, member, challenge)
        return None if options is None else Asked(challenge=challenge, options=options)

    def _has_run_out(self, member: StaffMember, now: dt.datetime) -> bool:
        given_at = member.password_given_at
        return self._given_for is not None and given_at is not None and given_at + self._given_for <= now

    def who_is(self, token: str | None, *, acts: bool = False) -> SignedIn | None:
        """Give the staff member behind a cookie's token; None when it is unknown, has run out or was long unused.

        Args:
            token: The cookie's.
            acts: Whether a person does something with it just now; what a page does by itself keeps nobody signed in.
        """
        if not token:
            return None
        now = utc_now()
        found = self._find(token, now)
        if found is None:
            return None
        member, seen_at = found
        if acts and now - seen_at >= SEEN_EVERY:
            with self._database.write() as session:
                store.saw_sign_in(session, hash_token(token), now)
        return member

    def _find(self, token: str, now: dt.datetime) -> tuple[SignedIn, dt.datetime] | None:
        with self._database.read() as session:
            sign_in = store.find_sign_in(session, hash_token(token))
            if sign_in is None or sign_in.expires_at <= now or sign_in.seen_at + self._idle <= now:
                return None
            member = store.get_staff_member(session, sign_in.staff_member_id)
            if member is None or member.shut_out_at is not None:
                return None
            who = SignedIn(
                staff_member_id=member.id,
                name=member.name,
                email=member.email,
                role=Role(member.role),
                csrf_token=sign_in.csrf_token,
                has_codes=member.totp_secret is not None,
                has_passkeys=passkeys.count(session, member.id) > 0,
                # Who came by the provider has no use for a password.
                has_given_password=member.password_given_at is not None and not sign_in.by_provider,
                by_provider=sign_in.by_provider,
                has_provider_factor=sign_in.has_provider_factor,
            )
            return who, sign_in.seen_at

    def rotate(self, token: str | None) -> str:
        """Let a sign-in go on under a new token, after a change of what opens its account; the old one opens nothing.

        The secret of its forms stays: what stands half-written in another tab can still be sent.

        Raises:
            PermissionDeniedError: It has ended.
        """
        new = new_token()
        with self._database.write() as session:
            if not store.rename_sign_in(session, hash_token(token or ""), to=hash_token(new)):
                raise PermissionDeniedError("You were signed out meanwhile. Sign in again.")
        return new

    def sign_out(self, token: str | None) -> None:
        """End the sign-in behind a token."""
        if token:
            with self._database.write() as session:
                store.delete_sign_in(session, hash_token(token))

    def add(
        self, *, email: str, name: str, role: Role, password: str, by: Actor = FRONTDESK, is_given: bool = False
    ) -> None:
        """Make an account.

        Args:
            email: Its address.
            name: What patients see.
            role: What it may.
            password: What opens it.
            by: Who makes it.
            is_given: Whether Frontdesk made the password, so that its owner has to choose another one.

        Raises:
            ConflictError: There is one with this address already.
        """
        with self._database.write() as session:
            if store.find_staff_member(session, email) is not None:
                raise ConflictError(f"There is already an account for {email}.")
            _add(session, email=email, name=name, role=role, password=password, by=by, is_given=is_given)

    def ensure_first(self, *, email: str, name: str) -> str | None:
        """Make the first account if there is none; give its new password, or None when accounts exist."""
        with self._database.write() as session:
            if store.count_staff(session):
                return None
            password = passwords.new_password()
            _add(session, email=email, name=name, role=Role.ADMIN, password=password, by=FRONTDESK, is_given=True)
            return password

    def reset_password(self, email: str, by: Actor = FRONTDESK) -> str:
        """Give an account a new password; all its sign-ins and one-time links end.

        Raises:
            PermissionDeniedError: No account has this address.
        """
        with self._database.write() as session:
            member = store.find_staff_member(session, email)
            if member is None:
                raise PermissionDeniedError(f"No staff member has the address {email}.")
            password = passwords.new_password()
            member.password_hash, member.password_given_at = passwords.hash_password(password), utc_now()
            tries.forget(session, member.email)
            changed(session, by, "staff.password_set", member)
            return password


def _add(session: Session, *, email: str, name: str, role: Role, password: str, by: Actor, is_given: bool) -> None:
    member = store.add_staff_member(
        session, email=email, name=name, role=role, password_hash=passwords.hash_password(password)
    )
    member.password_given_at = utc_now() if is_given else None
    note(session, by, "staff.added", member, role=role.value)
