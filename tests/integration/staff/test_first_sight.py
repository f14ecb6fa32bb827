"""What somebody who sees the console for the first time looks for where they expect it: the way on stands there."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.bootstrap import Services
from bot.vocabulary import Role
from tests.chat_tester import ChatTester
from tests.factories import EMERGENCY
from tests.fakes import FakeRasa
from tests.integration.edge import PASSWORD, NewChat
from tests.integration.staff.test_appointments_pages import FORM
from tests.integration.staff.test_desk_pages import gets, posts

PHONE = "312-555-0123"


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> ChatTester:
    """Give an administrator who is a clinician too."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.CLINICAL_ADMIN, password=PASSWORD)
    return new_chat("boss@clinic.example")


def test_what_came_while_the_assistant_was_down_was_not_answered(new_chat: NewChat, rasa: FakeRasa) -> None:
    """Whatever the reply counts as: after such a night nothing else would be found."""
    chat, fine = new_chat(), new_chat()
    fine.patient_says("Is there a lift?")
    rasa.down = True
    chat.patient_says("Will I be able to fly to Peru?")

    page = gets(chat, "conversations?kind=not_answered")

    assert "1 conversation," in page
    assert "fly to Peru" in page


def test_a_patients_page_leads_to_appointments_and_data(boss: ChatTester, chat: ChatTester) -> None:
    """Who wants to pause a plan, or hand out data, begins with the patient."""
    chat.patient_says("How much is PRP?")
    chat.patient_leaves_contact(name="Zoe Quill", phone=PHONE)
    where = f"conversations/{chat.conversation_id}/patient"
    assert "Appointments and planned messages" not in gets(boss, where)
    posts(boss, "appointments", **FORM)

    page = gets(boss, where)
    assert re.search(r'<a href="/staff/appointments/1">[^<]+: Zoe Quill</a>', page)
    assert "Messages paused" not in page
    posts(boss, "appointments/1/pause")
    assert "Messages paused" in gets(boss, where)

    assert 'data-testid="their-data"' in page
    assert "What is stored" in posts(boss, "patients", who=chat.conversation_id).text
    # Who answers patients hands out nothing.
    assert 'data-testid="their-data"' not in gets(chat, where)


def test_who_types_a_name_among_patients_data_is_led_to_the_conversations(boss: ChatTester, chat: ChatTester) -> None:
    """A name is nobody's own, so it finds nothing to delete; but it is what one knows."""
    chat.patient_says("How much is PRP?")
    chat.patient_leaves_contact(name="Zoe Quill", phone=PHONE)

    page = posts(boss, "patients", who="Zoe Quill").text

    assert 'action="/staff/conversations"' in page
    assert '<input type="hidden" name="words" value="Zoe Quill">' in page
    assert "1 conversation," in posts(boss, "conversations", words="Zoe Quill").text


def test_an_appointments_link_has_the_patients_name_and_paused_messages_say_so(boss: ChatTester) -> None:
    """Nobody presses a date to get to a patient, and "To be sent" is no word for what waits."""
    posts(boss, "appointments", **FORM)
    assert re.search(r'href="/staff/appointments/1"><strong>[^<]+: Zoe Quill<', gets(boss, "appointments"))
    assert ">To be sent<" in gets(boss, "appointments/1")

    posts(boss, "appointments/1/pause")

    page = gets(boss, "appointments/1")
    assert ">To be sent<" not in page
    assert page.count('<span class="tag">Paused</span>') > 1


def test_safety_leads_to_the_cards(boss: ChatTester, chat: ChatTester) -> None:
    """Its own list has the checks; who asks why a red card came looks here first."""
    chat.patient_says(EMERGENCY)

    assert 'href="/staff/conversations?kind=card" data-testid="cards-link"' in gets(boss, "safety")
    assert "1 conversation," in gets(boss, "conversations?kind=card")


def test_last_week_is_the_week_before_this_one(boss: ChatTester, services: Services) -> None:
    """Monday to Sunday, as people mean it; the last seven days have some of this one."""
    today = services.clinic.today()
    monday = today - dt.timedelta(days=today.weekday() + 7)
    last_week = f"since={monday}&amp;until={monday + dt.timedelta(days=6)}"

    assert f'<a href="/staff/figures?{last_week}" data-testid="last-week">Last week</a>' in gets(boss, "figures")
    shown = gets(boss, f"figures?{last_week.replace('&amp;', '&')}")
    assert f'<a href="/staff/figures?{last_week}" aria-current="true" data-testid="last-week">' in shown


def test_nobody_gets_a_ticket_because_their_name_stands_first(chat: ChatTester) -> None:
    """Whoever is to get it is chosen; what was done is told by names, as the list has them."""
    chat.patient_says("Is there parking?")
    chat.patient_leaves_contact(name="Zoe Quill", phone=PHONE)
    (ticket,) = chat.staff_sees_tickets()
    page = gets(chat, f"tickets/{ticket}")

    assert page.count('<option value="">Choose who</option>') == 2
    refused = posts(chat, "tickets/several", ticket=[ticket], action="assign", staff_member_id="", label="")
    assert (refused.status_code, "Choose a colleague" in refused.text) == (409, True)
    told = posts(chat, "tickets/several", ticket=[ticket], action="label", label="parking", staff_member_id="").text
    assert f'<a href="/staff/tickets/{ticket}">Zoe Quill</a>' in told


def test_the_account_says_the_role_as_people_do(boss: ChatTester) -> None:
    """And by what name a second factor is looked for."""
    page = gets(boss, "account")

    assert "<p>Boss, clinical admin</p>" in page
    assert "Second factor: codes of an authenticator app" in page
