"""A phone number is found however it is written, and stored in one form; other numbers are none."""

from __future__ import annotations

import time

import pytest

from bot.errors import InvalidContactError
from bot.reading import phones_in_text
from bot.reading.contact_details import find_contact_details
from bot.reading.phones import digits_of, is_region, read_phone, region_of, shown_phone

HERE = "+13125550111"


def find_phones(text: str, region: str) -> list[str]:
    """Give the numbers in a text as they are stored."""
    return list(dict.fromkeys(phone.stored for phone in phones_in_text.find_phones(text, region)))


@pytest.mark.parametrize(
    "written",
    [
        "312 555 0111",
        "(312) 555-0111",
        "(312)555-0111",
        "312.555.0111",
        "312\u00b7555\u00b70111",
        "312-5550111",
        "3125550111",
        "+1 312 555 0111",
        "1-312-555-0111",
        "001 312 555 0111",
        "\uff13\uff11\uff12 \uff15\uff15\uff15 \uff10\uff11\uff11\uff11",
        "\u0663\u0661\u0662 \u0665\u0665\u0665 \u0660\u0661\u0661\u0661",
        "312\u2011555\u20110111",
        "3\u200b12 555 0111",
    ],
)
def test_one_number_has_one_form(written: str):
    """In a message and in a form alike."""
    assert find_phones(f"call me back at {written} tomorrow", "US") == [HERE]
    assert read_phone(written, "US") == HERE


@pytest.mark.parametrize("written", ["x12", " x 12", " ext 12", " ext. 12", ", ext. 12", " extension 12"])
def test_an_extension_belongs_to_its_number(written: str):
    """Without it the wrong person answers."""
    assert find_phones(f"reach me at 312-555-0111{written}", "US") == [f"{HERE};ext=12"]
    assert read_phone(f"312-555-0111{written}", "US") == f"{HERE};ext=12"


@pytest.mark.parametrize(
    ("region", "text", "phone"),
    [
        ("US", "+44 20 7946 0958", "+442079460958"),
        ("US", "011 44 20 7946 0958", "+442079460958"),
        ("US", "0044 20 7946 0958", "+442079460958"),
        ("US", "mobile +49 (0)170 1234567", "+491701234567"),
        ("GB", "020 7946 0958", "+442079460958"),
        ("GB", "call me on 07700 900123", "+447700900123"),
        ("DE", "030 123456 ist meine Nummer, phone 030 123456", "+4930123456"),
        ("AU", "0491 570 006", "+61491570006"),
    ],
)
def test_a_country_writes_its_own_way(region: str, text: str, phone: str):
    """What has no country code is of the clinic's country."""
    assert find_phones(text, region) == [phone]


@pytest.mark.parametrize(
    "text",
    ["my number is 555-0199", "call 5550199", "it's 555-0199 thanks", "555-0199", "text 555 0199"],
)
def test_neighbours_leave_out_the_area_code(text: str):
    """There is no other form of such a number, so it stays as people write it."""
    assert find_phones(text, "US") == ["555-0199"]


@pytest.mark.parametrize(
    "text",
    [
        "take 10 20 30 mg",
        "between 10 and 20 sessions in 2026",
        "order number 3125550111",
        "my order #4455667788",
        "order 12345678901234",
        "my member id is 3125550111",
        "is your number 312 555 0111?",
        "I paid $3125550111",
        "is it 500-1500?",
        "costs 300-1200 right",
        "between 500-1500 dollars",
        "PRP 2500 and 1200 for 3 sessions",
        "16 8 2500 1200",
        "1000000000 cells",
        "12 000 000 cells",
        "2026-11-29 10:30 to 2026-12-01 11:30",
        "on 12/25/2026 or 01/02/2027",
        "ssn 123-45-6789",
        "zip 60614-1234",
        "2019 2020 2021",
        "card 4111 1111 1111 1111",
        "blood pressure 140/90 150/95 160 100",
        "L4-L5 C5-C6 1234567",
        "call me 0170 1234567",
        "my number is 000-000-0000",
        "call 555-5555",
    ],
)
def test_other_numbers_are_no_phone_numbers(text: str):
    """Doses, prices, dates, counts and numbers of papers."""
    assert find_phones(text, "US") == []


