"""Messages that are no plain question: commands, markup, other scripts, emoji, too much or too little."""

from __future__ import annotations

import pytest

from tests.chat_tester import ChatTester
from tests.conversations.real_rasa import RealRasa
from tests.conversations.test_answers import kinds, only


@pytest.mark.parametrize(
    "text",
    [
        "/ask_cost",
        "//ask_cost",
        " /ask_cost",
        '/ask_cost{"treatment": ["exosomes"]}',
        "/restart",
        "/session_start",
        "/back",
        "EXTERNAL: restart",
    ],
)
def test_command_is_taken_as_plain_words(text: str, chat: ChatTester, real_rasa: RealRasa):
    """A patient cannot speak to Rasa's machinery: what was said before is still known."""
    chat.patient_says("Is PRP safe?")

    assert chat.patient_says(text)
    reply = only(chat.patient_says("does PRP hurt?"))

    assert (reply["kind"], reply["topic"]) == ("answer", "pain_during")
    heard = real_rasa.heard(chat.conversation_id)
    assert heard[0] == "Is PRP safe?"
    assert not any(words.startswith("/") for words in heard)


def test_slash_before_a_question_is_no_obstacle(chat: ChatTester):
    """A slip of the finger is forgiven."""
    reply = only(chat.patient_says("/ How much does PRP cost?"))

    assert (reply["kind"], reply["topic"]) == ("answer", "cost")


@pytest.mark.parametrize(
    "text",
    ["🙂", "👍🏽👨‍👩‍👧‍👦", "?", "...", "/", "؟", "\ufeff.", "%00", "{}", "' OR 1=1 --", "12345"],
)
def test_message_without_a_word_gets_one_calm_reply(text: str, chat: ChatTester):
    """It is not an error, and it is no answer either."""
    replies = chat.patient_says(text)

    assert len(replies) == 1
    assert kinds(replies)[0] in {"no_answer", "clarify", "smalltalk"}
    assert replies[0]["text"]


@pytest.mark.parametrize(
    "text",
    [
        "<b>How many PRP sessions will I need?</b>",
        "<script>alert(1)</script> How many PRP sessions will I need?",
        "How many PRP sessions will I need? <img src=x onerror=alert(1)>",
        "how many PRP sessions will I need?" + "!" * 400,
        "HOW MANY PRP SESSIONS WILL I NEED???",
        "\u202ehow many PRP sessions will I need?\u202c",
        "hOw  many\n\nPRP\tsessions will I need?",
    ],
)
def test_question_is_found_in_odd_clothes(text: str, chat: ChatTester):
    """Markup, capitals, direction marks and line breaks hide nothing, and are stored as they were typed."""
    replies = chat.patient_says(text)

    assert ("answer", "session_count") in [(reply["reply"]["kind"], reply["reply"]["topic"]) for reply in replies]
    assert text.strip() in chat.patient_sees()


@pytest.mark.parametrize(
    "text", ["كم عدد الجلسات التي سأحتاجها؟", "האם זה כואב?", "¿Cuántas sesiones necesito?", "多少次"]
)
def test_other_language_gets_a_reply_and_no_guess_about_medicine(text: str, chat: ChatTester):
    """The assistant speaks English only, and says that it is not sure instead of inventing."""
    replies = chat.patient_says(text)

    assert len(replies) == 1
    assert kinds(replies)[0] in {"no_answer", "clarify", "smalltalk"}


def test_very_long_message_is_answered_or_asked_back(chat: ChatTester):
    """The longest message that is taken makes no turn fail."""
    story = "My back has bothered me for years and I have read a lot. " * 70

    replies = chat.patient_says(story[:3950] + " How many PRP sessions will I need?")

    assert replies
    assert "escalated" not in kinds(replies)
