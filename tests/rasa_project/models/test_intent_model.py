"""The maths of the intent classifier, on vectors made up for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.models.confidence import Confidence, evidence_of
from bot.nlu.models.intent_model import IntentModel, Settings, telling

WORDS = {"cost": ["price", "cost", "charge"], "safety": ["safe", "danger", "harm"], "pain": ["hurt", "ache", "sore"]}


def examples(seed=0):
    """Sentences of three intents; each intent's vectors lie around a direction of their own."""
    random = np.random.RandomState(seed)
    texts, vectors, intents = [], [], []
    for direction, (intent, words) in enumerate(WORDS.items()):
        for number in range(12):
            vector = random.normal(scale=0.25, size=16)
            vector[direction] += 1
            vectors.append(vector / np.linalg.norm(vector))
            texts.append(f"{words[number % 3]} of treatment {number}")
            intents.append(intent)
    return texts, np.asarray(vectors, np.float32), intents


def ranked(model, text, vector, length):
    """Return the likeliest intents of one sentence."""
    return model.rank([text], np.asarray([vector], np.float32), length)[0]


@pytest.fixture(scope="module")
def model():
    """Return a model trained on the made-up sentences."""
    made = IntentModel(Settings())
    made.train(*examples())
    return made


def test_unseen_sentences_are_ranked_right(model):
    """New sentences near an intent's direction have that intent first."""
    texts, vectors, intents = examples(seed=1)

    first = [ranked(model, text, vector, 3)[0].name for text, vector in zip(texts, vectors, strict=True)]

    assert np.mean(np.asarray(first) == np.asarray(intents)) > 0.95


def test_sentences_are_ranked_together_as_each_alone(model):
    """Which others are read at the same time moves no confidence by more than rounding."""
    texts, vectors, _ = examples(seed=3)
    together = model.rank(texts, vectors, 3)
    for all_at_once, text, vector in zip(together, texts, vectors, strict=True):
        alone = ranked(model, text, vector, 3)
        assert [one.name for one in all_at_once] == [one.name for one in alone]
        assert [one.confidence for one in all_at_once] == pytest.approx([one.confidence for one in alone], abs=1e-5)


def test_ranking_falls_and_has_the_asked_length(model):
    """The first intent is the surest one."""
    texts, vectors, _ = examples()

    ranking = ranked(model, texts[0], vectors[0], 2)

    assert len(ranking) == 2
    assert 1 >= ranking[0].confidence >= ranking[1].confidence >= 0


def test_sentence_of_no_intent_is_less_sure(model):
    """A direction that no intent has must not look like a sure one."""
    texts, vectors, _ = examples()
    elsewhere = np.zeros(16, np.float32)
    elsewhere[9] = 1

    assert (
        ranked(model, "weather tomorrow", elsewhere, 1)[0].confidence
        < ranked(model, texts[0], vectors[0], 1)[0].confidence
    )


def test_saved_model_ranks_the_same(model, tmp_path):
    """What is written is what was learned."""
    texts, vectors, _ = examples(seed=2)
    model.save(tmp_path)

    loaded = IntentModel.load(tmp_path)

    assert all(ranked(model, t, v, 3) == ranked(loaded, t, v, 3) for t, v in zip(texts, vectors, strict=True))


def test_very_words_of_an_example_have_its_intent(tmp_path):
    """Whatever the vectors say, and with other punctuation; what stands under two intents is left to the estimate."""
    texts, vectors, intents = examples()
    made = IntentModel(Settings())
    made.train(texts, vectors, intents)
    made.remember(["what does it do to me", "is it bad", "is it bad"], ["pain", "pain", "safety"])
    made.save(tmp_path)
    loaded = IntentModel.load(tmp_path)
    near_cost = vectors[intents.index("cost")]

    said = ranked(loaded, "what does it do to me?", near_cost, 3)

    assert (said[0].name, said[0].confidence >= 0.95) == ("pain", True)
    assert said[0].confidence > said[1].confidence
    assert ranked(loaded, "what does it do to you", near_cost, 1)[0].name == "cost"
    assert ranked(loaded, "is it bad", near_cost, 1)[0].name == "cost"


def test_what_is_taught_moves_only_what_is_near_to_it(model, tmp_path):
    """And not what is nearer to an example of another intent, nor what lies elsewhere: not by a digit."""
    texts, vectors, intents = examples()
    made = IntentModel(Settings())
    made.train(texts, vectors, intents)
    elsewhere = np.zeros(16, np.float32)
    elsewhere[9] = 1
    made.teach(np.asarray([elsewhere, vectors[0]]), ["pain", "pain"])
    made.save(tmp_path)
    loaded = IntentModel.load(tmp_path)
    near = elsewhere.copy()
    near[8] = 0.4

    found = ranked(loaded, "is it loud", near / np.linalg.norm(near), 3)

    assert (found[0].name, found[0].confidence > 0.75) == ("pain", True)
    assert found[0].confidence > found[1].confidence
    others, turned, _ = examples(seed=4)
    assert all(ranked(loaded, t, v, 3) == ranked(model, t, v, 3) for t, v in zip(others, turned, strict=True))


