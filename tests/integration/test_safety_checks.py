"""Checks and cards over HTTP: what the chat is sent, what its buttons do, and what staff and clinicians see of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

import bot.web.staff.safety as safety_pages
from bot.bootstrap import Services, build_services, read_triage
from bot.settings import Settings, load_settings
from bot.vocabulary import Role
from tests.chat_tester import ChatTester
from tests.factories import DOUBTED, EMERGENCY, MAYBE_EMERGENCY, MAYBE_URGENT
from tests.fakes import FakeRasa, TriageInDoubt
from tests.integration.edge import METRICS, PASSWORD, LockDatabase, NewChat, TestClient, frames

CAT = "cat@clinic.example"
SAME_SITE = {"origin": "http://testserver"}


@pytest.fixture(scope="session")
def in_doubt() -> TriageInDoubt:
    """Give the project's look for danger, in doubt of two messages."""
    return TriageInDoubt(read_triage(load_settings({})), DOUBTED)


@pytest.fixture
def services(short_wait: None, settings: Settings, rasa: FakeRasa, in_doubt: TriageInDoubt) -> Iterator[Services]:
    """Give the services around it."""
    built = build_services(settings, rasa=cast("Any", rasa), triage=in_doubt)
    yield built
    built.database.close()


@pytest.fixture
def clinician(new_chat: NewChat, services: Services) -> ChatTester:
    """Give a clinician who is signed in."""
    services.staff.add(email=CAT, name="Cat", role=Role.CLINICIAN, password=PASSWORD)
    someone = new_chat(CAT)
    someone.staff_signs_in()
    return someone


def _kinds(replies: list[dict[str, Any]]) -> list[str]:
    return [message["reply"]["kind"] for message in replies]


def _presses(chat: ChatTester, title: str, message_id: int) -> list[dict[str, Any]]:
    sent = chat.patient_sends({"text": title, "client_message_id": None, "in_reply_to": message_id})
    assert sent.status_code == 200, sent.text
    return list(sent.json()["messages"][1:])


def _page(someone: ChatTester, address: str = "/staff/safety") -> str:
    page = someone.staff.get(address)
    assert page.status_code == 200, page.text
    return html.unescape(page.text)


def test_a_check_comes_beside_the_answer_and_its_yes_is_the_card(chat: ChatTester) -> None:
    """The buttons' titles, and which message they are about, stand in the reply."""
    answer, check = chat.patient_says(MAYBE_EMERGENCY)
    asked = chat.transcript()["messages"][0]["id"]

    assert _kinds([answer, check]) == ["smalltalk", "safety_check"]
    assert [option["title"] for option in check["reply"]["options"]] == ["Yes, now", "No"]
    assert check["reply"]["about"] == asked
    (card,) = _presses(chat, "Yes, now", check["id"])

    assert (card["reply"]["kind"], card["reply"]["about"]) == ("emergency", asked)
    page = html.unescape(chat.staff_reads(chat.staff_sees_tickets("open")[0]))
    assert "Red flag" in page
    assert f'<span class="row-line">{MAYBE_EMERGENCY}</span>' in page
    assert "Asked by the assistant, with Yes and No:" in page


def test_a_press_that_is_sent_again_is_one(chat: ChatTester) -> None:
    """As any message: the browser may not know whether it arrived."""
    _answer, check = chat.patient_says(MAYBE_EMERGENCY)
    body = {"text": "Yes, now", "client_message_id": "press", "in_reply_to": check["id"]}

    first, again = chat.patient_sends(body), chat.patient_sends(body)

    assert first.json() == again.json()
    assert len(chat.staff_sees_tickets("open")) == 1


@pytest.mark.parametrize("pressed", [0, -1, "x", 2**63])
def test_a_button_of_nothing_is_refused(chat: ChatTester, pressed: object) -> None:
    """It can be no message's number."""
    sent = chat.patient_sends({"text": "No", "client_message_id": None, "in_reply_to": pressed})

    assert sent.status_code == 422


def test_a_button_of_a_message_that_is_not_there_is_but_words(chat: ChatTester) -> None:
    """The conversation's own messages alone have buttons."""
    assert _kinds(_presses(chat, "Yes, now", 4711)) == ["smalltalk"]


def test_staff_see_a_check_live_and_the_conversation_stays_theirs(chat: ChatTester) -> None:
    """It comes while they handle the conversation."""
    chat.patient_asks_for_person()
    chat.staff_takes()

    with frames(chat.staff, "/staff/live", **SAME_SITE) as live:
        (check,) = chat.patient_says(MAYBE_URGENT)
        first, second = (live.until(type="message") for _ in range(2))

    assert [first["message"]["author"], second["message"]["id"]] == ["patient", check["id"]]
    assert chat.handler == "staff"
    assert MAYBE_URGENT in html.unescape(chat.staff_reads())


