"""Phone numbers in what a patient writes: which digits of a message are one, and how a found one is stored."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from bot.reading.detail_in_text import DetailInText
from bot.reading.folding import fold

EXTENSION = ";ext="
_FEWEST_DIGITS = 7


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LOCAL = re.compile(r"(?<![\w+.,$\u20ac\u00a3/-])\d{3}[-. ]?\d{4}(?![\w%$\u20ac\u00a3/-]|[.,]\d)")
_WORD = re.compile(r"[^\W_]+|[#$\u20ac\u00a3]")
_DATE = re.compile(r"(?<![\d./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2})(?![./-]?\d)")
DIALLED = re.compile(r"(?<![\d+])(?<!\d[ ./-])00 ?(?=[1-9][\d ()./-]{7})")
_DOTS = str.maketrans("\u00b7\u2022\u2219", "...")
_LOOK_BACK = 6
"""Words before a number that may say what it is; the nearest decides."""
_FEW_WORDS = 4
_MOST_NUMBERS = 5
_SAYS_PHONE = _words(
    "phone telephone tel cell cellphone mobile call calls ring dial text texts sms whatsapp landline reach contact "
    "callback"
)
_NUMBER = frozenset({"number", "numbers", "no", "nr"})
_ABOUT = frozenset({"about", "around", "between", "from", "roughly", "approx"})
_SAYS_OTHER = _words(
    "order invoice claim policy account acct member membership reference ref case confirmation tracking card id ids "
    "record mrn chart file group npi ndc lot batch serial license licence prescription rx booking reservation ticket "
    "receipt passport ssn vin zip your cost costs costing price prices priced pay paid paying quote quoted fee fees "
    "charge charged worth total $ \u20ac \u00a3"
)
_MEASURES = _words(
    "mg mcg ug g kg ml cc iu units cells dollars usd eur gbp bucks sessions shots visits times days weeks months years "
    "calories steps miles km lbs million thousand percent k"
)


def find_phones(text: str, region: str) -> list[DetailInText]:
    """Give the phone numbers in a patient's message, in order.

    Doses, prices, dates and order numbers are none: what looks like a number of the clinic's country counts unless the
    words before it speak of something else; what only may be one counts where they speak of a phone.

    Args:
        text: The message.
        region: Where a number without a country code is from.
    """
    if sum(letter.isdigit() for letter in text) < _FEWEST_DIGITS:
        return []
    # The noughts of a dialled country code belong to its number.
    dialled = {code.end() - 1: code.start() for code in DIALLED.finditer(fold(text))}
    return [replace(phone, start=dialled.get(phone.start, phone.start)) for phone in phones_in(readable(text), region)]


def readable(text: str) -> str:
    """Give a text in which numbers are easily found: other dots and dialled country codes as usual, dates blanked.

    Places in it are those of the text's plain form (`fold`).
    """
    text = fold(text).translate(_DOTS)
    # Most of the world dials 00 before a country code; the library knows only what the region itself dials.
    text = DIALLED.sub(lambda dialled: "+".rjust(len(dialled.group())), text)
    return _DATE.sub(lambda date: ";" * len(date.group()), text)


def phones_in(text: str, region: str) -> list[DetailInText]:
    """Give the numbers in a readable text, in order."""
    taken: list[DetailInText] = []
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE, max_tries=100):
        if len(taken) < _MOST_NUMBERS and _counts(text, match.start, match.end, match.number, region):
            taken.append(DetailInText(start=match.start, end=match.end, stored=stored_form(match.number)))
    for local in islice(_LOCAL.finditer(text), _MOST_NUMBERS):
        number = parse(local.group(), region)
        inside = any(phone.start < local.end() and local.start() < phone.end for phone in taken)
        if number is not None and not inside and _counts_as_local(text, *local.span(), number):
            taken.append(DetailInText(start=local.start(), end=local.end(), stored=stored_form(number)))
    return sorted(taken)


def _counts(text: str, start: int, end: int, number: PhoneNumber, region: str) -> bool:
    raw = text[start:end]
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE or _is_one_digit(number):
        return False
    said = _said_before(text, start)
    if said == "other" or _is_measured(text, end):
        return False
    if raw.startswith("+") or said == "phone":
        return True
    if phonenumbers.is_valid_number(number):
        return _is_grouped_as_usual(raw, region)
    # An area code that nobody has ("555"): its shape must say what it is, or that there is little else.
    groups = re.findall(r"\d+", str(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)))
    shaped = re.findall(r"\d+", raw)[-len(groups) :] == groups and len(groups) > 1
    return (shaped and ("(" in raw or "-" in raw)) or ((shaped or raw.isdigit()) and _is_nearly_all(text, start, end))


def _is_grouped_as_usual(raw: str, region: str) -> bool:
    strict = phonenumbers.PhoneNumberMatcher(raw, region, leniency=Leniency.STRICT_GROUPING, max_tries=5)
    return any(match.start == 0 for match in strict)


def _counts_as_local(text: str, start: int, end: int, number: PhoneNumber) -> bool:
    """Say whether seven digits are a number of the neighbourhood: they are said to be, or there is little else."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE_LOCAL_ONLY or _is_one_digit(number):
        return False
    said = _said_before(text, start)
    between_numbers = text[:start].rstrip()[-1:].isdigit() or text[end:].lstrip()[:1].isdigit()
    if said == "other" or between_numbers or _is_measured(text, end):
        return False
    is_range = not _ABOUT.isdisjoint(text[:start].lower().split())
    return said == "phone" or ("-" in text[start:end] and not is_range and _is_nearly_all(text, start, end))


