"""An email address is found whole, and what only looks like one is none."""

from __future__ import annotations

import pytest

from bot.errors import InvalidContactError
from bot.reading import emails
from bot.reading.emails import read_email


def find_emails(text: str) -> list[str]:
    """Give the addresses in a text as they are stored."""
    return list(dict.fromkeys(email.stored for email in emails.find_emails(text)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("j.o'neill+clinic@home.example", ["j.o'neill+clinic@home.example"]),
        ("write to <Jane.Doe@Home.EXAMPLE>, please.", ["Jane.Doe@home.example"]),
        ("'jane@home.example'", ["jane@home.example"]),
        ("mailto:jane@home.example?", ["jane@home.example"]),
        ("email:jane@home.example!", ["jane@home.example"]),
        ("jane@home.example/312 555 0111", ["jane@home.example"]),
        ("a@b.example, c_d-e@f.co.example", ["a@b.example", "c_d-e@f.co.example"]),
        ("jane@home.example or Jane: jane@home.example", ["jane@home.example"]),
        ("\uff4a\uff41\uff4e\uff45\uff20home.example", ["jane@home.example"]),
        ("m\u00fcller@home.example", ["m\u00fcller@home.example"]),
        ("jane at example dot com", ["jane@example.com"]),
        ("email me at jane dot doe at mail dot example dot com please", ["jane.doe@mail.example.com"]),
        ("jane [at] example [dot] com", ["jane@example.com"]),
        ("jane(at)example.com", ["jane@example.com"]),
        ("Jane @ example dot com", []),
        ("jane@example dot com", ["jane@example.com"]),
        ("email me at example dot com", []),
        ("look at example dot com", []),
        ("jane at example.com", []),
        ("meet me at noon", []),
        ("a dot " * 600, []),
        ("me@home", []),
        ("two @ three", []),
        ("jane..doe@home.example", []),
        ("@jane", []),
        ("@" * 4000, []),
    ],
)
def test_addresses_in_a_message(text: str, found: list[str]):
    """Whatever stands around them."""
    assert find_emails(text) == found


@pytest.mark.parametrize(
    "written", ["abc", "me@home", "a b@c.example", "jane@home..example", "", "a@b.example, c@d.example"]
)
def test_what_is_no_address_is_refused_with_what_to_write(written: str):
    """And without what was written."""
    with pytest.raises(InvalidContactError, match=r"name@example\.com"):
        read_email(written)


def test_a_form_takes_a_spelled_address():
    """As the chat does."""
    assert read_email("jane at example dot com") == "jane@example.com"


def test_an_address_is_stored_as_mail_reads_it():
    """The part after the @ has no capital letters."""
    assert read_email(" Kim@Clinic.EXAMPLE ") == "Kim@clinic.example"
