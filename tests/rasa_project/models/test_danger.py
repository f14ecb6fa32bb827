"""What is a report of danger, and that it wins over everything else in its message."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components.danger_detector import QUESTIONS, DangerDetector
from bot.nlu.models import danger_model
from bot.nlu.models.danger_model import KINDS, VAGUE, DangerModel, worth_knowing

SHARE = 0.1


def examples(seed=0):
    """Made-up sentences: each kind of report, the vague ones and the rest lie around directions of their own."""
    random = np.random.RandomState(seed)
    texts, vectors, intents = [], [], []
    for direction, intent in enumerate([*KINDS, VAGUE, "ask_cost", "ask_safety", "greet"]):
        for number in range(20):
            vector = random.normal(scale=0.2, size=16)
            vector[direction] += 1
            vectors.append(vector / np.linalg.norm(vector))
            texts.append(f"word{direction} number {number}")
            intents.append(intent)
    return texts, np.asarray(vectors, np.float32), intents


@pytest.fixture(scope="module")
def model():
    """Return a model trained on the made-up sentences."""
    made = DangerModel(SHARE)
    made.train(*examples())
    return made


def test_unseen_reports_are_told_from_the_rest(model):
    """And each has its own kind."""
    texts, vectors, intents = examples(seed=1)

    for text, vector, intent in zip(texts, vectors, intents, strict=True):
        danger = model.of([text], vector[None])
        if intent in KINDS:
            assert danger.score >= model.threshold
            assert danger.kind == intent


def test_no_more_ordinary_messages_raise_than_allowed(model):
    """The threshold is set for it; with fewer allowed it is higher."""
    texts, vectors, intents = examples(seed=2)
    ordinary = [place for place, intent in enumerate(intents) if intent not in (*KINDS, VAGUE)]
    stricter = DangerModel(0.001)
    stricter.train(*examples())

    raised = [place for place in ordinary if model.of([texts[place]], vectors[[place]]).score >= model.threshold]

    assert len(raised) <= 3 * SHARE * len(ordinary)
    assert stricter.threshold > model.threshold


def test_one_dangerous_stretch_is_enough(model):
    """The rest of the message may be as ordinary as it likes."""
    texts, vectors, intents = examples(seed=1)
    chosen = [intents.index("ask_cost"), intents.index(KINDS[2]), intents.index("greet")]

    danger = model.of([texts[place] for place in chosen], vectors[chosen])

    assert danger.kind == KINDS[2]
    assert danger.score >= model.threshold


def test_a_clause_counts_less_than_the_whole_message(model):
    """Torn from its message it does not say whom it is about."""
    texts, vectors, intents = examples(seed=1)
    report, other = intents.index(KINDS[0]), intents.index("greet")

    whole = model.of([texts[report]], vectors[[report]])
    clause = model.of([texts[other], texts[report]], vectors[[other, report]])

    assert clause.kind == whole.kind
    assert clause.score == pytest.approx(whole.score - danger_model._ALONE, abs=1e-3)


def test_what_resembles_nothing_learned_is_no_report(monkeypatch):
    """Though it learns from more reports than other examples, it knows how rare they are among all."""
    monkeypatch.setattr(danger_model, "_NEAREST_OTHERS", 10)
    monkeypatch.setattr(danger_model, "_FAR_OTHERS", 5)
    texts, vectors, intents = examples()
    rest = [place for place, intent in enumerate(intents) if intent not in (*KINDS, VAGUE)] * 10
    made = DangerModel(SHARE)
    made.train(
        [*texts, *(f"{texts[place]} again" for place in rest)],
        np.concatenate([vectors, vectors[rest]]),
        [*intents, *(intents[place] for place in rest)],
    )
    elsewhere = np.zeros((1, 16), np.float32)
    elsewhere[0, 12] = 1

    assert made.of(["unheard of"], elsewhere).score < 0.35


def test_the_threshold_does_not_hang_on_the_single_worst_example():
    """One ordinary sentence that sounds like a report must not cost many reports their card."""
    random = np.random.default_rng(3)
    scores = np.concatenate([random.exponential(0.1, 2000), [0.9]])

    with_it = danger_model._threshold(scores, 2001, 0.0015)
    without = danger_model._threshold(scores[:-1], 2000, 0.0015)

    assert with_it - without < 0.15
    # Of an exponential tail the share is known: 0.1 times the logarithm of one in 0.0015.
    assert without == pytest.approx(0.65, abs=0.1)


def test_more_reports_than_can_be_compared_are_thinned(monkeypatch):
    """From all over the file, so that no kind is left out."""
    monkeypatch.setattr(danger_model, "_MOST_REPORTS", 12)
    _, vectors, intents = examples()

    chosen = worth_knowing(vectors, intents)

    kinds = [intents[place] for place in chosen if intents[place] in KINDS]
    assert len(kinds) == 12
    assert set(kinds) == set(KINDS)


def test_saved_model_judges_as_before(model, tmp_path):
    """What is read back is what was written."""
    texts, vectors, _ = examples(seed=1)
    model.save(tmp_path)

    again = DangerModel.load(tmp_path)

    judged, before = again.of(texts[:3], vectors[:3]), model.of(texts[:3], vectors[:3])
    assert again.threshold == model.threshold
    assert judged.kind == before.kind
    assert judged.score == pytest.approx(before.score, abs=0.002)


def test_training_data_without_reports_is_refused():
    """A detector that can find nothing must not start quietly."""
    texts, vectors, intents = examples()

    with pytest.raises(ValueError, match="report_crisis"):
        DangerModel(SHARE).train(texts, vectors, ["greet" if i == "report_crisis" else i for i in intents])


@pytest.fixture
def detector(training_data, model_storage, execution_context):
    """Return a detector that was trained on the small set and loaded again."""
    resource = Resource("DangerDetector")
    made = DangerDetector.create({}, model_storage, resource, execution_context)
    made.train(copy.deepcopy(training_data))
    return DangerDetector.load({}, model_storage, resource, execution_context)


def understood(text, intent="ask_cost", questions=()):
    """A message as the components before leave it."""
    message = Message({TEXT: text})
    message.set(INTENT, {"name": intent, "confidence": 0.9})
    message.set(INTENT_RANKING_KEY, [{"name": intent, "confidence": 0.9}])
    message.set(QUESTIONS, list(questions))
    return message


def test_a_report_takes_the_whole_message(detector):
    """Of two questions and a report only the report is left."""
    message = understood(
        "how much does prp cost? I can't breathe", questions=[{"intent": "ask_cost", "confidence": 0.9}]
    )

    detector.process([message])

    assert message.get(INTENT)["name"] == "report_emergency"
    assert message.get(INTENT_RANKING_KEY)[0]["name"] == "report_emergency"
    assert message.get(QUESTIONS) == []


def test_a_report_wins_over_the_fallback(detector):
    """What the classifier was not sure of may be danger all the same."""
    message = understood("I can't breathe", intent="nlu_fallback")

    detector.process([message])

    assert message.get(INTENT)["name"] == "report_emergency"


def test_a_report_that_only_the_classifier_saw_counts(detector):
    """In any place among the questions, the gravest first, if it was sure."""
    asked = [("ask_cost", 0.9), ("report_urgent", 0.9), ("report_emergency", 0.6)]
    message = understood("price list", questions=[{"intent": name, "confidence": sure} for name, sure in asked])

    detector.process([message])

    assert message.get(INTENT)["name"] == "report_urgent"


def test_an_ordinary_question_stays_as_it_is(detector):
    """Nothing of the message is touched."""
    message = understood("what is the price of prp", questions=[{"intent": "ask_cost", "confidence": 0.9}])

    detector.process([message])

    assert message.get(INTENT)["name"] == "ask_cost"
    assert message.get(QUESTIONS) == [{"intent": "ask_cost", "confidence": 0.9}]


def test_a_report_that_nobody_is_sure_of_is_taken_as_a_vague_one(detector):
    """Its fixed reply says whom to call; a card for every such message would soon be ignored."""
    asked = [{"intent": "ask_cost", "confidence": 0.9}, {"intent": "report_urgent", "confidence": 0.5}]
    message = understood("price list", intent="report_urgent", questions=asked)

    detector.process([message])

    assert message.get(INTENT)["name"] == VAGUE
    assert message.get(INTENT_RANKING_KEY)[0]["name"] == VAGUE
    assert [question["intent"] for question in message.get(QUESTIONS)] == ["ask_cost", VAGUE]
