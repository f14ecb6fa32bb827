"""Phone numbers: read from a form, stored in one form, shown as the clinic writes them.

A number is stored as E.164 with its extension (`+13125550111;ext=12`, which is also what follows `tel:`); one without
an area code, which E.164 does not know, as the clinic's own country writes it (`555-0142`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from bot.errors import InvalidContactError
from bot.reading.folding import fold
from bot.reading.phones_in_text import DIALLED, EXTENSION, is_possible, parse, phones_in, readable, stored_form

USUAL_REGION = "US"
_FEWEST_LOOKED_FOR = 4
_FEWEST_DIALLED = 3
_WRITTEN = re.compile(r"[\d\s+().\-/*#,]+(?:(?:ext(?:ension)?|x|#)[.:]?\s*\d{1,7})?\s*", re.IGNORECASE)


def region_of(country: str, phone: str, timezone: str) -> str:
    """Give the region (ISO 3166, two letters) whose way of writing numbers holds at a clinic.

    Args:
        country: What the clinic says; may be empty.
        phone: Its own number, which may say by its country code.
        timezone: Its time zone, which says it otherwise.
    """
    if country:
        return country.upper()
    if phone.lstrip().startswith("+"):
        try:
            found = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
        except NumberParseException:
            found = None
        if found is not None:
            return str(found)
    return _regions_of_zones().get(timezone, USUAL_REGION)


def is_region(country: str) -> bool:
    """Say whether there are phone numbers of a region, by its two letters."""
    return country.upper() in phonenumbers.SUPPORTED_REGIONS


def stored_phone(written: str) -> str | None:
    """Give a number that a provider names with its country code as it is stored; None for what is no such number."""
    number = parse(written, USUAL_REGION) if written.startswith("+") else None
    return stored_form(number) if number is not None and is_possible(number) else None


def read_phone(written: str, region: str) -> str:
    """Give a phone number from a form as it is stored.

    Args:
        written: What was put into the field.
        region: Where a number without a country code is from.

    Raises:
        InvalidContactError: It is none, or more than one; says what to write.
    """
    plain = readable(written).strip()
    found = phones_in(plain, region)
    if len({phone.stored for phone in found}) > 1:
        raise InvalidContactError("Enter one phone number; you can write another one in the chat.")
    is_bare = _WRITTEN.fullmatch(plain) is not None
    beside = "".join(plain[: phone.start] + plain[phone.end :] for phone in found)
    if not is_bare and any(letter.isalpha() for letter in beside):
        raise InvalidContactError(
            "Enter nothing but the phone number here, with its extension if it has one, for example "
            f"{example(region)} ext. 12; write the rest in the chat."
        )
    number = parse(plain, region) if is_bare else None
    if not found and (number is None or not is_possible(number)):
        raise InvalidContactError(
            f"That is not a phone number we can call. Enter it with its area code, for example {example(region)}, "
            "or with its country code, for example +44 20 7946 0958."
        )
    return found[0].stored if number is None or not is_possible(number) else stored_form(number)


def shown_phone(phone: str, region: str) -> str:
    """Give a stored number as people of a region write it; what was stored in another form stays as it is.

    Args:
        phone: As it is stored.
        region: Whose way of writing.
    """
    if not phone.startswith("+"):
        return phone
    number = parse(phone, region)
    if number is None:
        return phone
    own = number.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form))


def example(region: str) -> str:
    """Give a number that nobody has, as a region writes it."""
    if region == USUAL_REGION:
        return "(312) 555-0142"
    number = phonenumbers.example_number(region)
    return "" if number is None else str(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))


def digits_of(words: str) -> str:
    """Give the digits of a number that somebody looks for, as far as they stand in a stored one; empty for other words.

    Args:
        words: A phone number or the end of one, however it is written.
    """
    plain = DIALLED.sub("+", fold(words)).partition("x")[0]
    digits = "".join(letter for letter in plain if letter.isdigit())
    return digits.lstrip("0") if _WRITTEN.fullmatch(plain) and len(digits) >= _FEWEST_LOOKED_FOR else ""


def digits_dialled(written: str) -> str:
    """Give a number of a clinic as it can be dialled: its letters as their keys; empty where it cannot be at all.

    Args:
        written: What the clinic writes; a short number such as 911 too.
    """
    if _WRITTEN.fullmatch(written):
        return written if sum(letter.isdigit() for letter in written) >= _FEWEST_DIALLED else ""
    number = parse(written, USUAL_REGION) if written.isupper() else None
    is_word = number is not None and is_possible(number)
    return str(phonenumbers.convert_alpha_characters_in_number(written)) if is_word else ""


def may_take_texts(phone: str) -> bool:
    """Tell whether a stored number may be a mobile one: it has its country code, no extension, and is no landline."""
    number = parse(phone, USUAL_REGION) if phone.startswith("+") and EXTENSION not in phone else None
    return number is not None and phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.FIXED_LINE


def without_extension(phone: str) -> str:
    """Give a stored number without its extension."""
    return phone.partition(EXTENSION)[0]


@lru_cache(maxsize=1)
def _regions_of_zones() -> dict[str, str]:
    """Give the region of each time zone, by the table that comes with the zones."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
