"""A patient whose appointment is in the book, and what they ask before it and after it, by text."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest

from bot.appointments.models import AppointmentSource
from bot.appointments.written import Written
from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.staff.actor import FRONTDESK
from tests.integration.edge import TestClient
from tests.phones import Phone, StandInTwilio

WHILE = 40.0
"""Seconds: on a busy machine a turn of Rasa takes long."""
ABOUT = "This is about PRP, which your appointment is for"
_numbers = count(13125550300)


@pytest.fixture
def phone(live_edge: TestClient, twilio: StandInTwilio) -> Phone:
    """Give a phone that nobody had before."""
    return Phone(live_edge, twilio, f"+{next(_numbers)}")


def _booked(services: Services, phone: Phone, *, days: int) -> None:
    """Put the appointment of the phone's owner into the book, some days from now."""
    written = Written(
        id=phone.number,
        name="Zoe Quill",
        phone=phone.number,
        treatment="PRP",
        body_part="left knee",
        starts_at=utc_now() + dt.timedelta(days=days),
    )
    services.appointments.book.put(services.appointments.reader.read(written, AppointmentSource.CSV), FRONTDESK)


def test_when_it_is_comes_from_the_record(phone: Phone, live_services: Services):
    """To who texts from its number."""
    _booked(live_services, phone, days=5)

    phone.texts("when is my appointment?")

    assert "Your PRP appointment is on" in phone.gets("appointment is", seconds=WHILE)


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("do i stop ibuprofen before it", "Which medicines matter before prolotherapy?"),
        ("can i take ibuprofen", "Which medicines matter before prolotherapy?"),
        ("can i take aleve now", "Which medicines matter before prolotherapy?"),
        ("can i take ibuprofen after", "What can I take for pain after prolotherapy?"),
    ],
)
def test_a_question_before_it_is_about_its_treatment(phone: Phone, live_services: Services, asked: str, offered: str):
    """Nobody who has an appointment names the treatment; another one can be chosen."""
    _booked(live_services, phone, days=5)

    phone.texts(asked)

    answer = phone.gets("Sources: ", seconds=WHILE)
    assert answer.startswith(ABOUT), answer
    assert offered in answer, answer


def test_food_before_it_is_answered_for_its_treatment(phone: Phone, live_services: Services):
    """By the answer that holds for all: one of its own there is not."""
    _booked(live_services, phone, days=5)

    phone.texts("can i eat before")

    assert "eat and drink" in phone.gets("Sources: ", seconds=WHILE)


@pytest.mark.parametrize("asked", ["can i take ibuprofen now", "can i take ibuprofen", "do i stop aleve"])
def test_after_the_day_the_answer_is_the_one_for_after_it(phone: Phone, live_services: Services, asked: str):
    """The same words, another answer."""
    _booked(live_services, phone, days=-2)

    phone.texts(asked)

    answer = phone.gets("Sources: ", seconds=WHILE)
    assert answer.startswith(ABOUT), answer
    assert "What can I take for pain after prolotherapy?" in answer, answer


def test_a_treatment_that_is_named_is_the_one_that_is_meant(phone: Phone, live_services: Services):
    """Whatever the appointment is for."""
    _booked(live_services, phone, days=5)

    phone.texts("do i stop ibuprofen before prolotherapy")

    answer = phone.gets("Sources: ", seconds=WHILE)
    assert "which your appointment is for" not in answer
    assert "prolotherapy" in answer
