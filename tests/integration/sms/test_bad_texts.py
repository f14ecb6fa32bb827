"""Texts that cannot be taken as they are: too long, empty, any script."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.conversations.models import Message
from tests.integration.edge import DANGEROUS
from tests.integration.sms.looking import counted, said
from tests.phones import Phone

TOO_MUCH = "knee " * 20_000


@pytest.mark.parametrize(
    ("body", "files", "words"),
    [
        (TOO_MUCH, 0, "too long: 100,000"),
        ("", 0, "is empty"),
        ("\u200b", 0, "is empty"),
    ],
)
def test_what_cannot_be_taken_is_answered(phone: Phone, services: Services, body: str, files: int, words: str) -> None:
    """At once, by text; nothing is stored."""
    (told,) = phone.texts(body, files=files)

    assert words in told
    assert counted(services, Message) == 0


def test_danger_in_what_cannot_be_taken_gets_its_card(phone: Phone) -> None:
    """Before the reason why it was not taken."""
    told = phone.texts(f"{DANGEROUS}. {TOO_MUCH}")

    assert told[0].startswith("Call 911 now.")
    assert "too long" in told[-1]


@pytest.mark.parametrize(
    "text",
    [
        "\u05db\u05d5\u05d0\u05d1 \u05dc\u05d9",
        "\U0001f62d\U0001f62d knee \U0001f9b5\U0001f3fd",
        "a & b + c = <d>\n\u0627\u0644\u0644\u0645",
    ],
)
def test_any_script_is_kept(phone: Phone, services: Services, text: str) -> None:
    """To the store and back to the phone."""
    phone.texts(text)

    phone.gets("You said")
    assert said(services) == [text]
    assert phone.received[-1] == f"You said: {text}"
