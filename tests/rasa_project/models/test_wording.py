"""The quick reading of one text is the vectorizers' own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from bot.nlu.models.wording import Wording

LEARNED = ["does it hurt", "how much is it", "is it safe, is it really safe", "will my knee hurt"]


@pytest.fixture(params=[False, True])
def pairs(request):
    """Say whether pairs of words count."""
    return request.param


@pytest.fixture
def wording(pairs):
    """Return what was learned from a few texts."""
    found = Wording(pairs=pairs)
    found.learn(LEARNED)
    return found


@pytest.mark.parametrize("text", [*LEARNED, "hurt hurt hurt", "xyzzy", "", "is it saef", "\u00e9\u00e9 \U0001f600"])
def test_it_reads_as_the_vectorizers_do(wording, text):
    """To the last digit that single precision has."""
    expected = sparse.hstack([part.transform([text]) for part in wording._parts]).toarray()[0]
    columns, values = wording.read(text)
    found = np.zeros_like(expected)
    found[columns] = values

    assert found == pytest.approx(expected, abs=1e-6)


def test_it_reads_the_same_after_a_restart(wording, pairs):
    """What is stored is the vocabulary and how rare each term is."""
    restored = Wording(pairs=pairs)
    restored.restore(wording.vocabularies(), wording.arrays())

    for one, other in zip(wording.read("does my knee hurt"), restored.read("does my knee hurt"), strict=True):
        assert one == pytest.approx(other)
