"""A training that adds up only what has changed learns what one that adds up all learns."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.models.intent_model import IntentModel, Settings
from bot.nlu.models.kept_sums import KeptSums, Rows, add_up
from bot.nlu.models.space import Space

INTENTS, OF_EACH, WIDTH = 8, 60, 96
WORDS = [
    *("price", "cost", "safe", "harm", "hurt", "ache", "drive", "home", "long", "often"),
    *("bring", "eat", "drink", "walk", "run", "swell", "knee", "elbow", "back", "hip"),
]


def sentences(seed, of_each=OF_EACH):
    """Return made-up sentences with vectors around the direction of their intent, and intents."""
    random = np.random.default_rng(seed)
    owner = np.repeat(np.arange(INTENTS), of_each)
    vectors = random.normal(scale=0.12, size=(len(owner), WIDTH))
    vectors[np.arange(len(owner)), owner] += 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = (owner[:, None] * 2 + random.integers(0, 5, (len(owner), 4))) % len(WORDS)
    texts = [" ".join([*(WORDS[word] for word in some), f"{seed}x{number}"]) for number, some in enumerate(near)]
    # As the vectors of examples are kept.
    return texts, vectors.astype(np.float16).astype(np.float32), [f"ask_{number}" for number in owner]


def ranked(model, text, vector, length):
    """Return the likeliest intents of one sentence."""
    return model.rank([text], np.asarray([vector], np.float32), length)[0]


@pytest.fixture(scope="module")
def before():
    """Return the sentences of a first training."""
    return sentences(1)


@pytest.fixture(scope="module")
def after(before):
    """Return them with ten changed, two gone and three more."""
    (texts, vectors, intents), (others, moved, _) = before, sentences(2)
    changed = np.random.default_rng(3).choice(len(texts), 10, replace=False)
    texts, vectors = list(texts), vectors.copy()
    for place in changed:
        texts[place], vectors[place] = others[place], moved[place]
    stays = [place for place in range(len(texts)) if place not in {5, 200}]
    more, near, kinds = sentences(4, of_each=1)
    return (
        [texts[place] for place in stays] + more[:3],
        np.concatenate([vectors[stays], near[:3]]),
        [intents[place] for place in stays] + kinds[:3],
    )


@pytest.fixture(scope="module")
def space(before):
    """Return the space of the first sentences."""
    texts, vectors, intents = before
    return Space.of(texts, vectors, np.unique(intents, return_inverse=True)[1])


def _trained(examples, space, kept=None):
    model = IntentModel(Settings())
    model.train(*examples, space=space, kept=kept)
    return model


def test_changed_sentences_alone_give_what_all_give(before, after, space, tmp_path):
    """The same ranking of 200 messages, and confidences within 0.0001."""
    kept = KeptSums(tmp_path / "sums.npz", "")
    _trained(before, space, kept)

    changed, anew = _trained(after, space, kept), _trained(after, space)

    texts, vectors, _ = sentences(5, of_each=25)
    for text, vector in zip(texts, vectors, strict=True):
        one, other = ranked(changed, text, vector, INTENTS), ranked(anew, text, vector, INTENTS)
        assert [intent.name for intent in one] == [intent.name for intent in other]
        assert [intent.confidence for intent in one] == pytest.approx([i.confidence for i in other], abs=1e-4)
    assert len(texts) == 200


@pytest.fixture
def counted():
    """Return features that note how many rows were made of them."""
    made = []

    def features(texts, vectors):
        made.append(len(texts))
        return np.asarray(vectors[:, :3], np.float32)

    features.made = made
    return features


def _rows(texts, pull=1.0):
    vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), 4)).astype(np.float16)
    return Rows(texts, vectors.astype(np.float32), np.zeros(len(texts), np.int64), np.float32([pull]))


ONE_PART = np.zeros(1, np.int64)


def _added(counted, rows, kept, meaning=""):
    """Add up and return how many rows were made."""
    counted.made.clear()
    add_up(rows, ONE_PART, counted, meaning, kept)
    return sum(counted.made)


def test_only_what_changed_is_added_up(counted, tmp_path):
    """One that went and one that came; nothing if nothing did."""
    kept, texts = KeptSums(tmp_path / "sums.npz", ""), [f"sentence {number}" for number in range(50)]
    assert _added(counted, _rows(texts), kept) > 50 - 1

    assert _added(counted, _rows(texts), kept) == 0
    assert _added(counted, _rows([*texts[:-1], "another"]), kept) == 2


def test_intent_that_counts_otherwise_is_added_up_again(counted, tmp_path):
    """Its size tells how much each of its examples counts."""
    kept, texts = KeptSums(tmp_path / "sums.npz", ""), ["a", "b", "c"]
    _added(counted, _rows(texts), kept)

    assert _added(counted, _rows(texts, pull=1.5), kept) == 3


def test_once_as_many_changed_as_there_are_all_is_added_up_anew(counted, tmp_path):
    """So rounding does not pile up."""
    kept, texts = KeptSums(tmp_path / "sums.npz", ""), [f"sentence {number}" for number in range(6)]
    _added(counted, _rows(texts), kept)

    found = [_added(counted, _rows([*texts[:-1], f"changed {number}"]), kept) for number in range(5)]

    # With the one row that tells how wide a row is.
    assert found == [2, 2, 2, 7, 2]


@pytest.mark.parametrize(("depends_on", "meaning"), [("other code", ""), ("", "other intents")])
def test_sums_of_something_else_do_not_count(counted, tmp_path, depends_on, meaning):
    """Of other code, another encoder, other intents or another space."""
    texts = ["a", "b", "c"]
    _added(counted, _rows(texts), KeptSums(tmp_path / "sums.npz", ""))

    assert _added(counted, _rows(texts), KeptSums(tmp_path / "sums.npz", depends_on), meaning) == 4


@pytest.mark.parametrize("content", [b"", b"PK no archive", None])
def test_broken_file_is_made_anew(counted, tmp_path, content):
    """Whatever is in its place; a training that was cut short too."""
    path, texts = tmp_path / "sums.npz", ["a", "b", "c"]
    _added(counted, _rows(texts), KeptSums(path, ""))
    path.write_bytes(path.read_bytes()[:-60] if content is None else content)

    assert _added(counted, _rows(texts), KeptSums(path, "")) == 4
    assert _added(counted, _rows(texts), KeptSums(path, "")) == 0
