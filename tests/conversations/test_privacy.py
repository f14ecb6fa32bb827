"""What becomes of what patients write: asked about, and wanted back, in words that were never learnt."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.privacy.patients import MEMORY
from bot.staff.actor import FRONTDESK
from bot.vocabulary import EscalationReason
from tests.chat_tester import ChatTester
from tests.conversations.test_answers import kinds
from tests.unit.privacy.conftest import holding

QUESTIONS = [
    "is this conversation confidential?",
    "who is able to read my messages",
    "how do you protect my information?",
    "my cousin works for you, can he see what I wrote",
    "Before I tell you more: is this private?",
    "what do you do with the things I tell you",
    "how long do my messages stay with you",
]
REQUESTS = [
    "please delete all my messages",
    "I want everything I wrote erased",
    "can you remove this chat from your computer",
    "pls wipe my chat",
    "I'd like to have a copy of our conversation",
    "could you send me everything you have stored of me",
    "how do I have my messages deleted",
]
NEITHER = [
    "delete my number and dont text me",
    "forget it",
    "never mind",
    "is PRP safe for my knee",
    "who reads the ultrasound",
    "can you erase my scars",
    "do you store my cells",
    "cancel my appointment",
    "what data do you have that it works",
    "who performs the injections",
    "can I get a copy of my MRI",
    "how long does it stay in my knee",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_who_asks_about_privacy_is_told(text: str, chat: ChatTester):
    """By what the clinic has set up."""
    texts = [message["text"] for message in chat.patient_says(text)]

    assert any("/privacy" in said and "2 years" in said for said in texts), texts


@pytest.mark.parametrize("text", REQUESTS)
def test_who_wants_it_deleted_or_copied_reaches_staff(text: str, chat: ChatTester, live_services: Services):
    """With the reason, and a contact asked for: they must know who asks."""
    replies = chat.patient_says(text)

    # A check may stand below it: "erased" may be said of oneself.
    assert kinds(replies)[:3] == ["escalated", "escalated", "escalated"]
    assert "make sure that it is you" in replies[0]["text"]
    assert live_services.tickets.view(replies[1]["reply"]["ticket"]).reason is EscalationReason.PRIVACY


@pytest.mark.parametrize("text", NEITHER)
def test_what_sounds_like_it_is_not_taken_for_it(text: str, chat: ChatTester):
    """Nobody's data is offered up for a scar."""
    texts = [message["text"] for message in chat.patient_says(text)]

    assert not any("/privacy" in said or "make sure that it is you" in said for said in texts)


def test_forgetting_reaches_what_the_real_rasa_remembers(chat: ChatTester, live_services: Services):
    """While it runs: neither its memory, nor the store, nor a log keeps a word."""
    chat.patient_says("quaggamarker here, does PRP hurt?")
    chat.patient_says("and how long does the quaggamarker ache last?")
    var = live_services.settings.root / "var"
    assert live_services.patients.find(chat.conversation_id).counts[MEMORY] == 1

    receipt = live_services.patients.forget(chat.conversation_id, reason="asked for it", by=FRONTDESK)

    assert receipt.traces == ""
    assert holding(var, "quaggamarker") == []
    assert chat.patient_sends({"text": "are you still there?"}).status_code == 404
