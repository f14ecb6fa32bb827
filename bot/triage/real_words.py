"""Keeps real_words.txt, the common words one typing error away from a word of the red flags, in step with them.

Run `python -m bot.triage.real_words` after red_flags.yml gained words. The words come from the vocabulary of the
sentence encoder (models/encoder/tokenizer.json), which is that of BERT, taken from English books and Wikipedia;
words added to the file by hand stay.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from pathlib import Path

from bot.triage.content import REAL_WORDS, read_real_words, read_rulebook
from bot.triage.spelling import SHORTEST, Spelling

_ROOT = Path(__file__).parents[2]
_HEADER = (
    "# Common words one typing error away from a word of the red flags; they are no typing errors of it."
    " Made by bot/triage/real_words.py."
)


def kept_in_step(words: Iterable[str], common: Iterable[str], spelling: Spelling, signs: Iterable[str]) -> list[str]:
    """Add the common words that would be taken for typing errors, and leave out those that are signs themselves.

    Args:
        words: The words of the file so far.
        common: Common words of English.
        spelling: Knows the words of the signs and no others.
        signs: The words of the signs.

    Returns:
        The words for the file, in order.
    """
    mistaken = {
        word
        for word in common
        if word.isascii() and word.isalpha() and len(word) >= SHORTEST and spelling.candidates(word) != [word]
    }
    return sorted((set(words) | mistaken) - set(signs))


def main() -> None:
    """Write the file again."""
    signs = read_rulebook(_ROOT / "data" / "knowledge" / "red_flags.yml").phrases.vocabulary
    common = json.loads((_ROOT / "models" / "encoder" / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    names = [entry if isinstance(entry, str) else entry[0] for entry in common]
    words = kept_in_step(read_real_words(), names, Spelling(signs, ()), signs)
    REAL_WORDS.write_text("\n".join([_HEADER, *textwrap.wrap(" ".join(words), 120)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
