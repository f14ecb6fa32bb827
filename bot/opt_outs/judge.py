"""How likely a text message wants no more of them, by frozen weights; docs/sms.md has its model card.

A linear model over what `features` reads, fitted by `./frontdesk train --opt-outs` and kept in git under data/opt_outs:
the same on every machine, never trained by a clinic.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import ContentError
from bot.opt_outs.features import BUCKETS, KINDS_FILE, Features
from bot.short_replies import OptOutSentences

FOLDER = Path("data", "opt_outs")
CARD_FILE, WEIGHTS_FILE, TEXTS_FILE = "model.json", "weights.npz", "texts.tsv"
FILES = (KINDS_FILE, WEIGHTS_FILE)
WORDS_COUNT, KINDS_COUNT = 4.0, 8.0
"""How much the features of words, and those of kinds, of one text weigh together."""
SURE_FROM, ASKED_FROM = 0.7, 0.3
"""From what chance on an opt-out is obeyed, and from what on its writer is asked; by texts of voices that the judge had
not learned from (docs/sms.md)."""
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_CLAUSE = re.compile(r"[^.!?,;:\n]+")
_SAYS_SOMETHING = 4
"""Words of a sentence or clause that may say something of its own."""
_MOST = 12
"""Sentences of a text that are read one by one, so that a long one takes no longer."""
_LOWEST = -500.0


class OptOutJudge:
    """Judges texts; holds no state between them."""

    def __init__(self, features: Features, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Take what reads a text, and the weights."""
        self._features = features
        self._weights = weights["weights"].astype(np.float64)
        self._bias = float(weights["bias"][0])

    def is_sure(self, text: str) -> bool:
        """Say whether a text is obeyed as an opt-out."""
        return self.chance(text) >= SURE_FROM

    def is_unsure(self, text: str) -> bool:
        """Say whether its writer is asked whether they want no more messages."""
        # Of a single word ("more", "no") the judge knows too little; those that mean it the lists of rules have.
        return len(text.split()) > 1 and ASKED_FROM <= self.chance(text) < SURE_FROM

    def says_more(self, text: str) -> bool:
        """Say whether a clause of an opt-out is about something else, which is for a person to read."""
        clauses = [clause for clause in _CLAUSE.findall(text) if len(clause.split()) >= _SAYS_SOMETHING]
        return any(self._chance(clause) < ASKED_FROM for clause in clauses)

    def chance(self, text: str) -> float:
        """Give how likely a text, or the likeliest of its sentences, wants no more messages (0 to 1)."""
        sentences = [part for part in _SENTENCE.findall(text)[:_MOST] if len(part.split()) >= _SAYS_SOMETHING]
        return max(self._chance(part) for part in {text, *sentences})

    def _chance(self, text: str) -> float:
        if not any(letter.isalpha() for letter in text):
            return 0.0
        places, counts = counted(*self._features.of(text))
        score = float((self._weights[places] * counts).sum()) + self._bias
        return 1 / (1 + math.exp(-max(score, _LOWEST)))


def counted(words: list[int], kinds: list[int]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the places of a text's features among the weights, and how much each counts."""
    places = np.array([*words, *(number + BUCKETS for number in kinds)], np.int64)
    shares = [WORDS_COUNT / math.sqrt(len(words) or 1)] * len(words)
    shares += [KINDS_COUNT / math.sqrt(len(kinds) or 1)] * len(kinds)
    return places, np.array(shares)


@lru_cache(maxsize=2)
def load_judge(root: Path) -> OptOutJudge:
    """Read the judge from git; a process reads it once.

    It weighs what the project's parts hear, whatever parts a clinic has of its own: it was fitted to those.

    Args:
        root: The project's folder; model.json, weights.npz and kinds.yml are in data/opt_outs.

    Raises:
        ContentError: A file is missing, or is not the one that the model card names.
    """
    folder = root / FOLDER
    card_file = folder / CARD_FILE
    try:
        card: dict[str, Any] = json.loads(card_file.read_text(encoding="utf-8"))
        wrong = [name for name in FILES if sha256_of(folder / name) != card["sha256"][name]]
        if wrong:
            raise ContentError(card_file, f"{wrong[0]} is not the file that belongs to it; take data/opt_outs from git")
        with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as arrays:
            weights = {name: arrays[name] for name in arrays.files}
        parts = OptOutSentences.from_folder(root / "data" / "knowledge")
        return OptOutJudge(Features(folder / KINDS_FILE, parts), weights)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContentError(card_file, f"the judge of opt-outs cannot be read ({error}); take it from git") from error


def sha256_of(path: Path) -> str:
    """Give the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
