"""Programs that work on tickets in a staff member's name, such as a desk that the clinic has already."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.staff import store
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.tokens import hash_token, new_token


@dataclass(frozen=True, kw_only=True)
class NewIntegration:
    """What is shown once when a program is connected: its token, and what its webhook is signed with."""

    token: str
    webhook_secret: str


class Integrations:
    """Keeps the programs and knows them by their tokens."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds them."""
        self._database = database

    def connect(self, *, name: str, staff_member_id: int, webhook_url: str, by: Actor) -> NewIntegration:
        """Give a program a token; what it does is put down to a staff member.

        Raises:
            ConflictError: There is one with this name.
            InvalidMessageError: The webhook's address is none.
        """
        if webhook_url and urlsplit(webhook_url).scheme not in {"http", "https"}:
            raise InvalidMessageError("The webhook's address begins with https:// or http://.")
        made = NewIntegration(token=new_token(), webhook_secret=new_token()[:43])
        with self._database.write() as session:
            if any(known.name == name for known in store.integrations(session)):
                raise ConflictError(f"There is already an integration called {name}.")
            store.add_integration(
                session,
                name=name,
                staff_member_id=staff_member_id,
                token_hash=hash_token(made.token),
                webhook_url=webhook_url,
                webhook_secret=made.webhook_secret,
            )
            record_by(
                session,
                by=by,
                action="integration.connected",
                subject="integration",
                subject_id=name,
            )
        return made

    def cut_off(self, name: str, by: Actor) -> None:
        """Let a program do nothing any more.

        Raises:
            NotFoundError: There is none with this name.
        """
        with self._database.write() as session:
            found = next((known for known in store.integrations(session) if known.name == name), None)
            if found is None:
                raise NotFoundError(f"There is no integration called {name}.")
            found.revoked_at = utc_now()
            record_by(
                session,
                by=by,
                action="integration.cut_off",
                subject="integration",
                subject_id=name,
            )

    def who_is(self, token: str) -> Actor:
        """Give the staff member in whose name a program works.

        Raises:
            PermissionDeniedError: No program has this token, or it was cut off.
        """
        with self._database.read() as session:
            found = store.find_integration(session, hash_token(token))
            member = None if found is None else store.get_staff_member(session, found.staff_member_id)
        if found is None or found.revoked_at is not None or member is None or member.shut_out_at is not None:
            raise PermissionDeniedError("This token opens nothing. Connect the program again.")
        return Actor(staff_member_id=member.id, name=member.name)