def test_what_cannot_be_stored_shows_the_card_at_once(chat: ChatTester, lock_database: LockDatabase) -> None:
    """Nobody can be asked then."""
    unlock = lock_database()
    refused = chat.patient_sends({"text": MAYBE_EMERGENCY, "client_message_id": "c1"})
    unlock()

    assert refused.status_code == 503
    assert refused.json()["error"]["reply"]["kind"] == "emergency"
    assert refused.json()["error"]["reply"]["about"] is None


def test_a_card_that_is_not_about_them_now_is_answered_and_staff_read_so(chat: ChatTester, rasa: FakeRasa) -> None:
    """The card stays where it is, and the ticket as urgent as it was."""
    (card,) = chat.patient_says(EMERGENCY)

    calm, answer = _presses(chat, "This is not about me now", card["id"])

    assert "Our staff still have your message" in calm["text"]
    assert answer["text"] == f"You said: {EMERGENCY}"
    assert rasa.heard[chat.conversation_id] == [EMERGENCY]
    page = chat.staff_reads(chat.staff_sees_tickets("open")[0])
    assert 'data-testid="said-not-now"' in page
    assert "Emergency card shown" in page
    assert 'tag-emergency">Emergency' in page


def test_clinicians_see_what_patients_were_asked_and_said(
    chat: ChatTester, new_chat: NewChat, clinician: ChatTester
) -> None:
    """The newest first, each with a way to its conversation; all of it is counted."""
    _, no = chat.patient_says(MAYBE_URGENT)
    _presses(chat, "No", no["id"])
    other = new_chat()
    _, yes = other.patient_says(MAYBE_EMERGENCY)
    (card,) = _presses(other, "Yes, now", yes["id"])
    _presses(other, "This is not about me now", card["id"])
    other.patient_says(MAYBE_URGENT)

    page = _page(clinician)

    assert "In all: 1 yes, 1 no, 1 without an answer; 1 card not about the patient now." in page
    said = re.findall(r'data-testid="said">([^<]*)<', page)
    assert said == ["No answer yet", "This is not about me now", "Yes, now: the card was shown", "No"]
    assert page.count(MAYBE_URGENT) == 2
    assert "airway swelling" in page
    assert f'href="/staff/tickets/{other.staff_sees_tickets()[0]}"' in page
    (place,) = re.findall(r'href="(/staff/conversations/[^"]+)"', page)
    conversation = _page(clinician, place)
    assert MAYBE_URGENT in conversation
    assert "If this changes or gets worse" in conversation
    metrics = clinician.staff.get("/metrics", headers=METRICS).text
    for line in ('checks{answer="none"} 1', 'checks{answer="yes"} 1', 'checks{answer="no"} 1'):
        assert f"frontdesk_safety_{line}" in metrics
    assert "frontdesk_cards_not_now 1" in metrics


def test_the_list_is_paged_and_has_an_empty_state(
    chat: ChatTester, clinician: ChatTester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page after page, each record once."""
    monkeypatch.setattr(safety_pages, "PAGE_SIZE", 2)
    assert "Nobody was asked yet" in _page(clinician)
    for _ in range(5):
        chat.patient_says(MAYBE_URGENT)

    seen, address = [], "/staff/safety"
    while address:
        page = _page(clinician, address)
        seen += re.findall(r'data-id="(\d+-check)"', page)
        older = re.search(r'href="([^"]+)" data-testid="older"', page)
        address = older.group(1) if older else ""

    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, key=lambda one: -int(one.partition("-")[0]))


@pytest.mark.parametrize("address", ["/staff/safety", "/staff/safety/judged", "/staff/safety/judged.csv"])
def test_others_of_the_staff_do_not_see_it(chat: ChatTester, visitor: TestClient, address: str) -> None:
    """Only who may judge of it, and administrators; nobody who is not signed in."""
    chat.staff_signs_in()

    assert chat.staff.get(address).status_code == 403
    assert '"/staff/safety"' not in chat.staff.get("/staff/tickets").text
    assert visitor.get(address, follow_redirects=False).status_code in {303, 401}


def test_a_conversation_that_is_not_there_is_not_found(clinician: ChatTester) -> None:
    """Whatever the address says."""
    assert clinician.staff.get("/staff/conversations/nosuch").status_code == 404
    assert clinician.staff.get("/staff/safety", params={"before": "x"}).status_code == 422
