"""What the frozen danger model makes of a message: how likely it tells of a danger now, of which level and which sign.

A sentence encoder of its own, fine-tuned for this (`./frontdesk train --danger`), and two linear heads, for the level
and for the sign. The same files in git on every machine, never trained anew by a clinic; docs/safety.md has its model
card.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import MAX_TOKENS, SentenceEncoder, Vectors
from bot.errors import ContentError
from bot.reading.spoken import spoken

CARD_FILE = "model.json"
MANIFEST_FILE = "manifest.json"
HEADS_FILE = "heads.npz"
ADAPTER_FILE = "adapter.npz"
FILES = (ADAPTER_FILE, HEADS_FILE)

_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]+|[^.!?\n]+$")
_LATIN = re.compile(r"[a-zA-Z\u00aa-\u024f\u1e00-\u1eff\uff21-\uff5a]")
_WINDOW = 80
"""Words that are read at once."""
_CARRIED = 10
"""Words of a window that are read once more with the next."""
_MOST_WINDOWS = 3
"""Windows of a long message that are read, so that it takes no more than three times as long as one window."""
_MOST_WORDS = 4000


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the model makes of a message.

    Attributes:
        danger: How likely it tells of a danger now, whichever (0 to 1).
        emergency: How likely of one for the emergency number, thoughts of self-harm included.
        crisis: How likely of thoughts of self-harm.
        sign: The likeliest sign of the clinic's list; empty where it is unsure which.
        fluent: Whether what tells most of it is in letters that the model was made for.
    """

    danger: float
    emergency: float
    crisis: float
    sign: str
    fluent: bool = True


class DangerModel:
    """Reads messages; holds no state between them.

    Args:
        encoder: The encoder that the heads were fitted to.
        heads: The numbers of the heads.
        card: The model card: version, signs, temperature.
    """

    def __init__(self, encoder: SentenceEncoder, heads: dict[str, NDArray[np.float32]], card: dict[str, Any]) -> None:
        self._encoder = encoder
        self._heads = heads
        self._signs: Sequence[str] = card["signs"]
        self._scale = float(card["scale"])
        self._sure_sign = float(card["sure_sign"])
        self.version = str(card["version"])

    def read(self, text: str) -> Reading:
        """Read a message.

        Args:
            text: What the patient wrote; any text at all.
        """
        windows = self._windows(spoken(text))
        if not windows:
            return Reading(danger=0.0, emergency=0.0, crisis=0.0, sign="")
        vectors = self._encoder.encode(windows)
        levels = _softmax(self._scale * (vectors @ self._heads["level_weights"]) + self._heads["level_bias"])
        worst = int(np.argmin(levels[:, 0]))
        none, _, emergency, crisis = (float(value) for value in levels[worst])  # DANGER_LEVELS
        return Reading(
            danger=1 - none,
            emergency=emergency + crisis,
            crisis=crisis,
            sign=self._sign(vectors[worst : worst + 1]),
            fluent=_is_latin(windows[worst]),
        )

    def _sign(self, vector: Vectors) -> str:
        chances = _softmax(self._scale * (vector @ self._heads["sign_weights"]) + self._heads["sign_bias"])[0]
        likeliest = int(chances.argmax())
        return self._signs[likeliest] if chances[likeliest] >= self._sure_sign else ""

    def _windows(self, text: str) -> list[str]:
        """Cut a message into stretches that the encoder reads whole; of many, take those whose words tell most."""
        sentences = [sentence.split() for sentence in _SENTENCE.findall(" ".join(text.split(" ")[:_MOST_WORDS]))]
        pieces = [words[at : at + _WINDOW] for words in sentences for at in range(0, len(words), _WINDOW)]
        windows: list[list[str]] = []
        for piece in pieces:
            if windows and len(windows[-1]) + len(piece) <= _WINDOW:
                windows[-1] += piece
            else:
                # The words before go along: they say who is meant.
                windows.append([*(windows[-1][-_CARRIED:] if windows else []), *piece])
        read = [part for window in windows for part in self._whole(window) if _is_spoken(part)]
        if len(read) > _MOST_WINDOWS:
            weights = [self._weight(window) for window in read]
            kept = sorted(range(len(read)), key=lambda at: -weights[at])[:_MOST_WINDOWS]
            read = [read[at] for at in sorted(kept)]
        return read

    def _whole(self, words: Sequence[str]) -> list[str]:
        """Cut a window in two until the encoder reads all of it: mistyped words are many tokens each."""
        window = " ".join(words)
        if len(words) == 1 or len(self._encoder.tokens(window)) < MAX_TOKENS:
            return [window]
        half = len(words) // 2
        return [*self._whole(words[:half]), *self._whole(words[half:])]

    def _weight(self, window: str) -> float:
        """Give how much the single words of a window tell of danger: a first look that costs nothing."""
        return float(self._heads["token_weights"][self._encoder.tokens(window)].sum())


def _is_spoken(window: str) -> bool:
    """Tell whether there is anything to read: a phone number alone tells nothing, and a temperature the floor hears."""
    return any(letter.isalpha() for letter in window)


def _is_latin(text: str) -> bool:
    """Tell whether most letters are Latin ones: of others the encoder's vocabulary has next to no words."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(bool(_LATIN.match(letter)) for letter in letters) >= len(letters)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


@lru_cache(maxsize=2)
def load_danger_model(folder: Path, encoder_folder: Path) -> DangerModel:
    """Read the model from git and the encoder that was built for it; one process reads it once.

    Args:
        folder: Where model.json, heads.npz and adapter.npz are, usually data/danger.
        encoder_folder: Where the encoder built with that adapter is, usually models/danger.

    Raises:
        ContentError: A file is missing, or is not the one that the model card names; or the encoder has not been built.
    """
    card_file = folder / CARD_FILE
    again = "take data/danger from git again"
    try:
        card = json.loads(card_file.read_text(encoding="utf-8"))
        wrong = [name for name in FILES if _sha256(folder / name) != card["sha256"][name]]
        if wrong:
            raise ContentError(card_file, f"{wrong[0]} is not the file that belongs to it; {again}")
        with np.load(folder / HEADS_FILE, allow_pickle=False) as arrays:
            heads = {name: arrays[name].astype(np.float32) for name in arrays.files}
        encoder = _encoder(encoder_folder, card["sha256"][ADAPTER_FILE])
        return DangerModel(encoder, heads, card)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContentError(card_file, f"the danger model cannot be read ({error}); {again}") from error


def _encoder(folder: Path, adapter: str) -> SentenceEncoder:
    """Load the encoder, if it is the one that was built with an adapter of this digest."""
    try:
        encoder = SentenceEncoder(folder)
        built_with = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["built_from"]["adapter"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContentError(folder, f"{error} (./frontdesk train builds it)") from error
    if built_with != adapter:
        raise ContentError(folder, "is the encoder of another danger model; build it anew: ./frontdesk train")
    return encoder


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
