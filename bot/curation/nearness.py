"""Questions that mean nearly the same, put into groups by the vectors of the encoder."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NEAR = 0.5
"""The mean cosine from which two groups are one: of the pairs it joins 94 in 100 are of one topic (tests/nlu)."""
MOST = 1000
"""So many questions are compared at once; the oldest of more are left for later."""

Vectors = NDArray[np.float32]


def packed(vector: Vectors) -> str:
    """Give a vector as it is stored: half precision, which tells nearness as well, in letters."""
    return base64.b64encode(np.asarray(vector, np.float16).tobytes()).decode("ascii")


def unpacked(stored: Sequence[str]) -> Vectors:
    """Give stored vectors, one a row."""
    rows = [np.frombuffer(base64.b64decode(one), np.float16) for one in stored]
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, 0), np.float32)


def groups_of(vectors: Vectors) -> list[list[int]]:
    """Put vectors into groups, the largest first; each is the places of its vectors, that of its midmost first.

    Agglomerative clustering with average linkage (UPGMA, Sokal and Michener 1958): the two nearest groups become one,
    until none are near.

    Args:
        vectors: One a row, of any length.
    """
    count = len(vectors)
    if count == 0:
        return []
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths == 0, 1, lengths)
    near = unit @ unit.T
    between = near.copy()
    np.fill_diagonal(between, -1)
    members: dict[int, list[int]] = {place: [place] for place in range(count)}
    while len(members) > 1:
        first, second = divmod(int(between.argmax()), count)
        if between[first, second] < NEAR:
            break
        _join(between, members, first, second)
    groups = [_midmost_first(near, places) for places in members.values()]
    return sorted(groups, key=lambda places: (-len(places), min(places)))


def _join(between: Vectors, members: dict[int, list[int]], first: int, second: int) -> None:
    """Make one group of two; how near it is to another is the mean over all pairs."""
    weights = len(members[first]), len(members[second])
    merged = (weights[0] * between[first] + weights[1] * between[second]) / sum(weights)
    gone = between[first] == -1
    gone |= between[second] == -1
    merged[gone] = -1
    between[first], between[:, first] = merged, merged
    between[second], between[:, second] = -1, -1
    between[first, first] = -1
    members[first] += members.pop(second)


def _midmost_first(near: Vectors, places: list[int]) -> list[int]:
    mean = near[np.ix_(places, places)].mean(axis=1)
    return [places[at] for at in np.argsort(-mean, kind="stable")]
