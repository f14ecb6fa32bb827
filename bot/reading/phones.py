"""Phone numbers: found in what a patient writes, read from a form, stored in one form, shown as the clinic writes them.

A number is stored as E.164 with its extension (`+13125550111;ext=12`, which is also what follows `tel:`); one without
an area code, which E.164 does not know, as the clinic's own country writes it (`555-0142`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from itertools import islice

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from bot.errors import InvalidContactError
from bot.reading.folding import fold

USUAL_REGION = "US"
EXTENSION = ";ext="
_FEWEST_DIGITS = 7
_FEWEST_LOOKED_FOR = 4
_FEWEST_DIALLED = 3


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LOCAL = re.compile(r"(?<![\w+.,$\u20ac\u00a3/-])\d{3}[-. ]?\d{4}(?![\w%$\u20ac\u00a3/-]|[.,]\d)")
_WRITTEN = re.compile(r"[\d\s+().\-/*#]+(?:(?:ext(?:ension)?|x|#)[.:]?\s*\d{1,7})?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+|[#$\u20ac\u00a3]")
_DATE = re.compile(r"(?<![\d./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2})(?![./-]?\d)")
_DIALLED = re.compile(r"(?<![\d+])(?<!\d[ ./-])00 ?(?=[1-9][\d ()./-]{7})")
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


def find_phones(text: str, region: str) -> list[str]:
    """Give the phone numbers in a patient's message as they are stored, each once, in order.

    Doses, prices, dates and order numbers are none: what looks like a number of the clinic's country counts unless the
    words before it speak of something else; what only may be one counts where they speak of a phone.

    Args:
        text: The message.
        region: Where a number without a country code is from.
    """
    if sum(letter.isdigit() for letter in text) < _FEWEST_DIGITS:
        return []
    return _found(_readable(text), region)


def read_phone(written: str, region: str) -> str:
    """Give a phone number from a form as it is stored.

    Args:
        written: What was put into the field.
        region: Where a number without a country code is from.

    Raises:
        InvalidContactError: It is none, or more than one; says what to write.
    """
    plain = _readable(written).strip()
    found = _found(plain, region)
    if len(found) > 1:
        raise InvalidContactError("Enter one phone number; you can write another one in the chat.")
    if found:
        return found[0]
    number = _parse(plain, region) if _WRITTEN.fullmatch(plain) else None
    if number is None or not _is_possible(number):
        raise InvalidContactError(
            f"That is not a phone number we can call. Enter it with its area code, for example {example(region)}, "
            "or with its country code, for example +44 20 7946 0958."
        )
    return _stored(number)


def shown_phone(phone: str, region: str) -> str:
    """Give a stored number as people of a region write it; what was stored in another form stays as it is.

    Args:
        phone: As it is stored.
        region: Whose way of writing.
    """
    if not phone.startswith("+"):
        return phone
    number = _parse(phone, region)
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
    plain = _DIALLED.sub("+", fold(words)).partition("x")[0]
    digits = "".join(letter for letter in plain if letter.isdigit())
    return digits.lstrip("0") if _WRITTEN.fullmatch(plain) and len(digits) >= _FEWEST_LOOKED_FOR else ""


def digits_dialled(written: str) -> str:
    """Give a number of a clinic as it can be dialled: its letters as their keys; empty where it cannot be at all.

    Args:
        written: What the clinic writes; a short number such as 911 too.
    """
    if _WRITTEN.fullmatch(written):
        return written if sum(letter.isdigit() for letter in written) >= _FEWEST_DIALLED else ""
    number = _parse(written, USUAL_REGION) if written.isupper() else None
    is_word = number is not None and _is_possible(number)
    return str(phonenumbers.convert_alpha_characters_in_number(written)) if is_word else ""


def without_extension(phone: str) -> str:
    """Give a stored number without its extension."""
    return phone.partition(EXTENSION)[0]


def _readable(text: str) -> str:
    """Give a text in which numbers are easily found: other dots and dialled country codes as usual, dates blanked."""
    text = fold(text).translate(_DOTS)
    # Most of the world dials 00 before a country code; the library knows only what the region itself dials.
    return _DATE.sub(lambda date: ";" * len(date.group()), _DIALLED.sub("+", text))


def _found(text: str, region: str) -> list[str]:
    """Give the numbers in a readable text as they are stored, in order, each once."""
    taken: list[tuple[int, int, PhoneNumber]] = []
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE, max_tries=100):
        if len(taken) < _MOST_NUMBERS and _counts(text, match.start, match.end, match.number, region):
            taken.append((match.start, match.end, match.number))
    for local in islice(_LOCAL.finditer(text), _MOST_NUMBERS):
        number = _parse(local.group(), region)
        inside = any(start < local.end() and local.start() < end for start, end, _ in taken)
        if number is not None and not inside and _counts_as_local(text, *local.span(), number):
            taken.append((*local.span(), number))
    return list(dict.fromkeys(_stored(number) for _, _, number in sorted(taken, key=lambda found: found[:2])))


def _counts(text: str, start: int, end: int, number: PhoneNumber, region: str) -> bool:
    raw = text[start:end]
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
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
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
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


def _parse(written: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, region)
    except NumberParseException:
        return None


def _is_possible(number: PhoneNumber) -> bool:
    return phonenumbers.is_possible_number_with_reason(number) in {
        ValidationResult.IS_POSSIBLE,
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    }


def _stored(number: PhoneNumber) -> str:
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


@lru_cache(maxsize=1)
def _regions_of_zones() -> dict[str, str]:
    """Give the region of each time zone, by the table that comes with the zones."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
