"""Words of a message: where each stands in the text, and the form that the rules and the classifier read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import spacy
from spacy.language import Language

# What is beyond it is not read: the edge accepts 4,000 characters, and a question comes before that.
MAX_CHARACTERS = 4000

# The key under which the words of a message travel through Rasa's graph.
WORDS = "words"

_SAME_LENGTH = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\x00": " "})


# So long a run without a space is no word, and spaCy's rules take seconds over a thousand emoji. Half a surrogate pair
# is no letter, and no library can store it.
_UNREADABLE = re.compile(r"\S{100,}|[\ud800-\udfff]")
# Tags that come along when somebody pastes from a page or a mail: they say how words look, and are none. All others
# stay, since what is more than clothes (`<script>`, `<img onerror=...>`) tells an attack.
_FORMATTING = re.compile(
    r"</?(?:a|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|li|o:p|ol|p|pre|s|small|span|strong|su[bp]|t[dhr]|table|u|ul)"
    r"(?:\s[^<>]{0,200})?/?>"
)


@dataclass(frozen=True)
class Word:
    """One token of a message.

    Attributes:
        start: Where it begins in the message's text.
        end: Where it ends (exclusive).
        form: What to read: lower case, plain quotation marks, spelling repaired.
        repaired: Whether `form` differs from what the patient typed.
    """

    start: int
    end: int
    form: str
    repaired: bool = False


# spaCy never forgets a word it has seen; beyond this many it starts anew, so that memory stays bounded.
_MAX_REMEMBERED_WORDS = 200_000


@lru_cache(maxsize=1)
def _blank_english() -> Language:
    """Return spaCy's English rules without a trained model (none is on the package registries)."""
    return spacy.blank("en")


def split_words(text: str) -> tuple[Word, ...]:
    """Split a text into words, without the spaces between them.

    Args:
        text: What the patient typed, of any length; what is beyond `MAX_CHARACTERS` is left out.
    """
    plain = _plain(text[:MAX_CHARACTERS])
    for none in (_FORMATTING, _UNREADABLE):
        plain = none.sub(lambda run: " " * len(run.group()), plain)
    doc = _blank_english().make_doc(plain)
    if len(doc.vocab.strings) > _MAX_REMEMBERED_WORDS:
        _blank_english.cache_clear()
    return tuple(
        Word(start=token.idx, end=token.idx + len(token.text), form=token.text) for token in doc if not token.is_space
    )


def _plain(text: str) -> str:
    """Return a text in lower case and with plain quotation marks, every character in its old place."""
    lowered = text.lower()
    if len(lowered) != len(text):
        # A few letters have a longer lower case, which would move everything after them.
        lowered = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return lowered.translate(_SAME_LENGTH)


def word_set(words: str) -> frozenset[str]:
    """Give the words of a text as a set, for lists of words in rules."""
    return frozenset(words.split())


def reading(words: Sequence[Word]) -> str:
    """Return words as the classifier reads them: their forms, with one space where the patient left any.

    Args:
        words: Words of one message, in order; none gives an empty reading.
    """
    if not words:
        return ""
    pieces: list[str] = []
    position = words[0].start
    for word in words:
        pieces.append(" " if word.start > position else "")
        pieces.append(word.form)
        position = word.end
    return "".join(pieces)
