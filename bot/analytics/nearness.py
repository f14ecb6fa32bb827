"""Messages that are near each other in their words, put into groups; no word of them leaves this module."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from bot.reading.folding import fold

NEAR = 0.4
"""The cosine from which two messages belong together, on letters in threes: misspelt words meet, other words do not."""
_LETTERS = 3

_Weights = dict[str, float]


def groups_of(texts: Sequence[str]) -> list[list[int]]:
    """Put texts into groups, the largest first; each is the places of its texts, in their order.

    Each text joins the group whose first text is nearest to it, or begins one of its own.

    Args:
        texts: What was written.
    """
    vectors = _weighed([_threes(text) for text in texts])
    leaders: list[int] = []
    with_part: dict[str, list[int]] = {}
    found: dict[int, list[int]] = {}
    for place, vector in enumerate(vectors):
        nearness: Counter[int] = Counter()
        for part, weight in vector.items():
            for leader in with_part.get(part, ()):
                nearness[leader] += weight * vectors[leader][part]  # type: ignore[assignment]
        nearest = max(leaders, key=lambda leader: nearness[leader], default=None)
        if nearest is not None and nearness[nearest] >= NEAR:
            found[nearest].append(place)
            continue
        leaders.append(place)
        found[place] = [place]
        for part in vector:
            with_part.setdefault(part, []).append(place)
    return sorted(found.values(), key=lambda places: (-len(places), places[0]))


def _threes(text: str) -> Counter[str]:
    """Give the letters of each word in threes, its edges marked."""
    words = ["".join(filter(str.isalnum, word)) for word in fold(text).casefold().split()]
    return Counter(f" {word} "[at : at + _LETTERS] for word in words if word for at in range(len(word) + 3 - _LETTERS))


def _weighed(counted: Sequence[Counter[str]]) -> list[_Weights]:
    """Weigh each part by how few of the texts have it, and bring every text to length one."""
    have = Counter(part for parts in counted for part in parts)
    vectors = []
    for parts in counted:
        weights = {part: count * math.log(1 + len(counted) / have[part]) for part, count in parts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors.append({part: weight / length for part, weight in weights.items()})
    return vectors
