"""A short text as its words, however they are typed: without case, accents, apostrophes and letters typed twice."""

from __future__ import annotations

import re
import unicodedata

from bot.reading.folding import fold

# Thumbs and ticks are words, other emoji only go with them.
_WORD = re.compile(r"[^\W_]+|[\U0001F44D\U0001F44C\u2705\U0001F44E\u274C]")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc`\u00b4")
_REPEATED = re.compile(r"([^\W\d_])\1+")
_INVISIBLE = frozenset({"Mn", "Cf"})
_WRITTEN_OUT = {
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "cant": "can not", "cannot": "can not",
    "wont": "will not", "wouldnt": "would not", "im": "i am", "id": "i would", "ill": "i will", "ive": "i have",
    "its": "it is", "thats": "that is", "lets": "let us", "u": "you", "ur": "your",
    "whats": "what is", "wheres": "where is", "whens": "when is", "whos": "who is", "hows": "how is",
    "theres": "there is", "youre": "you are", "theyre": "they are", "isnt": "is not", "arent": "are not",
    "hasnt": "has not", "havent": "have not",
}  # fmt: skip


def words_of(text: str) -> list[str]:
    """Give the words of a text in the form in which two of them are compared; short forms are written out."""
    plain = unicodedata.normalize("NFKC", fold(text)).casefold().translate(_APOSTROPHES)
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if unicodedata.category(c) not in _INVISIBLE)
    written = [part for word in _WORD.findall(plain) for part in _WRITTEN_OUT.get(word, word).split(" ")]
    return [_REPEATED.sub(r"\1", word) for word in written]
