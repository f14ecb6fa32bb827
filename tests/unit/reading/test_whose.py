"""A number that is denied, asked about or somebody else's is not the patient's; whatever else is said of it, it is."""

from __future__ import annotations

import time

import pytest

from bot.reading.contact_details import find_contact_details

ONE, OTHER = "+15125550199", "+15125550100"


def phones(text: str) -> list[str]:
    """Give the numbers of a message that are the patient's."""
    return list(find_contact_details(text, "US").phones)


@pytest.mark.parametrize(
    "text",
    [
        "don't call me at 512-555-0199, it's my work",
        "Don\u2019t call 512-555-0199",
        "please do not ever text 512-555-0199",
        "please do not call or text me at 512-555-0199",
        "that's my old number, don't use 512-555-0199",
        "my old number was 512-555-0199",
        "wrong number: 512-555-0199",
        "please delete my number 512-555-0199",
        "text me, but never call 512-555-0199",
        "512-555-0199 is not my number",
        "512-555-0199 - that's not mine",
        "512-555-0199 no longer works",
    ],
)
def test_a_denied_number_is_not_kept(text: str):
    """Before it and after it."""
    assert phones(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "not 512-555-0199 but 512-555-0100",
        "call 512-555-0100, not 512-555-0199",
        "call me at 512-555-0100 not at 512-555-0199",
        "instead of 512-555-0199 use 512-555-0100",
        "my old number was 512-555-0199, my new one is 512-555-0100",
        "you can't reach me at 512-555-0199 any more, use 512-555-0100",
    ],
)
def test_of_two_numbers_the_denied_one_is_left_out(text: str):
    """The denial reaches as far as its clause."""
    assert phones(text) == [OTHER]


@pytest.mark.parametrize(
    "text",
    [
        "is 512-555-0199 your number?",
        "is this your number 512-555-0199",
        "I got a call from 512-555-0199, is that you?",
        "512-555-0199 called me, is that you?",
        "someone texted me from 512-555-0199",
        "who is 512-555-0199?",
        "can I call you at 512-555-0199?",
        "I called 512-555-0199 and nobody picked up",
    ],
)
def test_a_number_asked_about_is_not_kept(text: str):
    """It is the clinic's, or a stranger's."""
    assert phones(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "my mom's number is 512-555-0199, not mine",
        "my moms number is 512-555-0199",
        "my old doctor's number is 512-555-0199",
        "Dr. Smith's office number is 512-555-0199",
        "my pharmacy: 512-555-0199",
        "the number of my doctor is 512-555-0199",
        "512-555-0199 is my pharmacy's number",
    ],
)
def test_somebody_elses_number_is_not_kept(text: str):
    """Nobody asked to have them called."""
    assert phones(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "call me at 512-555-0199 but not before 9",
        "don't call me at 512-555-0199 before 9 am",
        "don't call me before 9 at 512-555-0199",
        "don't hesitate to call me at 512-555-0199",
        "why don't you call me at 512-555-0199",
        "please call, don't text: 512-555-0199",
        "call me not text 512-555-0199",
        "you did not call me back at 512-555-0199",
        "I'm calling from 512-555-0199",
        "nobody called me at 512-555-0199",
        "it's not an emergency, 512-555-0199",
        "I can't talk now, my number is 512-555-0199",
        "512-555-0199, is your clinic open today?",
        "you can call my mom at 512-555-0199",
        "call me at 512-555-0199, my husband's cell",
        "my mom's number is 512-555-0199, please call her",
        "my doctor told me to give you my number 512-555-0199",
        "my new phone is 512-555-0199",
        "is prp safe for my mom? 512-555-0199",
    ],
)
def test_a_way_to_be_reached_is_kept(text: str):
    """A "not" about something else, a time, or a manner takes nothing away; nor does another's phone to be called."""
    assert phones(text) == [ONE]


@pytest.mark.parametrize("text", ["a@b.co " * 570, "a at b dot co " * 285, "not the " * 480 + "312 555 0111"])
def test_a_long_text_is_read_at_once(text: str):
    """A message may have 4,000 characters."""
    began = time.process_time()
    find_contact_details(text, "US")
    assert time.process_time() - began < 0.5


def test_addresses_are_denied_as_numbers_are():
    """By the same clauses."""
    found = find_contact_details("not a@old.example but b@new.example; my wife's email is c@d.example", "US")
    assert found.emails == ("b@new.example",)


@pytest.mark.parametrize(
    ("text", "otherwise"),
    [
        ("512-555-0199 how much is prp?", "how much is prp?"),
        ("how much is prp? 512-555-0199, lou@home.example", "how much is prp?"),
        ("my number is 512-555-0199, how much is prp?", "how much is prp?"),
        ("my cell 512-555-0199 how much is prp?", "how much is prp?"),
        ("call me at 512-555-0199 and tell me how much prp is", "tell me how much prp is"),
        ("prp and prolotherapy?\ndo they hurt?\n512-555-0199 is my cell", "prp and prolotherapy?\ndo they hurt?"),
        ("yes, call me back at 512-555-0199 tomorrow after 5pm", ""),
        ("don't call 512-555-0199, it's my work", "don't call, it's my work"),
        ("is 512-555-0199 your number?", "is your number?"),
        ("\uff15\uff11\uff12-555-0199 ext. 4 hello", "hello"),
        ("0044 20 7946 0958 hello", "hello"),
        ("512-555-0199 / lou@home.example.", ""),
        ("how much is prp?", "how much is prp?"),
    ],
)
def test_what_a_message_says_besides(text: str, otherwise: str):
    """Without the numbers and addresses, and nothing where they are all."""
    assert find_contact_details(text, "US").otherwise == otherwise
