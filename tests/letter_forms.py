"""Ways in which keyboards, fonts for posts and copied pages write the letters of a text in small Latin letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_LOOK_ALIKES = str.maketrans("aceopxy", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443")
_SUPERSCRIPT = dict(
    zip(
        "abcdefghijklmnoprstuvwxyz",
        "\u1d43\u1d47\u1d9c\u1d48\u1d49\u1da0\u1d4d\u02b0\u2071\u02b2\u1d4f\u02e1\u1d50\u207f\u1d52\u1d56\u02b3\u02e2"
        "\u1d57\u1d58\u1d5b\u02b7\u02e3\u02b8\u1dbb",
        strict=True,
    )
)


def _alphabet(first: int) -> Callable[[str], str]:
    """Write with the alphabet that begins there; mathematical italic has its h elsewhere."""

    def write(text: str) -> str:
        letters = [chr(first + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter for letter in text]
        return "".join(letters).replace("\U0001d455", "\u210e")

    return write


def _between(mark: str) -> Callable[[str], str]:
    """Put a mark after each letter."""
    return lambda text: "".join(f"{letter}{mark}" for letter in text)


def _small_capitals(text: str) -> str:
    """Write small capitals, which have no X."""
    return "".join(
        unicodedata.lookup(f"LATIN LETTER SMALL CAPITAL {letter.upper()}")
        if "a" <= letter <= "z" and letter != "x"
        else letter
        for letter in text
    )


FORMS: dict[str, Callable[[str], str]] = {
    "bold": _alphabet(0x1D5EE),
    "italic": _alphabet(0x1D44E),
    "script": _alphabet(0x1D4EA),
    "double-struck": _alphabet(0x1D552),
    "monospace": _alphabet(0x1D68A),
    "fullwidth": lambda text: _alphabet(0xFF41)(text).replace(" ", "\u3000"),
    "circled": _alphabet(0x24D0),
    "parenthesized": _alphabet(0x249C),
    "squared": _alphabet(0x1F130),
    "negative circled": _alphabet(0x1F150),
    "negative squared": _alphabet(0x1F170),
    "superscript": lambda text: "".join(_SUPERSCRIPT.get(letter, letter) for letter in text),
    "small capitals": _small_capitals,
    "struck through": _between("\u0336"),
    "underlined": _between("\u0332"),
    "zero-width spaces": _between("\u200b"),
    "zero-width joiners": _between("\u200d"),
    "word joiners": _between("\u2060"),
    "soft hyphens": _between("\u00ad"),
    "marks of direction": lambda text: f"\u202e{_between(chr(0x200F))(text)}\u202c",
    "variation selectors": _between("\ufe0f"),
    "Hangul fillers": _between("\u3164"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "Cyrillic look-alikes": lambda text: text.translate(_LOOK_ALIKES),
}
