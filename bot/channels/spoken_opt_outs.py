"""Opt-outs that a patient said to staff, as by phone: noted with who did, and undone where that was a slip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.channels import store
from bot.channels.models import SmsNumber
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError
from bot.staff.actor import Actor
from bot.staff.audit import record_by

UNDONE_WITHIN = dt.timedelta(hours=24)
"""A slip is seen by then; later only the patient can take it back, by texting START."""


class SpokenOptOuts:
    """Notes that a phone wants no texts, for its owner, and takes that back."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime] = utc_now) -> None:
        """Take the store, and what gives the present."""
        self._database = database
        self._clock = clock

    def note(self, phone: str, conversation_id: str, by: Actor) -> None:
        """Note that a phone's owner said that they want no texts: nothing but a card is sent there any more.

        Args:
            phone: As it is stored (E.164).
            conversation_id: Where staff were; the audit log names it, and not the number.
            by: Who notes it.

        Raises:
            ConflictError: It wants none already.
        """
        with self._database.write() as session:
            number, now = store.lock_number(session, phone), self._clock()
            if number.opted_out_at is not None:
                raise ConflictError("This number wants no texts already.")
            store.opt_out(session, number.id, now, noted_by=by.name)
            _note(session, by, "texts.opted_out", conversation_id)

    def undo(self, phone: str, conversation_id: str, by: Actor) -> None:
        """Take a note of staff's back: what the number's people agreed to before holds again.

        Args:
            phone: As it is stored (E.164).
            conversation_id: Where staff were.
            by: Who takes it back.

        Raises:
            ConflictError: It cannot be: the patient has said so themselves, or it is too long ago.
        """
        with self._database.write() as session:
            number, now = store.lock_number(session, phone), self._clock()
            if not can_be_undone(number, now):
                raise ConflictError("This cannot be undone any more. Only the patient can, by texting START.")
            store.undo_opt_out(session, number.id)
            _note(session, by, "texts.opt_out_undone", conversation_id)


def can_be_undone(number: SmsNumber, now: dt.datetime) -> bool:
    """Tell whether staff noted an opt-out a short time ago, and the patient has not said so themselves since."""
    return (
        number.opt_out_noted_by is not None
        and number.opted_out_at is not None
        and number.opted_out_at <= now < number.opted_out_at + UNDONE_WITHIN
    )


def _note(session: Session, by: Actor, action: str, conversation_id: str) -> None:
    record_by(session, by=by, action=action, subject="conversation", subject_id=conversation_id)
