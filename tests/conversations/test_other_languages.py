"""Messages in another language, or in none: a fixed reply, never an answer about a treatment."""

from __future__ import annotations

import pytest

from tests.chat_tester import ChatTester
from tests.conversations.test_answers import only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿Cuánto cuesta la inyección en la rodilla?", "Este asistente no entiende español"),
        ("这个治疗安全吗", "本助手看不懂中文"),
        ("quanto costa il trattamento", "I can answer questions in English only"),
        ("sdkfjh skdjfh", "I could not read that"),
        ("🙂🙂", "I could not read that"),
    ],
)
def test_other_language_gets_a_fixed_reply_and_a_person(text: str, expected: str, chat: ChatTester):
    """It is said in that language where we have the words, and it is no answer."""
    reply = only(chat.patient_says(text))

    assert reply["kind"] == "no_answer"
    assert expected in reply["text"]
    assert reply["topic"] is None
    assert reply["options"]
