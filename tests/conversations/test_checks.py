"""A check beside what the real Rasa answers, and how the conversation goes on after it."""

from __future__ import annotations

from tests.chat_tester import ChatTester
from tests.conversations.real_rasa import RealRasa
from tests.conversations.test_answers import kinds
from tests.factories import EMERGENCY, MAYBE_ASKED


def test_the_question_is_answered_and_the_check_comes_last(chat: ChatTester):
    """The answer is what it would be without the check."""
    answer, check = chat.patient_says(MAYBE_ASKED)

    assert (answer["reply"]["topic"], answer["reply"]["treatments"]) == ("safety", ["prp"])
    assert check["reply"]["kind"] == "safety_check"


def test_a_yes_is_not_for_rasa_and_what_was_spoken_of_goes_on(chat: ChatTester, real_rasa: RealRasa):
    """The card comes at once; "does it hurt?" is then about the treatment of before."""
    chat.patient_says(MAYBE_ASKED)

    assert kinds(chat.patient_says("yes, now")) == ["emergency"]
    assert "yes, now" not in real_rasa.heard(chat.conversation_id)
    reminder, answer = chat.patient_says("does it hurt?")
    assert reminder["text"].startswith("What you told us before comes first. Call 911 now")
    reply = answer["reply"]
    assert (reply["topic"], reply["treatments"]) == ("pain_during", ["prp"])


def test_a_longer_no_is_asked_again_or_answered_and_never_a_card(chat: ChatTester):
    """Only a plain no is one: nothing is remembered that was not said."""
    chat.patient_says(MAYBE_ASKED)

    assert "emergency" not in kinds(chat.patient_says("no I would rather not have that at all"))
    assert kinds(chat.patient_says(MAYBE_ASKED))[-1] == "safety_check"


def test_a_question_under_a_card_that_is_not_about_them_is_answered(chat: ChatTester):
    """Rasa hears the question that had the card."""
    (card,) = chat.patient_says(f"How many PRP sessions will I need? My neighbor once said: {EMERGENCY}")
    press = {"text": "This is not about me now", "client_message_id": None, "in_reply_to": card["id"]}

    calm, *answers = chat.patient_sends(press).json()["messages"][1:]

    assert "Our staff still have your message" in calm["text"]
    assert answers
    assert not {"emergency", "urgent"} & set(kinds(answers))
