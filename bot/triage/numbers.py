"""What a number in a message may be: a fever, many, a dangerous blood pressure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.triage.phrases import Span

NUMBERS = ("#fever", "#degrees", "#many", "#pressure")

_ONE_DECIMAL = re.compile(r"\d+[.,]\d")  # A thermometer shows one; a price has two or none.
_FEVER_F = (100.4, 108.0)  # degrees Fahrenheit
_FEVER_C = (38.0, 42.5)
_MANY = 8
# mmHg. 180: AHA, hypertensive crisis; /110: ACOG, severe in pregnancy and after birth. 90: NHS, low blood pressure.
_HIGH_UPPER, _HIGH_LOWER, _LOW_UPPER = 180, 110, 90
_UPPER, _LOWER = (50, 300), (20, 180)
# "41F" is a woman of 41, or no fever at all in Fahrenheit.
_AFTER_AN_AGE = (["f"], ["m"], ["yo"], ["y"], ["male"], ["female"])


def number_labels(words: Sequence[str]) -> Iterator[tuple[str, Span]]:
    """Label the numbers of a message.

    Args:
        words: Its words.

    Yields:
        "#fever" for a temperature of a fever in either scale, "#degrees" for one as a thermometer shows it
        ("38.9"), "#many" for eight and more, "#pressure" for a
        blood pressure that is far too high or too low ("190/110", "190 over 110"), each with its place.
    """
    for at, word in enumerate(words):
        number = _number(word)
        if number is None:
            continue
        celsius = _FEVER_C[0] <= number <= _FEVER_C[1] and words[at + 1 : at + 2] not in _AFTER_AN_AGE
        if _FEVER_F[0] <= number <= _FEVER_F[1] or celsius or number == 101:
            yield "#fever", (at, at + 1)
            if _ONE_DECIMAL.fullmatch(word):
                yield "#degrees", (at, at + 1)
        if number >= _MANY:
            yield "#many", (at, at + 1)
        end = at + 3 if words[at + 1 : at + 2] == ["over"] else at + 2
        lower = _number(words[end - 1]) if end <= len(words) else None
        if _is_dangerous_pressure(number, lower):
            yield "#pressure", (at, end if lower is not None else at + 1)


def _is_dangerous_pressure(upper: float, lower: float | None) -> bool:
    if lower is None or not (_LOWER[0] <= lower <= _LOWER[1] and lower < upper):
        return _HIGH_UPPER <= upper <= _UPPER[1]
    return _UPPER[0] <= upper <= _UPPER[1] and (upper >= _HIGH_UPPER or lower >= _HIGH_LOWER or upper <= _LOW_UPPER)


def _number(word: str) -> float | None:
    if not word[0].isdigit():
        return None
    try:
        return float(word.replace(",", "."))
    except ValueError:  # A digit of another script that is no decimal number.
        return None