def test_an_intent_that_no_example_has_is_not_taught(model):
    """Nothing could be answered to it."""
    made = IntentModel(Settings())
    made.train(*examples())
    elsewhere = np.zeros((1, 16), np.float32)
    elsewhere[0, 9] = 1

    made.teach(elsewhere, ["gone"])

    assert ranked(made, "x", elsewhere[0], 3) == ranked(model, "x", elsewhere[0], 3)


def test_training_twice_gives_the_same(model):
    """Nothing in it is left to chance."""
    again = IntentModel(Settings())
    again.train(*examples())
    texts, vectors, _ = examples(seed=3)

    assert all(ranked(model, t, v, 3) == ranked(again, t, v, 3) for t, v in zip(texts, vectors, strict=True))


def test_one_intent_is_refused():
    """There is nothing to tell apart."""
    with pytest.raises(ValueError, match="at least two"):
        IntentModel(Settings()).train(["a", "b"], np.eye(2, dtype=np.float32), ["x", "x"])


def test_two_intents_are_enough():
    """A small project trains too."""
    texts, vectors, intents = examples()
    few = [index for index, intent in enumerate(intents) if intent != "pain"]

    made = IntentModel(Settings())
    made.train([texts[i] for i in few], vectors[few], [intents[i] for i in few])

    assert ranked(made, texts[0], vectors[0], 1)[0].name == "cost"


def test_evidence_names_score_lead_and_nearest_examples():
    """Each column says what its place in the table says."""
    scores = np.array([[0.1, 0.7, 0.4], [0.8, 0.1, 0.5]])
    nearest = np.array([[0.9, 0.6, 0.2], [0.3, 0.4, 0.7]])
    answered = np.array([False, True, True])

    evidence = evidence_of(scores, nearest, answered)

    assert evidence[0] == pytest.approx(np.array([0.7, 0.3, 0.9, 0.6, 0.6, 0.9, 1.0]))
    assert evidence[1] == pytest.approx(np.array([0.8, 0.3, 0.7, 0.3, 0.3, 0.7, 0.0]))


def test_evidence_has_no_other_side_where_all_are_answered():
    """Sets of others' intents have none that is not to be answered."""
    evidence = evidence_of(np.array([[0.1, 0.7]]), np.array([[0.9, 0.6]]), np.array([True, True]))

    assert evidence[0] == pytest.approx(np.array([0.7, 0.6, 0.9, 0.6, 0.0, 0.0, 0.0]))


def test_confidence_learns_what_was_right():
    """Evidence like that of right answers gives more confidence than evidence like that of unknown ones."""
    random = np.random.RandomState(0)
    known = random.normal(0.8, 0.1, (200, 7))
    unknown = random.normal(0.3, 0.1, (200, 7))

    confidence = Confidence.learn(known, random.rand(200) < 0.95, unknown, unknown_share=0.25)

    low, high = confidence.of(np.array([[0.3] * 7, [0.8] * 7]))
    assert low < 0.4
    assert high > 0.85
    assert Confidence.from_json(confidence.as_json()) == confidence


def test_confidence_needs_both_a_known_meaning_and_a_clear_favourite():
    """What is far from every example is not sure, however clear its favourite; nor is what lies between two intents."""
    random = np.random.RandomState(0)
    clear = random.normal(0.8, 0.1, (200, 7))
    between = random.normal([0.8, 0.1, 0.8, 0.8, 0.8, 0.8, 0.8], 0.1, (60, 7))
    far = random.normal([0.8, 0.8, 0.2, 0.2, 0.8, 0.8, 0.8], 0.1, (200, 7))
    right = np.arange(260) < 200

    confidence = Confidence.learn(np.concatenate([clear, between]), right, far, unknown_share=0.2)

    sure, torn, strange = confidence.of(
        np.array([[0.8] * 7, [0.8, 0.1, *[0.8] * 5], [0.8, 0.8, 0.2, 0.2, 0.8, 0.8, 0.8]])
    )
    assert sure > 0.8
    assert max(torn, strange) < 0.3


def test_confidence_without_a_mistake_to_learn_from_keeps_some_doubt():
    """Laplace's rule: twenty right answers out of twenty are no certainty."""
    confidence = Confidence.learn(np.ones((20, 7)), np.ones(20, bool), np.zeros((0, 7)), unknown_share=0.1)

    assert confidence.of(np.ones((1, 7)))[0] == pytest.approx((21 / 22) ** 2)


def test_near_twins_of_an_intent_are_left_out():
    """The first of them stays; the same words under another intent do too, since they tell the two apart."""
    near = np.float32([[1, 0], [0.99, 0.141], [0.6, 0.8], [1, 0]])

    assert telling(near, ["a", "a", "a", "b"]).tolist() == [0, 2, 3]
