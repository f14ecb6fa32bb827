"""The book of appointments: the source's newest word holds, what staff did since stays, and each change is followed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.appointments import store
from bot.appointments.book import Book, Put
from bot.appointments.models import Appointment, AppointmentSource
from bot.appointments.written import Written
from bot.bootstrap import Services
from bot.channels import consents
from bot.channels import store as numbers
from bot.channels.consents import ConsentChannel, Given
from bot.db.engine import utc_now
from bot.errors import ConflictError, NotFoundError
from bot.privacy.retention import Keeper
from bot.staff.models import AuditEntry
from tests.unit.appointments.appointments_in_tests import ANA, AT, GOOD, PHONE, reader

AGREED = replace(GOOD, consent_on="2026-11-20", consent_channel="paper", consent_version="2026-12")
NOW_GIVEN = {"version": "2026-12", "channel": ConsentChannel.PHONE}


class Followed:
    """Keeps what it was told of."""

    def __init__(self) -> None:
        self.statuses: list[str] = []

    def __call__(self, _session: Session, appointment: Appointment, _now: dt.datetime) -> None:
        """Take one change."""
        self.statuses.append(appointment.status)


@pytest.fixture
def followed() -> Followed:
    """Give what follows the book."""
    return Followed()


@pytest.fixture
def book(services: Services, followed: Followed) -> Book:
    """Give a book on a store of its own."""
    return Book(services.database, [followed])


def _put(book: Book, written: Written = GOOD, said_at: dt.datetime | None = None) -> tuple[int, Put]:
    return book.put(reader().read(replace(written, said_at=said_at), AppointmentSource.CSV), ANA)


def _stored(services: Services, number: int) -> Appointment:
    with services.database.read() as session:
        return store.get(session, number)


def _agrees(services: Services) -> bool:
    with services.database.read() as session:
        number = numbers.find_number(session, PHONE)
        assert number is not None
        return consents.standing(session, number.id, "zoe quill") is not None


def test_changes_and_cancellations_of_the_source_follow(services: Services, book: Book, followed: Followed):
    """The same id is the same appointment."""
    words = [GOOD, GOOD, replace(GOOD, time="11:00"), replace(GOOD, time="11:00", status="cancelled"), GOOD]

    puts = [_put(book, written) for written in words]

    assert {number for number, _what in puts} == {puts[0][0]}
    assert [what for _number, what in puts] == [Put.ADDED, Put.SAME, Put.CHANGED, Put.CANCELLED, Put.CHANGED]
    assert followed.statuses == ["booked", "booked", "cancelled", "booked"]
    assert _stored(services, puts[0][0]).starts_at == AT


def test_the_same_word_again_does_not_undo_what_staff_did(services: Services, book: Book):
    """A nightly import of the same table would bring a cancelled appointment back."""
    number, _what = _put(book)
    book.cancel(number, ANA)

    assert _put(book)[1] is Put.SAME
    assert _stored(services, number).status == "cancelled"

    book.restore(number, ANA)
    assert _stored(services, number).cancelled_at is None
    with services.database.read() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "appointment")).all()
    assert actions == ["appointment.added", "appointment.cancelled", "appointment.restored"]


def test_an_older_word_changes_nothing(services: Services, book: Book):
    """Files may come in any order."""
    newer, older = AT, AT - dt.timedelta(hours=1)
    number, _what = _put(book, replace(GOOD, time="12:00"), newer)

    assert _put(book, GOOD, older) == (number, Put.OLDER)
    assert _stored(services, number).starts_at == AT + dt.timedelta(hours=2, minutes=30)


def test_what_cannot_be_done_says_so(book: Book):
    """Twice, or with what is not there."""
    number, _what = _put(book)
    with pytest.raises(ConflictError, match="stands"):
        book.restore(number, ANA)
    book.cancel(number, ANA)
    with pytest.raises(ConflictError, match="already"):
        book.cancel(number, ANA)
    with pytest.raises(NotFoundError):
        book.pause(number + 1, ANA, paused=True)


def test_one_word_ends_what_was_agreed_to_and_no_file_brings_it_back(services: Services, book: Book):
    """Nor does START: who comes back agrees anew."""
    number, _what = _put(book, AGREED)
    assert _agrees(services)
    with services.database.write() as session:
        row = numbers.lock_number(session, PHONE)
        numbers.opt_out(session, row.id, utc_now())

    assert not _agrees(services)
    with pytest.raises(ConflictError, match="START"):
        book.consent(number, Given(given_at=utc_now(), **NOW_GIVEN), ANA)
    with services.database.write() as session:
        numbers.lock_number(session, PHONE).opted_out_at = None
    _put(book, AGREED)
    _put(book, replace(AGREED, consent_on="2026-11-21"))
    assert not _agrees(services)

    book.consent(number, Given(given_at=utc_now(), **NOW_GIVEN), ANA)
    assert _agrees(services)
    book.withdraw(number, ANA)
    assert not _agrees(services)


def test_what_one_agreed_to_is_not_another_ones_nor_another_numbers(services: Services, book: Book):
    """Two people may share a phone, and a number may change hands."""
    _put(book, AGREED)
    with services.database.write() as session:
        here = numbers.lock_number(session, PHONE).id
        there = numbers.lock_number(session, "+13125550199").id

        assert consents.standing(session, here, "tom quill") is None
        assert consents.standing(session, there, "zoe quill") is None


def test_what_is_old_goes_and_nothing_that_is_to_come(services: Services, book: Book):
    """With what was agreed to and the number, where nothing else rests on them."""
    _put(book, AGREED)
    _put(book, replace(AGREED, id="A2", phone="312-555-0199", date="2030-01-10"))
    keeper: Keeper = services.keeper

    gone = {kind.kind: kind.count for kind in keeper.run(dt.datetime(2029, 6, 1, tzinfo=dt.UTC))}

    assert gone["appointments"] == 1
    with services.database.read() as session:
        assert [one.external_id for one in session.scalars(select(Appointment))] == ["A2"]
        assert numbers.find_number(session, PHONE) is None
        assert numbers.find_number(session, "+13125550199") is not None


def test_whoever_is_forgotten_leaves_no_appointment(services: Services, book: Book):
    """Though they never wrote."""
    _put(book, AGREED)

    receipt = services.patients.forget(PHONE, reason="they asked", by=ANA)

    assert receipt.deleted["appointments"] == receipt.deleted["consents to texts"] == 1
    with services.database.read() as session:
        assert session.scalars(select(Appointment)).all() == []
