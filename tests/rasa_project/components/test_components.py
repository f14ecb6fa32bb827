"""The contract that every graph component of bot.nlu keeps."""

from __future__ import annotations

import copy
from functools import cache

import pytest
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.io import read_config_file

from bot.nlu.components.component_settings import check_settings
from bot.nlu.components.entity_rules import EntityRules
from bot.nlu.components.language_check import LANGUAGE, LanguageCheck
from bot.nlu.components.paragraph_finder import ParagraphFinder
from bot.nlu.components.question_classifier import QuestionClassifier
from bot.nlu.components.spelling_repair import SpellingRepair
from bot.nlu.project import project_path
from bot.nlu.text.words import WORDS

COMPONENTS = [LanguageCheck, SpellingRepair, EntityRules, QuestionClassifier, ParagraphFinder]
BAD_SETTINGS = [
    (LanguageCheck, "encoder", None),
    (LanguageCheck, "languages", ["es"]),
    (SpellingRepair, "encoder", 7),
    (SpellingRepair, "encodre", "models/encoder"),
    (SpellingRepair, "look_alikes", ["celexa"]),
    (EntityRules, "contacts", True),
    (QuestionClassifier, "encoder", ""),
    (QuestionClassifier, "smoothing", 0),
    (QuestionClassifier, "wording_weight", "much"),
    (QuestionClassifier, "balance", 1.5),
    (QuestionClassifier, "unknown_share", 2),
    (QuestionClassifier, "divisions", 3),
    (QuestionClassifier, "treatments", ["surgery"]),
    (QuestionClassifier, "ranking_length", 1),
    (QuestionClassifier, "ranking_length", True),
    (QuestionClassifier, "ranking_length", 10.5),
    (QuestionClassifier, "threshold", 0.5),
    (ParagraphFinder, "encoder", None),
    (ParagraphFinder, "answers", ["prp.yml"]),
    (ParagraphFinder, "asked", 3),
    (ParagraphFinder, "topics", ""),
    (ParagraphFinder, "treatments", 4),
]
ODD_TEXTS = {
    "empty": "",
    "spaces": "  \n\t ",
    "emoji": "\U0001f600\U0001f3fd\u200d\U0001f33e" * 40,
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u200f\u05e9\u05dc\u05d5\u05dd",
    "NUL": "is\x00 it\x00safe\x00",
    "only NUL": "\x00",
    "100 kB": "is prp safe? " * 8000,
    "100 kB without a space": "a" * 100_000,
    "100 kB of question marks": "?" * 100_000,
    "markup": "<script>alert('x')</script> '; DROP TABLE answers; --",
    "lone surrogate": "is it \ud83d safe",
    "slash": "/",
}


@pytest.fixture(params=COMPONENTS, ids=lambda component: component.__name__)
def component(request):
    """Return each component in turn."""
    return request.param


@pytest.fixture(scope="module")
def trained(training_data, one_question, tmp_path_factory, execution_context):
    """Return a function that gives a component, trained once for this file, and the same one loaded again."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("trained"))

    @cache
    def train(component):
        resource = Resource(component.__name__)
        asked = {"asked": str(one_question)} if component is ParagraphFinder else {}
        config = {**component.get_default_config(), **asked}
        made = component.create(config, storage, resource, execution_context)
        made.train(copy.deepcopy(training_data))
        return made, component.load(config, storage, resource, execution_context)

    return train


def outcome(message):
    """Everything that a component may set, in a form that can be compared."""
    return {key: message.get(key) for key in (LANGUAGE, WORDS, ENTITIES, INTENT, INTENT_RANKING_KEY, "questions")}


def test_component_is_known_to_the_recipe(component):
    """`rasa train` must find the component by the name in config.yml."""
    name = f"{component.__module__}.{component.__name__}"

    assert DefaultV1Recipe._from_registry(name).clazz is component


def test_every_component_of_ours_in_the_pipeline_keeps_this_contract():
    """One that is added, or left behind, in config.yml shows here."""
    named = [step["name"] for step in read_config_file(str(project_path("config.yml")))["pipeline"]]

    assert {name for name in named if name.startswith("bot.")} == {
        f"{component.__module__}.{component.__name__}" for component in COMPONENTS
    }


def test_component_is_created_from_its_default_settings(component, model_storage, execution_context):
    """Nothing but the name is needed in config.yml."""
    made = component.create(component.get_default_config(), model_storage, Resource("x"), execution_context)

    assert made.process([Message({TEXT: "is it safe"})])


def test_loaded_component_answers_as_the_trained_one(component, trained):
    """What is written into the model is all that the component needs."""
    made, loaded = trained(component)
    texts = ["is plateler rich plasma safe and how much does it cost", "hi", "tennis elbow and aspirin"]

    before = [outcome(message) for message in made.process([Message({TEXT: text}) for text in texts])]
    after = [outcome(message) for message in loaded.process([Message({TEXT: text}) for text in texts])]

    assert before == after


def test_message_with_an_intent_is_left_alone(component, trained):
    """A button's choice is understood already."""
    _, loaded = trained(component)
    message = Message({TEXT: "/ask_cost", INTENT: {"name": "ask_cost", "confidence": 1.0}})

    untouched = copy.deepcopy(message.data)
    loaded.process([message])

    assert message.data == untouched


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_text_never_raises(component, trained, text):
    """Whatever a patient sends, the component lives."""
    _, loaded = trained(component)

    loaded.process([Message({TEXT: text})])


