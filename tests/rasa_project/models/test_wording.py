"""Words and letter groups are weighed as scikit-learn's vectorizers weigh them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

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


@pytest.fixture
def vectorizers(pairs):
    """Return scikit-learn's own, trained on the same texts."""
    return [
        TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", ngram_range=(1, 2 if pairs else 1)).fit(
            LEARNED
        ),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 4)).fit(LEARNED),
    ]


def _by_term(vectorizers, text):
    rows = [part.transform([text]).toarray()[0] for part in vectorizers]
    return [
        {term: row[at] for term, at in part.vocabulary_.items()} for part, row in zip(vectorizers, rows, strict=True)
    ]


@pytest.mark.parametrize("text", [*LEARNED, "hurt hurt hurt", "xyzzy", "", "is it saef", "\u00e9\u00e9 \U0001f600"])
def test_it_reads_as_the_vectorizers_do(wording, vectorizers, text):
    """To the last digit that single precision has."""
    columns, values = wording.read(text)
    found = np.zeros(wording.size)
    found[columns] = values
    first = 0
    for vocabulary, expected in zip(wording.vocabularies(), _by_term(vectorizers, text), strict=True):
        assert sorted(vocabulary) == sorted(expected)
        assert found[first : first + len(vocabulary)] == pytest.approx(
            [expected[term] for term in vocabulary], abs=1e-6
        )
        first += len(vocabulary)


def test_rows_that_are_learned_from_are_read_the_same(pairs):
    """Training and chats see the same of a text."""
    wording = Wording(pairs=pairs)
    rows = wording.learn(LEARNED).toarray()

    for text, row in zip(LEARNED, rows, strict=True):
        columns, values = wording.read(text)
        assert row[columns] == pytest.approx(values)
        assert np.count_nonzero(row) == len(columns)


def test_it_reads_the_same_after_a_restart(wording, pairs):
    """What is stored is the vocabulary and how rare each term is."""
    restored = Wording(pairs=pairs)
    restored.restore(wording.vocabularies(), wording.arrays())

    for one, other in zip(wording.read("does my knee hurt"), restored.read("does my knee hurt"), strict=True):
        assert one == pytest.approx(other)
