"""Cross-validation reads every example once, by components that have not learned it."""

from __future__ import annotations

import json

import pytest
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.encoder.sentence_encoder import load_encoder
from bot.nlu.project import project_path
from bot.nlu.text.words import reading, split_words
from bot.nlu.tuning.cross_validate import cross_validate, main

PIPELINE = [
    {"name": "bot.nlu.components.spelling_repair.SpellingRepair"},
    {"name": "bot.nlu.components.entity_rules.EntityRules"},
    {"name": "bot.nlu.components.question_classifier.QuestionClassifier", "encoder": "models/encoder"},
    {"name": "FallbackClassifier", "threshold": 0.4},
]


@pytest.fixture(scope="module")
def outcome(training_data):
    """What two folds of the small training set give."""
    return cross_validate(training_data, PIPELINE, 2)


def _fresh(data):
    texts = [reading(split_words(example.get("text"))) for example in data.intent_examples]
    fresh = load_encoder(project_path("models/encoder")).is_fresh(texts)
    return [example for example, is_fresh in zip(data.intent_examples, fresh, strict=True) if is_fresh]


@pytest.mark.slow(reason="trains once for each fold")
def test_every_example_is_read_once(outcome, training_data):
    """Those that fine-tuning has not seen, with their intent, in one of the folds and with a probability."""
    read = [(example["text"], example["intent"]) for example in outcome["examples"]]

    assert sorted(read) == sorted((e.get("text"), e.get("intent")) for e in _fresh(training_data))
    assert {example["fold"] for example in outcome["examples"]} == {1, 2}
    assert all(0 <= example["confidence"] <= 1 for example in outcome["examples"])


@pytest.mark.slow(reason="trains once for each fold")
def test_folds_hold_every_intent_evenly(outcome):
    """Else an intent could be judged by a model that hardly knew it."""
    for intent in {example["intent"] for example in outcome["examples"]}:
        sizes = [sum(e["fold"] == fold and e["intent"] == intent for e in outcome["examples"]) for fold in (1, 2)]

        assert abs(sizes[0] - sizes[1]) <= 1


@pytest.mark.slow(reason="trains once for each fold")
def test_same_data_gives_the_same_outcome(outcome, training_data):
    """Nothing is left to chance."""
    assert cross_validate(training_data, PIPELINE, 2)["examples"] == outcome["examples"]


@pytest.mark.slow(reason="trains once for each fold")
def test_an_example_is_not_known_by_heart():
    """Sentences that teach nothing about each other: who had learned them would find every intent."""
    nonsense = {
        "a": ("bicycle lamp", "seven geese"),
        "b": ("purple soup", "a letter from Lisbon"),
        "c": ("wooden idea", "rain on Tuesday"),
        "d": ("the long pencil", "violins at noon"),
    }
    blocks = "".join(
        f"- intent: {name}\n  examples: |\n    - {one}\n    - {other}\n" for name, (one, other) in nonsense.items()
    )
    data = RasaYAMLReader().reads(f'version: "3.1"\nnlu:\n{blocks}')

    examples = cross_validate(data, PIPELINE, 2)["examples"]

    assert len(examples) == 8
    assert sum(example["found"] == example["intent"] for example in examples) <= 6


def test_intent_with_too_few_examples_is_named(training_data):
    """It could not be in every fold."""
    with pytest.raises(ValueError, match=r"too few examples for 5 folds: .*greet"):
        cross_validate(training_data, PIPELINE, 5)


@pytest.mark.slow(reason="trains once for each fold")
def test_outcome_goes_into_a_file_as_json(monkeypatch, tmp_path, training_data, capsys):
    """Where `frontdesk evaluate` reads it; nothing else is printed to the output."""
    monkeypatch.setattr("rasa.shared.nlu.training_data.loading.load_data", lambda _folder: training_data)

    status = main(["--out", str(tmp_path / "out.json"), "--folds", "2"])

    assert status == 0
    assert capsys.readouterr().out == ""
    assert len(json.loads((tmp_path / "out.json").read_text())["examples"]) == len(_fresh(training_data))


def test_too_many_folds_end_with_a_message(monkeypatch, training_data, capsys):
    """Not with a trace."""
    monkeypatch.setattr("rasa.shared.nlu.training_data.loading.load_data", lambda _folder: training_data)

    assert main(["--folds", "5"]) == 1
    assert "too few examples" in capsys.readouterr().err
