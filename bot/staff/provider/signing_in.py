"""Signing in at the clinic's provider: begun here, proven there, finished in the same browser with our account."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bot.db.engine import Database, utc_now
from bot.errors import PermissionDeniedError, ProviderError
from bot.outside_accounts.sign_in_provider import ProviderSettings
from bot.staff import store, tries
from bot.staff.models import ProviderSignIn, StaffMember
from bot.staff.opening import note_failure, open_sign_in
from bot.staff.passkeys.asking import is_signed, options_to_sign
from bot.staff.passkeys.relying_party import RelyingParty
from bot.staff.provider import store as under_way
from bot.staff.second_factor import WRONG_CODE, has_second_factor, use_code
from bot.staff.tries import Place
from bot.tokens import hash_token, new_token

if TYPE_CHECKING:
    from bot.staff.provider.client import ProviderClient

LASTS = dt.timedelta(minutes=10)
"""In which somebody has to come back, and then in which their code has to come."""
RUN_OUT = "That sign-in has run out, or was begun in another browser. Begin again."
NO_ACCOUNT = (
    "You are signed in there, but no account here has your email address. Ask an administrator of your clinic to "
    "invite you."
)
SHUT_OUT = "Your account here is closed. Ask an administrator of your clinic."
ANOTHERS = (
    "The account with your email address belongs to somebody else for your provider, who had that address before. Ask "
    "an administrator of your clinic for a password link: then it is yours."
)
CODE_NEEDED = "Enter the code of your authenticator app."
WRONG_KEY = "That passkey did not open your account. Begin again, or use a code."


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who comes back, by their browser.

    Attributes:
        cookie: What the browser was given when the sign-in began.
        name: What the browser is called in the list of one's sign-ins.
        place: Where it is.
        instead_of: The token of the sign-in that it has had until now.
    """

    cookie: str
    name: str
    place: Place
    instead_of: str | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A sign-in that is open.

    Attributes:
        token: For the browser's cookie.
        page: Where it leads.
    """

    token: str
    page: str


@dataclass(frozen=True, kw_only=True)
class CodeWanted:
    """A sign-in whose owner has still to show a second factor.

    Attributes:
        ticket: What the form with it has to bring, and what a passkey signs.
        options: What the browser asks for a passkey with, as JSON; None where the account has none.
    """

    ticket: str
    options: str | None


class ProviderSignIns:
    """Signs staff in by the clinic's provider.

    Args:
        database: Holds the accounts.
        provider: Which provider it is.
        party: Whom passkeys are for; None where browsers know none.
    """

    def __init__(self, database: Database, provider: ProviderSettings, party: RelyingParty | None = None) -> None:
        self._database = database
        self._party = party
        self.settings = provider
        self._client: ProviderClient | None = None

    def begin(self, page: str, cookie: str) -> str:
        """Give the provider's page for a new sign-in.

        Args:
            page: Where it leads once it is done.
            cookie: What the browser keeps until then.

        Raises:
            ProviderError: The provider cannot be asked.
        """
        state, nonce, verifier = new_token(), new_token(), secrets.token_urlsafe(48)
        address = self._provider().address_to_sign_in(state=state, nonce=nonce, verifier=verifier)
        now = utc_now()
        with self._database.write() as session:
            row = _row(state, cookie, now, nonce=nonce, verifier=verifier, page=page)
            under_way.add(session, row, now)
        return address

    def finish(self, state: str, code: str, visit: Visit) -> Opened | CodeWanted:
        """Take somebody in who comes back from the provider.

        Args:
            state: What we gave the provider along.
            code: What it gave them, for us to exchange.
            visit: Their browser.

        Raises:
            PermissionDeniedError: They have no account that is open, or did not begin here; says so.
            ProviderError: What the provider gives is not good.
        """
        begun = self._taken(state, visit)
        # The provider may take its time: it is asked with no transaction open.
        found = self._provider().identity_for(code, verifier=begun.verifier, nonce=begun.nonce)
        now = utc_now()
        with self._database.write() as session:
            member = store.find_by_provider(session, found.subject) or store.find_staff_member(session, found.email)
            is_theirs = member is not None and member.provider_subject in (None, found.subject)
            if member is not None and is_theirs and member.shut_out_at is None:
                member.provider_subject = found.subject
                if found.has_second_factor or not has_second_factor(session, member):
                    return self._open(session, member, now, visit, begun.page, factor=found.has_second_factor)
                ticket = new_token()
                row = _row(ticket, visit.cookie, now, page=begun.page, staff_member_id=member.id)
                under_way.add(session, row, now)
                options = options_to_sign(session, self._party, member, ticket)
                return CodeWanted(ticket=ticket, options=options)
            note_failure(session, member)
        raise PermissionDeniedError(NO_ACCOUNT if member is None else SHUT_OUT if is_theirs else ANOTHERS)

    def confirm(self, ticket: str, code: str, visit: Visit, *, answer: str = "") -> Opened:
        """Take somebody in whom the provider has named, by their own second factor.

        Args:
            ticket: What the form brought; with the first answer of a passkey it is gone.
            code: A code of their app, or a recovery code.
            visit: Their browser.
            answer: What a passkey's device has signed; empty where a code came in its place.

        Raises:
            PermissionDeniedError: It has run out, the code is wrong, or there were too many wrong ones.
        """
        now = utc_now()
        with self._database.write() as session:
            begun = under_way.find(session, hash_token(ticket), hash_token(visit.cookie), now)
            member = None if begun is None else store.get_staff_member(session, begun.staff_member_id or 0)
            if begun is None or member is None or member.shut_out_at is not None:
                raise PermissionDeniedError(RUN_OUT)
            tries.require_unlocked(session, member.email, now, visit.place)
            if answer:
                is_good = is_signed(session, self._party, member, challenge=ticket, answer=answer)
            else:
                is_good = use_code(session, member, code, now)
            if is_good or answer:
                session.delete(begun)
            if is_good:
                return self._open(session, member, now, visit, begun.page, factor=False)
            if answer or code.strip():
                tries.count_failure(session, member.email, now, visit.place)
                note_failure(session, member)
        raise PermissionDeniedError(WRONG_KEY if answer else WRONG_CODE if code.strip() else CODE_NEEDED)

    def address_to_sign_out(self) -> str | None:
        """Give the provider's page for signing out there; None if it has none, or does not answer."""
        try:
            return self._provider().address_to_sign_out()
        except ProviderError:
            return None

    def _taken(self, state: str, visit: Visit) -> ProviderSignIn:
        """Give what was begun, which nobody can come back with again.

        Raises:
            PermissionDeniedError: Nothing was, in this browser, of late.
        """
        with self._database.write() as session:
            begun = under_way.take(session, hash_token(state), hash_token(visit.cookie), utc_now())
            if begun is not None:
                session.expunge(begun)
        if begun is None or begun.staff_member_id is not None:
            raise PermissionDeniedError(RUN_OUT)
        return begun

    @staticmethod
    def _open(
        session: Session, member: StaffMember, now: dt.datetime, visit: Visit, page: str, *, factor: bool
    ) -> Opened:
        token = open_sign_in(
            session,
            member,
            now,
            browser=visit.name,
            place=visit.place,
            instead_of=visit.instead_of,
            by_provider=True,
            has_provider_factor=factor,
        )
        return Opened(token=token, page=page)

    def _provider(self) -> ProviderClient:
        if self._client is None:
            # Loaded when somebody signs in by it: its libraries take a second and 35 MB.
            from bot.staff.provider.client import ProviderClient

            self._client = ProviderClient(self.settings)
        return self._client


def _row(
    secret: str,
    cookie: str,
    now: dt.datetime,
    *,
    page: str,
    nonce: str = "",
    verifier: str = "",
    staff_member_id: int | None = None,
) -> ProviderSignIn:
    return ProviderSignIn(
        state_hash=hash_token(secret),
        browser_hash=hash_token(cookie),
        nonce=nonce,
        verifier=verifier,
        page=page,
        staff_member_id=staff_member_id,
        expires_at=now + LASTS,
    )
