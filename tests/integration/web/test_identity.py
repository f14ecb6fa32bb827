"""Who a patient is, over HTTP, and as staff see it beside what they know from the patient alone."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from bot.settings import Settings
from tests.chat_tester import ChatTester
from tests.identities import MARIA, SECRET, signed
from tests.integration.edge import error_message


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give the settings of a clinic whose website says who its visitors are."""
    return replace(settings, widget_secret=SECRET)


def identify(chat: ChatTester, text: object, token: str | None = None) -> httpx.Response:
    """Say who the patient is."""
    headers = {"authorization": f"Bearer {token or chat.token}"}
    return chat.patient.post(f"{chat.path}/identity", json={"signed": text}, headers=headers)


def test_staff_see_who_is_signed_in_and_since_when(chat: ChatTester):
    """Beside the contact details that a patient gives, not in their place: those nobody has proven."""
    chat.patient_says("Does it hurt?")
    chat.patient_asks_for_person()
    assert 'data-testid="identity"' not in chat.staff_reads()

    assert identify(chat, signed(MARIA)).status_code == 200
    page = chat.staff_reads()

    assert "Maria Lopez, 4711 on your website" in page
    assert "(312) 555-0142" in page
    assert "who wrote before that is not known" in page
    assert "<dt>Name</dt><dd>Not given</dd>" in page


def test_what_is_not_proven_changes_nothing_and_the_code_says_why(chat: ChatTester):
    """The chat's page tells a bad signature from somebody else's conversation by it."""
    chat.patient_says("Does it hurt?")
    chat.patient_asks_for_person()

    refused = identify(chat, signed(MARIA, secret="x" * 40))
    assert error_message(refused, 403)
    assert refused.json()["error"]["code"] == "identity_not_proven"
    assert 'data-testid="identity"' not in chat.staff_reads()

    identify(chat, signed(MARIA))
    other = identify(chat, signed({"id": "4712"}))
    assert error_message(other, 409)
    assert other.json()["error"]["code"] == "another_person"


@pytest.mark.parametrize("text", [None, 5, {}, "x" * 5000])
def test_what_is_no_text_is_refused(text: object, chat: ChatTester):
    """In the interface's one form."""
    assert error_message(identify(chat, text), 422)


def test_only_who_holds_a_conversation_says_whose_it_is(chat: ChatTester):
    """A signature opens nothing."""
    assert error_message(identify(chat, signed(MARIA), token="another"), 403)
