"""Who agreed to texts that they do not ask for: recorded with wording, time and channel, and ended by one word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.channels.models import SmsNumber, TextConsent

BY_TEXT = "The patient, by text"


class ConsentChannel(str, Enum):
    """How a patient agreed to texts that they do not ask for."""

    IN_PERSON = "in_person"
    PAPER = "paper"
    PHONE = "phone"
    WEB = "web"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A patient's agreement.

    Attributes:
        version: The wording that they agreed to, by its name in consent.yml.
        channel: How they agreed.
        given_at: When, aware.
    """

    version: str
    channel: ConsentChannel
    given_at: dt.datetime


def record(session: Session, *, number_id: int, patient_key: str, given: Given, recorded_by: str) -> bool:
    """Note that a patient agreed; tell whether that was new. One that was noted before, and perhaps ended, stays so."""
    known = select(TextConsent.id).where(
        TextConsent.number_id == number_id,
        TextConsent.patient_key == patient_key,
        TextConsent.given_at == given.given_at,
    )
    if session.scalar(known) is not None:
        return False
    session.add(
        TextConsent(
            number_id=number_id,
            patient_key=patient_key,
            version=given.version,
            channel=given.channel.value,
            given_at=given.given_at,
            recorded_by=recorded_by,
        )
    )
    session.flush()
    return True


def standing(session: Session, number_id: int, patient_key: str) -> TextConsent | None:
    """Give the agreement that holds for a patient at a number; None if there is none, or it was ended since.

    What was agreed to before the number opted out, or before staff noted that it ended, holds no more.
    """
    of_patient = (TextConsent.number_id == number_id, TextConsent.patient_key == patient_key)
    opted_out = select(SmsNumber.last_opted_out_at).where(SmsNumber.id == number_id)
    ends = [session.scalar(opted_out), session.scalar(select(func.max(TextConsent.withdrawn_at)).where(*of_patient))]
    query = select(TextConsent).where(*of_patient, TextConsent.withdrawn_at.is_(None))
    for ended in filter(None, ends):
        query = query.where(TextConsent.given_at > ended)
    return session.scalar(query.order_by(TextConsent.given_at.desc()).limit(1))


def end(session: Session, *, number_id: int, patient_key: str, now: dt.datetime, by: str) -> int:
    """Note that a patient agrees no more; give how many agreements of theirs that ended."""
    which = (TextConsent.number_id == number_id) & (TextConsent.patient_key == patient_key)
    ended = update(TextConsent).where(which, TextConsent.withdrawn_at.is_(None))
    return session.connection().execute(ended.values(withdrawn_at=now, withdrawn_by=by)).rowcount


def end_all(session: Session, number_id: int, now: dt.datetime, *, by: str) -> None:
    """Note that a number wants no texts: what anybody agreed to there ends."""
    ended = update(TextConsent).where(TextConsent.number_id == number_id, TextConsent.withdrawn_at.is_(None))
    session.execute(ended.values(withdrawn_at=now, withdrawn_by=by))


def hold_again(session: Session, number_id: int, ended_at: dt.datetime, *, by: str) -> None:
    """Have what ended at a moment, by somebody's slip, hold again."""
    of_slip = (TextConsent.withdrawn_at == ended_at) & (TextConsent.withdrawn_by == by)
    again = update(TextConsent).where(TextConsent.number_id == number_id, of_slip)
    session.execute(again.values(withdrawn_at=None, withdrawn_by=None))
