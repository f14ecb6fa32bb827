"""An opt-out that was said to staff: it ends texts as STOP does, and a slip can be undone for a day."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.bootstrap import Services
from bot.channels import consents, store
from bot.channels.consents import ConsentChannel, Given
from bot.channels.spoken_opt_outs import SpokenOptOuts
from bot.db.engine import utc_now
from bot.errors import ConflictError
from bot.staff.store import audit_entries
from bot.vocabulary import Channel
from tests.unit.appointments.appointments_in_tests import ANA, PHONE

CHAT = "c1"
NOON = utc_now().replace(microsecond=0)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        """Give the present."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock at noon."""
    return Clock()


@pytest.fixture
def spoken(services: Services, clock: Clock) -> SpokenOptOuts:
    """Give what notes them, for a number by SMS and WhatsApp whose owner once agreed to texts."""
    given = Given(version="2026-12", channel=ConsentChannel.PAPER, given_at=NOON - dt.timedelta(days=1))
    with services.database.write() as session:
        number = store.lock_number(session, PHONE)
        store.lock_number(session, PHONE, Channel.WHATSAPP)
        consents.record(session, number_id=number.id, patient_key="zoe", given=given, recorded_by="Ana")
    return SpokenOptOuts(services.database, clock)


def _stands(services: Services) -> tuple[bool, bool, bool]:
    """Give whether it opted out by SMS, by WhatsApp, and whether its agreement holds."""
    with services.database.read() as session:
        rows = [store.find_number(session, PHONE, channel) for channel in (Channel.SMS, Channel.WHATSAPP)]
        sms, whatsapp = (row for row in rows if row is not None)
        holds = consents.standing(session, sms.id, "zoe") is not None
        return sms.opted_out_at is not None, whatsapp.opted_out_at is not None, holds


def test_it_ends_texts_and_what_was_agreed_to_and_a_slip_is_undone(services: Services, spoken: SpokenOptOuts):
    """On every channel of the phone; the audit log has who and where, and no number."""
    spoken.note(PHONE, CHAT, ANA)

    assert _stands(services) == (True, True, False)
    with services.database.read() as session:
        number = store.find_number(session, PHONE)
        assert number is not None
        said = store.opted_out_of(session, number)
    assert said is not None
    assert (said.since, said.noted_by, said.words) == (NOON, "Ana", "")

    spoken.undo(PHONE, CHAT, ANA)

    assert _stands(services) == (False, False, True)
    with services.database.read() as session:
        noted = [(entry.action, entry.subject_id, entry.details) for entry in audit_entries(session)][:2]
    assert noted == [("texts.opt_out_undone", CHAT, {}), ("texts.opted_out", CHAT, {})]


def test_after_a_day_only_the_patient_takes_it_back(services: Services, spoken: SpokenOptOuts, clock: Clock):
    """Nobody opts another back in."""
    spoken.note(PHONE, CHAT, ANA)
    clock.now += dt.timedelta(hours=24)

    with pytest.raises(ConflictError, match="texting START"):
        spoken.undo(PHONE, CHAT, ANA)

    assert _stands(services) == (True, True, False)


def test_what_the_patient_says_themselves_is_no_slip(services: Services, spoken: SpokenOptOuts, clock: Clock):
    """STOP after the note; and START ends it as ever, without what was agreed to before."""
    spoken.note(PHONE, CHAT, ANA)
    clock.now += dt.timedelta(minutes=1)
    with services.database.write() as session:
        store.opt_out(session, store.lock_number(session, PHONE).id, clock.now)

    with pytest.raises(ConflictError, match="texting START"):
        spoken.undo(PHONE, CHAT, ANA)
    with services.database.write() as session:
        store.opt_in(session, store.lock_number(session, PHONE).id)

    assert _stands(services) == (False, False, False)


def test_what_ended_before_the_slip_stays_ended(services: Services, spoken: SpokenOptOuts, clock: Clock):
    """A consent that somebody withdrew, and a STOP of earlier."""
    with services.database.write() as session:
        number = store.lock_number(session, PHONE)
        store.opt_out(session, number.id, NOON - dt.timedelta(hours=2))
        store.opt_in(session, number.id)
    spoken.note(PHONE, CHAT, ANA)

    with pytest.raises(ConflictError, match="already"):
        spoken.note(PHONE, CHAT, ANA)
    clock.now += dt.timedelta(hours=1)
    spoken.undo(PHONE, CHAT, ANA)

    assert _stands(services) == (False, False, False)
