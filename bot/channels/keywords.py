"""The words by which a phone says stop, start or help, which carriers ask every sender of texts to obey."""

from __future__ import annotations

import unicodedata
from enum import Enum

from bot.reading.folding import fold


class Keyword(Enum):
    """What a text that is nothing but one such word asks for."""

    STOP = "stop"
    START = "start"
    YES = "yes"
    HELP = "help"


_WORDS = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "alto", "parar"),
        Keyword.STOP,
    ),
    **dict.fromkeys(("start", "unstop", "iniciar", "comenzar"), Keyword.START),
    **dict.fromkeys(("yes", "si", "s\u00ed"), Keyword.YES),
    **dict.fromkeys(("help", "info", "ayuda"), Keyword.HELP),
}


def keyword_of(text: str) -> Keyword | None:
    """Give the keyword that a whole text is, whatever its case and punctuation; None if it says anything besides."""
    plain = unicodedata.normalize("NFKC", fold(text)).casefold()
    # Punctuation, symbols such as emoji, spaces and invisible marks around the word do not count; within it they do.
    return _WORDS.get(_trimmed(plain))


def _trimmed(text: str) -> str:
    kept = [place for place, character in enumerate(text) if unicodedata.category(character)[0] in "LNM"]
    return text[kept[0] : kept[-1] + 1] if kept else ""
