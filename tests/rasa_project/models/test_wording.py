"""Words and letter groups are weighed as scikit-learn's vectorizers weigh them, and folded into a few columns."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.models.wording import BUCKETS, Wording, groups_of, key_of, words_of

LEARNED = ["does it hurt", "how much is it", "is it safe, is it really safe", "will my knee hurt"]


@pytest.fixture(scope="module")
def wording():
    """Return what was learned from a few texts."""
    return Wording.of(LEARNED)


@pytest.fixture(scope="module", params=["words", "groups"])
def kind(request):
    """Return a kind of terms, and scikit-learn's vectorizer for it, trained on the same texts."""
    if request.param == "words":
        made = TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
        return words_of, made.fit(LEARNED)
    return groups_of, TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 4)).fit(LEARNED)


@pytest.mark.parametrize("text", [*LEARNED, "hurt hurt hurt", "my knee is really safe"])
def test_it_weighs_as_the_vectorizers_do(wording, kind, text):
    """To the last digit that single precision has, for texts of known words."""
    terms, vectorizer = kind
    row = vectorizer.transform([text]).toarray()[0]
    expected = {key_of(term, terms): row[at] for term, at in vectorizer.vocabulary_.items() if row[at]}

    _, keys, values = wording.weigh([text], terms)

    if terms is words_of:
        assert dict(zip(keys.tolist(), values, strict=True)) == pytest.approx(expected, abs=1e-6)
    else:
        # Some groups of letters stand in no text that was learned from; scikit-learn leaves them out.
        found = {key: value for key, value in zip(keys.tolist(), values, strict=True) if key in expected}
        length = np.sqrt(sum(value**2 for value in found.values()))
        assert {key: value / length for key, value in found.items()} == pytest.approx(expected, abs=1e-6)


def test_unknown_word_is_the_rarest_of_all(wording):
    """It may be what a new example is about."""
    _, keys, values = wording.weigh(["is xyzzy"], words_of)

    weighs = dict(zip(keys.tolist(), values, strict=True))
    assert weighs[key_of("xyzzy", words_of)] > weighs[key_of("is", words_of)] > 0


@pytest.mark.parametrize("text", ["", "...", "\u00e9\u00e9 \U0001f600"])
def test_any_text_has_a_row(wording, text):
    """An empty one too."""
    assert np.isfinite(wording.rows([text])).all()


def test_a_text_has_the_same_row_in_any_company(wording):
    """Training and chats see the same of a text."""
    together = wording.rows([*LEARNED, ""])

    assert together.shape == (len(LEARNED) + 1, BUCKETS)
    for text, row in zip(LEARNED, together, strict=False):
        assert (wording.rows([text])[0] == row).all()


def test_rows_keep_how_alike_two_texts_are(wording):
    """Give or take chance: words that two texts share count, others do not."""
    rows = wording.rows(LEARNED)
    exact = np.zeros((len(LEARNED), len(LEARNED)))
    for terms in (words_of, groups_of):
        places, keys, values = wording.weigh(LEARNED, terms)
        columns = np.unique(keys, return_inverse=True)[1]
        table = np.zeros((len(LEARNED), columns.max() + 1))
        table[places, columns] = values
        exact += table @ table.T

    assert rows @ rows.T == pytest.approx(exact, abs=0.2)


def test_it_reads_the_same_after_a_restart(wording):
    """What is stored is how many texts have each term."""
    again = Wording(wording.counts, wording.texts)

    assert (again.rows(["does my knee hurt"]) == wording.rows(["does my knee hurt"])).all()
