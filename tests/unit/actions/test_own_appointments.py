"""'When is my appointment?' is answered from the record, and only to whoever is known to be meant."""

from __future__ import annotations

import datetime as dt

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.answering import ActionAnswerQuestion
from bot.appointments.models import AppointmentSource
from bot.appointments.written import Written
from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.conversations import identity_store, store
from bot.conversations.identity_store import Person
from bot.db.engine import utc_now
from bot.escalation.by_text import begin_by_text
from bot.reply import Reply
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Channel, ReplyKind

PHONE, ASKS = "+13125550123", "when is my appointment?"
SOON = (utc_now() + dt.timedelta(days=9)).replace(hour=15, minute=30, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def _services_of_actions(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "services", lambda: services)


def _booked(
    services: Services, name: str = "Zoe Quill", *, treatment: str = "prp", at: dt.datetime = SOON, **values: str
) -> int:
    written = Written(id=f"{name}{treatment}", name=name, phone=PHONE, treatment=treatment, starts_at=at, **values)
    return services.appointments.book.put(services.appointments.reader.read(written, AppointmentSource.CSV), FRONTDESK)[
        0
    ]


def _texting(services: Services, phone: str = PHONE) -> str:
    with services.database.write() as session:
        return begin_by_text(session, numbers.lock_number(session, phone))


def _chatting(services: Services, person: Person | None = None) -> str:
    with services.database.write() as session:
        store.add_conversation(session, conversation_id="chat", token_hash="x", channel=Channel.WEB_CHAT)
        # Whoever types a number into the chat need not be who has it.
        store.set_contact(session, "chat", name="Zoe Quill", phone=PHONE, email=None)
        if person is not None:
            session.flush()
            identity_store.keep(session, "chat", person)
    return "chat"


def _told(conversation: str, words: str = ASKS, *, of: str = "booking", medicine: str = "") -> Reply:
    asked = {"text": words, "intent": f"ask_{of}", "confidence": 0.9, "ranking": []}
    message = {
        "text": words,
        "intent": {"name": f"ask_{of}"},
        "questions": [{**asked, "medicines": [medicine] if medicine else []}],
    }
    dispatcher = CollectingDispatcher()
    ActionAnswerQuestion().act(dispatcher, Tracker(conversation, {}, message, [], False, None, {}, "action_listen"))
    (said,) = dispatcher.messages
    return Reply.model_validate(said["custom"])


@pytest.mark.parametrize(
    "words", [ASKS, "what time is my prp appointment", "am I booked for this week", "whens my next visit"]
)
def test_who_texts_from_their_number_is_told(services: Services, words: str) -> None:
    """The day and the time by the clinic's clock."""
    _booked(services)

    reply = _told(_texting(services), words)

    local = f"{SOON:%A, %B} {SOON.day}"
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith(f"Your PRP appointment is on {local} at ")
    assert "555-0142" in reply.text


@pytest.mark.parametrize("words", ["how do I book an appointment", "I need to cancel my appointment tomorrow"])
def test_other_questions_of_booking_are_answered_as_ever(services: Services, words: str) -> None:
    """They are not about when it is."""
    _booked(services)

    assert "To book, change or cancel a visit" in _told(_texting(services), words).text


def test_a_number_that_was_only_typed_proves_nothing(services: Services) -> None:
    """Anybody can type anybody's."""
    _booked(services)

    reply = _told(_chatting(services))

    assert reply.kind is ReplyKind.NO_ANSWER
    assert reply.text.startswith("I cannot see who you are in this chat")
    assert "PRP" not in reply.text
    assert reply.options[0].title == f'Ask our staff: "{ASKS}"'


def test_who_the_clinics_website_has_signed_is_told(services: Services) -> None:
    """Their own, where others share the number."""
    _booked(services)
    _booked(services, "Tom Quill", treatment="prolotherapy")

    reply = _told(_chatting(services, Person(id="17", name="Tom Quill", phone=PHONE)))

    assert "prolotherapy appointment" in reply.text
    assert "PRP" not in reply.text


def test_who_shares_a_number_is_told_to_ask(services: Services) -> None:
    """By text nobody knows which of them writes."""
    _booked(services)
    _booked(services, "Tom Quill", treatment="prolotherapy")

    assert _told(_texting(services)).text.startswith("More than one person")
    stranger = Person(id="9", name="Eva Stone", phone=PHONE)
    assert _told(_chatting(services, stranger)).text.startswith("More than one person")


def test_where_there_is_none_it_says_so(services: Services) -> None:
    """A cancelled one is none."""
    services.appointments.book.cancel(_booked(services), FRONTDESK)

    assert _told(_texting(services)).text.startswith("I see no appointment to come")
    assert _told(_texting(services, "+13125550188")).text.startswith("I see no appointment to come")


LED = "This is about PRP, which your appointment is for"


@pytest.mark.parametrize(
    ("days", "words", "topic"),
    [
        (9, "can I take ibuprofen", "medications_before"),
        (9, "can I take ibuprofen now", "medications_before"),
        (9, "can I take ibuprofen afterwards", "medications_after"),
        (-2, "can I take ibuprofen", "medications_after"),
        (-2, "should I have skipped ibuprofen before it", "medications_before"),
    ],
)
def test_a_medicine_is_asked_about_for_their_treatment_and_time(
    services: Services, days: int, words: str, topic: str
) -> None:
    """Whatever side it was taken for: where the words do not say, the appointment does."""
    _booked(services, at=utc_now() + dt.timedelta(days=days))
    said, other = topic, {"medications_before": "medications_after", "medications_after": "medications_before"}[topic]
    taken_for = said if "after" in words or "before" in words else other

    reply = _told(_texting(services), words, of=taken_for, medicine="ibuprofen")

    assert (reply.topic, reply.treatments) == (topic, ("prp",))
    assert reply.text.startswith(LED)


@pytest.mark.parametrize("days", [-40, 90])
def test_an_appointment_that_is_far_off_says_nothing(services: Services, days: int) -> None:
    """Nor does one of somebody who shares the number."""
    _booked(services, at=utc_now() + dt.timedelta(days=days))

    assert LED not in _told(_texting(services), "can I take ibuprofen", of="medications_before").text


def test_of_several_people_at_a_number_none_is_meant(services: Services) -> None:
    """By text nobody knows which of them asks."""
    _booked(services)
    _booked(services, "Tom Quill", treatment="prolotherapy")

    assert LED not in _told(_texting(services), "can I take ibuprofen", of="medications_before").text


def test_what_the_clinic_treats_is_asked_of_all_treatments(services: Services) -> None:
    """The appointment is for one of them."""
    _booked(services)

    assert LED not in _told(_texting(services), "do you treat hips", of="conditions_treated").text
