"""The messages that triage is timed with: ordinary ones of any length, and ones made to be slow."""

from __future__ import annotations

from itertools import cycle, islice

_SENTENCES = (
    "My knee was treated two days ago and it is still a bit sore when I climb the stairs.",
    "I do not have a fever and no numbness, but my sister worried about a blood clot once.",
    "How long should I wait before I go running again, and may I take a warm bath?",
)
_MISTYPED = "chset pian and numnbess in my legg, cant braethe porperly, feverr and chlils "
_CUES = "chest pain not breathing numb fever if I had chest pain would it be my father had a stroke "
_PUNCTUATION = "?!.,;:-()\"'"


def words(count: int) -> str:
    """Return an ordinary message of so many words."""
    return " ".join(islice(cycle(" ".join(_SENTENCES).split()), count))


def kinds(length: int) -> dict[str, str]:
    """Return one message of each kind.

    Args:
        length: How many characters each has.
    """
    repeated = {
        "ordinary sentences": " ".join(_SENTENCES) + " ",
        "every cue, over and over": _CUES,
        "every word mistyped": _MISTYPED,
        "cues without a space": _CUES.replace(" ", ""),
        "one long word": "a",
        "punctuation only": _PUNCTUATION,
        "digits only": "101.4 ",
    }
    return {name: (text * (length // len(text) + 1))[:length] for name, text in repeated.items()}