def test_default_settings_are_allowed(component):
    """What holds when config.yml says nothing passes the check that config.yml has to pass."""
    check_settings(component.__name__, component.SETTINGS, component.get_default_config())


def test_settings_that_rasa_adds_are_no_mistakes(component, model_storage, execution_context):
    """Rasa gives every component more settings than config.yml has."""
    config = {**component.get_default_config(), "name": "x", "language": "en", "finetuning_epoch_fraction": 1.0}

    assert component.create(config, model_storage, Resource("x"), execution_context)


@pytest.mark.parametrize(("component", "key", "value"), BAD_SETTINGS)
def test_bad_setting_is_named(component, key, value, model_storage, execution_context):
    """A wrong value, or a setting that does not exist, stops the start with its name."""
    config = {**component.get_default_config(), key: value}

    with pytest.raises(ValueError, match=rf"{component.__name__}.*'{key}'"):
        component.create(config, model_storage, Resource("x"), execution_context)


def test_rasa_trains_the_classifier_anew_when_the_alternatives_change(tmp_path):
    """They are read from a file that is no training data to Rasa."""
    path = tmp_path / "treatments.yml"
    path.write_text("treatments:\n- {slug: whitening, kind: offered}\n- {slug: veneers, kind: alternative}\n", "utf-8")

    addon = QuestionClassifier.fingerprint_addon({"treatments": str(path)})

    assert addon == "veneers"
    assert addon != QuestionClassifier.fingerprint_addon({})


def test_rasa_reads_the_paragraphs_anew_when_an_answer_changes(tmp_path):
    """Answers are no training data to Rasa."""
    answers = tmp_path / "answers"
    answers.mkdir()
    file = answers / "prp.yml"
    file.write_text("treatment: prp\nanswers:\n- {topic: cost, short: {text: It costs $500.}}\n", "utf-8")
    before = ParagraphFinder.fingerprint_addon({"answers": str(answers)})

    file.write_text(file.read_text("utf-8").replace("500", "600"), "utf-8")

    assert ParagraphFinder.fingerprint_addon({"answers": str(answers)}) != before


def test_rasa_reads_the_paragraphs_anew_when_a_written_question_changes(tmp_path):
    """Nor are the questions written for them."""
    file = tmp_path / "forum.tsv"
    file.write_text("paragraph\tquestion\nd3228f70c094\tis it steroids\n", "utf-8")
    before = ParagraphFinder.fingerprint_addon({"asked": str(tmp_path)})

    file.write_text(file.read_text("utf-8").replace("steroids", "hormones"), "utf-8")

    assert ParagraphFinder.fingerprint_addon({"asked": str(tmp_path)}) != before


def test_rasas_own_test_finds_the_tokens_by_which_it_compares_entities(trained):
    """Each as it was typed, whatever its repair made of it."""
    _, loaded = trained(SpellingRepair)
    message = Message({TEXT: "Is plateler rich plasma safe?"})

    loaded.process([message])

    tokens = message.get(TOKENS_NAMES[TEXT])
    assert [token.text for token in tokens] == ["Is", "plateler", "rich", "plasma", "safe", "?"]
    assert [(token.start, token.end) for token in tokens] == [(word.start, word.end) for word in message.get(WORDS)]


def test_missing_encoder_says_how_to_build_it(model_storage, execution_context):
    """A fresh clone without the encoder is told what to run."""
    config = {**QuestionClassifier.get_default_config(), "encoder": "models/no-such-encoder"}

    with pytest.raises(ValueError, match=r"no sentence encoder in .*\./frontdesk train"):
        QuestionClassifier.create(config, model_storage, Resource("x"), execution_context)
