"""Training files are read quickly, and what Rasa says of them stays what it was."""

from __future__ import annotations

import importlib.util

import pytest
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils import io
from rasa.shared.utils.validation import YamlValidationException

from bot.nlu.changes.training_files import install_quick_reading

EXAMPLES = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi\n'


@pytest.fixture(autouse=True)
def _installed():
    install_quick_reading()


def test_what_is_read_is_what_stands_there():
    """Examples with their intents."""
    found = RasaYAMLReader().reads(EXAMPLES)

    assert [(one.get("text"), one.get("intent")) for one in found.intent_examples] == [
        ("hello", "greet"),
        ("hi", "greet"),
    ]


def test_mistake_is_still_named_with_its_line():
    """The quick reading knows no lines, so a file with a mistake is read once more."""
    wrong = EXAMPLES.replace("intent: greet", "intend: greet")

    with pytest.raises(YamlValidationException) as caught:
        RasaYAMLReader().reads(wrong)

    assert "line 3" in str(caught.value).lower()


def test_reader_is_put_back_after_each_file():
    """Others read with it too."""
    before = io.read_yaml
    RasaYAMLReader().reads(EXAMPLES)

    assert io.read_yaml is before


def _as_rasa_has_it():
    """Return Rasa's module without what is changed in it."""
    spec = importlib.util.find_spec(TrainingData.__module__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_merged_sets_are_what_rasa_makes_of_them(training_data):
    """With the very examples of each set, which Rasa copies."""
    other = RasaYAMLReader().reads(EXAMPLES)
    other.responses = {"utter_greet": [{"text": "Hi."}]}
    copying = _as_rasa_has_it().TrainingData.merge(training_data, None, other)

    made = TrainingData().merge(training_data).merge(None, other)

    assert made.training_examples == copying.training_examples
    assert made.entity_synonyms == copying.entity_synonyms
    assert (made.lookup_tables, made.regex_features) == (copying.lookup_tables, copying.regex_features)
    assert made.responses == copying.responses
    assert made.training_examples[0] is training_data.training_examples[0]


def test_same_words_twice_are_one_example_and_with_another_intent_two():
    """As Rasa's own hash over all of a message has it."""
    twice = EXAMPLES.replace("    - hi\n", "    - hi\n    - hi\n- intent: affirm\n  examples: |\n    - hi\n")

    found = RasaYAMLReader().reads(twice)

    assert [(one.get("text"), one.get("intent")) for one in found.training_examples] == [
        ("hello", "greet"),
        ("hi", "greet"),
        ("hi", "affirm"),
    ]


def test_files_are_read_once_for_a_training(tmp_path, monkeypatch):
    """Rasa asks for them again to look for actions in stories."""
    (tmp_path / "nlu.yml").write_text(EXAMPLES, encoding="utf-8")
    (tmp_path / "domain.yml").write_text('version: "3.1"\nintents: [greet]\n', encoding="utf-8")
    importer = RasaFileImporter(
        domain_path=str(tmp_path / "domain.yml"), training_data_paths=[str(tmp_path / "nlu.yml")]
    )

    assert importer.get_nlu_data() is importer.get_nlu_data()
