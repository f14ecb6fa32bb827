"""The pages of the staff console: whatever patients write stays text, and long lists and long names fit."""

from __future__ import annotations

import re

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.reply import Reply
from bot.vocabulary import EscalationReason, ReplyKind
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
]
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def tags(page: str) -> list[str]:
    """Give the opening tags of a page that could run or load something."""
    return re.findall(r"<(?:script|img|iframe|object|svg)\b[^>]*>", page)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_patients_words_are_text_in_staff_pages(chat: ChatTester, services: Services, text: str) -> None:
    """In the list, in the conversation and beside it: no tag of theirs becomes a tag of ours."""
    chat.patient_asks_for_person()
    before = tags(chat.staff_reads())

    chat.patient_says(text)
    # A form with such a number or address is refused; before, anything was stored.
    with services.database.write() as session:
        store.set_contact(session, chat.conversation_id, name=text, phone=text[:40], email=text)
    page = chat.staff_reads()

    assert tags(page) == before
    assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', page))
    assert 'href="javascript:' not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_first_message_is_text_in_the_list(chat: ChatTester, text: str) -> None:
    """The line under the name is the patient's."""
    before = tags(chat.staff.get("/staff/sign-in").text)
    chat.staff_signs_in()
    empty = tags(chat.staff.get("/staff/tickets").text)

    chat.patient.app.state.services.tickets.open(  # type: ignore[attr-defined]
        chat.conversation_id,
        reason=EscalationReason.NO_ANSWER,
        message_id=chat.patient_sends({"text": text}).json()["messages"][0]["id"],
    )

    assert tags(chat.staff.get("/staff/tickets").text) == empty
    assert not [tag for tag in before if "src=" in tag]


def test_a_hostile_reply_of_a_staff_member_is_text_too(chat: ChatTester) -> None:
    """On the ticket's page; the patient's chat gets it as JSON."""
    chat.patient_asks_for_person()
    before = tags(chat.staff_reads())

    chat.staff_replies("<script>alert(1)</script>")

    assert tags(chat.staff_reads()) == before
    assert chat.patient_sees_last() == "<script>alert(1)</script>"


def test_an_empty_inbox_says_so(chat: ChatTester) -> None:
    """A page with nothing on it looks broken."""
    chat.staff_signs_in()

    for view in ("mine", "open", "assigned", "snoozed", "resolved", "all"):
        page = chat.staff.get("/staff/tickets", params={"status": view}).text
        assert "All quiet" in page
        assert re.search(r'class="empty-title">(No|Nothing) ', page)


def test_a_very_long_word_and_name_are_shown_whole(chat: ChatTester) -> None:
    """A German compound as a name, and a message without a space."""
    chat.patient_asks_for_person()
    chat.patient_leaves_contact(name=LONG_NAME)
    chat.patient_says("x" * 2000)

    page = chat.staff_reads()

    assert LONG_NAME in page
    assert "x" * 2000 in page


def test_a_conversation_without_contact_details_says_so(chat: ChatTester) -> None:
    """The patient is called by the ticket's number."""
    chat.patient_asks_for_person()

    page = chat.staff_reads()

    assert page.count("Not given") >= 3
    assert f"Patient {chat.ticket}" in page


def test_the_ticket_shows_what_was_asked_and_answered(chat: ChatTester, rasa: FakeRasa) -> None:
    """Topic, treatment, and the version of the answer that the patient read."""
    rasa.answer = lambda _text: [
        Reply(
            kind=ReplyKind.ANSWER,
            text="Several.",
            topic="session_count",
            treatments=("prp",),
            answer_id="prp.session_count",
            answer_version=1,
            sample=True,
        )
    ]
    chat.patient_says("how many sessions of PRP?")
    chat.patient_asks_for_person()

    page = chat.staff_reads()

    assert "prp.session_count, version 1" in page
    assert "(PRP" in page or "PRP)" in page or "(platelet" in page.lower()
