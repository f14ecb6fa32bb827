"""Signatures of Twilio's webhooks, and what it is answered."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from bot.channels.twilio import is_signed, signature, twiml
from tests.phones import signed_by_hand

ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2"


def _published(caller: str) -> dict[str, list[str]]:
    form = {"CallSid": "CA1234567890ABCDE", "Caller": caller, "Digits": "1234", "From": caller, "To": "+18005551212"}
    return {name: [value] for name, value in form.items()}


@pytest.mark.parametrize(
    ("caller", "expected"),
    [("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="), ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")],
)
def test_the_published_examples(caller: str, expected: str):
    """Those of Twilio's page on the security of webhooks; the auth token is 12345."""
    assert signature("12345", ADDRESS, _published(caller)) == expected
    assert is_signed("12345", ADDRESS, _published(caller), expected)


def test_anything_else_than_what_was_signed_is_refused():
    """Another token, address, value, parameter, or no signature."""
    form = _published("+14158675309")
    given = signature("12345", ADDRESS, form)

    assert not is_signed("12346", ADDRESS, form, given)
    assert not is_signed("12345", ADDRESS.replace("https", "http"), form, given)
    assert not is_signed("12345", ADDRESS, {**form, "Digits": ["1235"]}, given)
    assert not is_signed("12345", ADDRESS, {**form, "Extra": [""]}, given)
    for wrong in ("", "x", given.lower(), f"{given}=", "\u00e9"):
        assert not is_signed("12345", ADDRESS, form, wrong)


def test_words_of_any_script_are_signed():
    """Emoji, right-to-left letters, and a parameter without a value."""
    form = {"Body": "\u05db\u05d5\u05d0\u05d1 \U0001f62d + & =", "FromCity": "", "a": "lower", "B": "UPPER"}

    assert signature("t", ADDRESS, {k: [v] for k, v in form.items()}) == signed_by_hand(form, ADDRESS, "t")


def test_what_twilio_is_answered_can_be_read():
    """Nothing to say is an empty answer; marks of XML are no marks."""
    assert list(ET.fromstring(twiml())) == []  # noqa: S314 (ours)
    assert [m.text for m in ET.fromstring(twiml(["a < b & c", "\U0001f62d"]))] == ["a < b & c", "\U0001f62d"]  # noqa: S314