def test_a_date_beside_a_number_does_not_hide_it():
    """Nor another number beside it."""
    assert find_phones("12/25/2026 312 555 0111 or 312 555 0112", "US") == [HERE, "+13125550112"]
    assert find_phones("patient id 12345, call 312 555 0111", "US") == [HERE]


@pytest.mark.parametrize(
    "written",
    [
        "0000000000",
        "555-555-5555",
        "+1 111 111 1111",
        "abc",
        "12",
        "911",
        "",
        "555-CALL-NOW",
        "020 7946 0958",
        "5" * 40,
        "call me",
        "12345",
    ],
)
def test_what_cannot_be_called_is_refused_with_what_to_write(written: str):
    """With an example of the clinic's country, and without what was written."""
    with pytest.raises(InvalidContactError, match=r"\(312\) 555-0142"):
        read_phone(written, "US")


def test_a_form_takes_one_number():
    """Which of two should staff call?"""
    with pytest.raises(InvalidContactError, match="one phone number"):
        read_phone("312 555 0111 / 312 555 0112", "US")


@pytest.mark.parametrize("written", ["512-555-0199 my chest hurts", "call 512-555-0199", "512-555-0199 after five"])
def test_a_form_takes_nothing_but_a_number(written: str):
    """Words in its field would be dropped; what to do with them is said."""
    with pytest.raises(InvalidContactError, match=r"ext\. 12; write the rest in the chat"):
        read_phone(written, "US")


def test_a_number_without_an_area_code_keeps_its_extension():
    """In a form."""
    assert read_phone("555-0142 x7", "US") == "555-0142;ext=7"


@pytest.mark.parametrize(
    ("phone", "region", "shown"),
    [
        (HERE, "US", "(312) 555-0111"),
        (f"{HERE};ext=12", "US", "(312) 555-0111 ext. 12"),
        (HERE, "GB", "+1 312-555-0111"),
        ("555-0199", "US", "555-0199"),
        ("call the desk", "US", "call the desk"),
    ],
)
def test_staff_read_a_number_as_their_country_writes_it(phone: str, region: str, shown: str):
    """One from abroad with its country code; what was stored before stays as it is."""
    assert shown_phone(phone, region) == shown


@pytest.mark.parametrize(
    ("country", "phone", "timezone", "region"),
    [
        ("gb", "555-0142", "America/Chicago", "GB"),
        ("", "+44 20 7946 0958", "America/Chicago", "GB"),
        ("", "555-0142", "America/Chicago", "US"),
        ("", "030 123456", "Europe/Berlin", "DE"),
        ("", "1", "UTC", "US"),
    ],
)
def test_the_country_follows_from_what_is_there(country: str, phone: str, timezone: str, region: str):
    """A clinic that says nothing of it gets the one of its number or its time zone."""
    assert region_of(country, phone, timezone) == region


def test_only_countries_have_numbers():
    """As two letters."""
    assert is_region("us")
    assert not is_region("UK")


@pytest.mark.parametrize(
    ("words", "digits"),
    [("(312) 555-0111", "3125550111"), ("020 7946", "207946"), ("0111", "111"), ("555", ""), ("knee 2024", "")],
)
def test_a_search_by_number_looks_at_its_digits(words: str, digits: str):
    """However it is written."""
    assert digits_of(words) == digits


def test_the_clinics_own_number_and_address_are_no_patients():
    """Patients quote them."""
    own = {"+13125550999", "hello@clinic.example"}
    text = "I called 312-555-0999 and wrote to Hello@clinic.example; I am lou@home.example"
    found = find_contact_details(text, "US", not_theirs=own)
    assert (found.phones, found.emails) == ((), ("lou@home.example",))


@pytest.mark.parametrize("text", ["1" * 4000, "1 " * 2000, "1(" * 2000, "312 555 0111 " * 300, "call 555-0142 " * 280])
def test_a_long_text_is_read_at_once(text: str):
    """A message may have 4,000 characters."""
    began = time.process_time()
    find_phones(text, "US")
    assert time.process_time() - began < 0.5