def _is_nearly_all(text: str, start: int, end: int) -> bool:
    """Say whether a number stands in a message of few other words that asks nothing."""
    others = [word for word in f"{text[:start]} {text[end:]}".split() if any(letter.isalnum() for letter in word)]
    return len(others) < _FEW_WORDS and "?" not in text


def _said_before(text: str, start: int) -> str | None:
    """Give what the words right before a number say that it is: a "phone", some "other" number, or nothing."""
    words = _WORD.findall(text[:start].lower())[-_LOOK_BACK:]
    if words and words[-1] == "#" and text[start : start + _FEWEST_DIGITS].isdigit():
        return "other"
    for place in range(len(words) - 1, -1, -1):
        word, before, after = words[place], words[place - 1 : place], words[place + 1 : place + 2]
        if word in _SAYS_OTHER:
            return "other"
        if word in _SAYS_PHONE:
            return "phone"
        if word in _NUMBER and after != ["of"]:
            return "other" if not _SAYS_OTHER.isdisjoint(before) else "phone"
    return None


def _is_measured(text: str, end: int) -> bool:
    after = _WORD.search(text, end)
    return after is not None and after.start() - end <= 1 and after.group().lower() in _MEASURES


def _is_one_digit(number: PhoneNumber) -> bool:
    """Say whether a number is one digit over and over: what people write who have to write something."""
    return len(set(str(number.national_number))) == 1


def parse(written: str, region: str) -> PhoneNumber | None:
    """Give what is written as a number; None if it cannot be one."""
    try:
        return phonenumbers.parse(written, region)
    except NumberParseException:
        return None


def is_possible(number: PhoneNumber) -> bool:
    """Say whether a number may be somebody's, by its length and its digits."""
    return not _is_one_digit(number) and phonenumbers.is_possible_number_with_reason(number) in {
        ValidationResult.IS_POSSIBLE,
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    }


def stored_form(number: PhoneNumber) -> str:
    """Give a number as it is stored."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    is_local = reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    form = PhoneNumberFormat.NATIONAL if is_local else PhoneNumberFormat.E164
    extension = number.extension
    bare = PhoneNumber(
        country_code=number.country_code,
        national_number=number.national_number,
        italian_leading_zero=number.italian_leading_zero,
        number_of_leading_zeros=number.number_of_leading_zeros,
    )
    return str(phonenumbers.format_number(bare, form)) + (f"{EXTENSION}{extension}" if extension else "")
