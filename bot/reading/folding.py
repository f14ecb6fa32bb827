"""The plain form of a text: what reads a message (red flags, Rasa, keywords) reads this, never what is stored or shown.

Keyboards, fonts for posts and copied pages write the same letters in many ways. Folded are fullwidth and mathematical
letters, circled, squared and small capitals, accents in pieces, marks struck through letters, what is invisible inside
words, and Cyrillic and Greek letters that stand in for Latin ones. What is written in another script stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LAST_OF_LATIN_1 = "\u00ff"
# Invisible, and none of them a space: joiners, marks of direction, selectors of a form, fillers, tags.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
_UNSEEN_RUN = re.compile(f"[{_UNSEEN}]+")
_MARKS_ON_LATIN = re.compile(
    "(?<=[ -~\u00c0-\u024f\u1e00-\u1eff])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_WORD = re.compile(r"[^\W\d_]+")
_SPACES = {"\u00a0": " ", "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\u2800": " "}
# Unicode decomposes neither of these.
_SMALL_CAPITAL = re.compile(r"^LATIN LETTER SMALL CAPITAL ([A-Z])$")
_BOXED = re.compile(r"^(?:NEGATIVE CIRCLED|NEGATIVE SQUARED|PARENTHESIZED) LATIN (CAPITAL|SMALL) LETTER ([A-Z])$")
_OTHER_LATIN = {
    "\u0131": "i", "\u0251": "a", "\u0261": "g", "\u0269": "i", "\u026a": "i", "\ua731": "s", "\u0280": "r",
    "\u0274": "n", "\u029f": "l", "\u028f": "y", "\u0299": "b", "\u0262": "g", "\u029c": "h", "\ua7ae": "I",
}  # fmt: skip
# Letters that nobody can tell from the Latin one. Those that only resemble it ("\u0432" and "B") are left out.
_LOOK_ALIKES = {
    "\u0430": "a", "\u0441": "c", "\u0501": "d", "\u0435": "e", "\u04bb": "h", "\u0456": "i", "\u0458": "j",
    "\u043e": "o", "\u0440": "p", "\u051b": "q", "\u0455": "s", "\u0475": "v", "\u051d": "w", "\u0445": "x",
    "\u0443": "y", "\u0451": "e", "\u0457": "i", "\u04cf": "l", "\u0410": "A", "\u0412": "B", "\u0421": "C",
    "\u0415": "E", "\u041d": "H", "\u0406": "I", "\u0408": "J", "\u041a": "K", "\u041c": "M", "\u041e": "O",
    "\u0420": "P", "\u0405": "S", "\u0422": "T", "\u0425": "X", "\u0423": "Y", "\u051c": "W", "\u04ae": "Y",
    "\u03bf": "o", "\u03bd": "v", "\u03c1": "p", "\u03b1": "a", "\u03b9": "i", "\u03ba": "k", "\u03c4": "t",
    "\u03c5": "u", "\u03c7": "x", "\u03f2": "c", "\u03f3": "j", "\u0391": "A", "\u0392": "B", "\u0395": "E",
    "\u0396": "Z", "\u0397": "H", "\u0399": "I", "\u039a": "K", "\u039c": "M", "\u039d": "N", "\u039f": "O",
    "\u03a1": "P", "\u03a4": "T", "\u03a5": "Y", "\u03a7": "X", "\u0578": "n", "\u057d": "u", "\u0585": "o",
}  # fmt: skip
_OTHER_SCRIPT = re.compile("[\u0370-\u058f]")


def fold(text: str) -> str:
    """Give a text with its letters in their plain form; places in it are not those of the original.

    Args:
        text: Any text; one of plain characters comes back as it is.
    """
    if text.isascii():
        return text
    text = _MARKS_ON_LATIN.sub("", unicodedata.normalize("NFC", _seen(text)))
    text = "".join([letter if letter.isascii() else _plain(letter) for letter in text])
    return _without_look_alikes(text) if _OTHER_SCRIPT.search(text) else text


def shows_nothing(text: str) -> bool:
    """Say whether a text is blank to who looks at it: spaces, and characters that are invisible by themselves."""
    return not _UNSEEN_RUN.sub("", text).replace("\u2800", "").strip() or all(
        unicodedata.category(letter)[0] in "CZ" for letter in text
    )


def _seen(text: str) -> str:
    """Take out what is invisible; between letters of other scripts and inside emoji it has a meaning, so it stays."""

    def kept(run: re.Match[str]) -> str:
        before = text[run.start() - 1] if run.start() else " "
        after = text[run.end()] if run.end() < len(text) else " "
        return run.group() if _keeps(before) and _keeps(after) else ""

    return _UNSEEN_RUN.sub(kept, text)


def _keeps(neighbour: str) -> bool:
    return not neighbour.isspace() and not neighbour.isascii() and not _plain(neighbour).isascii()


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """Give the plain form of one character that is not plain ASCII."""
    if letter in _SPACES or letter in _OTHER_LATIN:
        return _SPACES.get(letter) or _OTHER_LATIN[letter]
    category = unicodedata.category(letter)
    if category == "Zs":
        return " "
    name = unicodedata.name(letter, "")
    named = _SMALL_CAPITAL.match(name) or _BOXED.match(name)
    if named is not None:
        return named.groups()[-1] if named.groups()[0] == "CAPITAL" else named.groups()[-1].lower()
    kind = unicodedata.decomposition(letter).partition(" ")[0]
    if letter <= _LAST_OF_LATIN_1 or not kind.startswith("<"):
        return letter
    form = unicodedata.normalize("NFKC", letter)
    if kind in {"<wide>", "<small>"}:
        return form if form.isascii() else letter
    # Not "\u2122" (TM), "\u2026" (three full stops) or a number in a circle: they are no other form of a letter.
    if kind in {"<super>", "<sub>", "<circle>"}:
        return form if len(form) == 1 and form.isascii() and form.isalpha() else letter
    return form if form.isascii() and form.isalnum() else letter


def _without_look_alikes(text: str) -> str:
    """Write look-alikes in Latin where they can only stand for Latin letters.

    That is in a word that has Latin letters too, and in any word of a text that has no letter of their own script
    which is not a look-alike.
    """
    letters = {letter for letter in text if letter.isalpha()}
    has_latin = any(letter.isascii() for letter in letters)
    all_pretend = all(letter in _LOOK_ALIKES for letter in letters if _OTHER_SCRIPT.match(letter))

    def plain(found: re.Match[str]) -> str:
        word = found.group()
        others = [letter for letter in word if _OTHER_SCRIPT.match(letter)]
        if not others or not all(letter in _LOOK_ALIKES for letter in others):
            return word
        mixed = len(others) < len(word)
        return (
            "".join(_LOOK_ALIKES.get(letter, letter) for letter in word)
            if mixed or (has_latin and all_pretend)
            else word
        )

    return _WORD.sub(plain, text)
