"""Which messages are marked as being in another language, or in none."""

from __future__ import annotations

import csv

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.encoder.sentence_encoder import load_encoder
from bot.nlu.components.language_check import LANGUAGE, LanguageCheck
from bot.nlu.project import project_path
from bot.nlu.text.language import LANGUAGES, NO_LANGUAGE, LanguageReader, words_in
from bot.nlu.text.lookups import lookups_of
from bot.yaml_file import read_names

KNOWN = [
    "how",
    "much",
    "does",
    "prp",
    "cost",
    "is",
    "it",
    "safe",
    "prolo",
    "dextrose",
    "me",
    "no",
    "can",
    "i",
    "have",
    "the",
    "si",
    "joint",
    "clinic",
]


@pytest.fixture(scope="module")
def reader():
    """Return a reader that knows a few words of the training data."""
    return LanguageReader(KNOWN, load_encoder(project_path("models/encoder")).words)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿Cuánto cuesta el tratamiento?", "es"),
        ("me duele mucho la rodilla desde ayer", "es"),
        ("combien coûte une séance", "fr"),
        ("wie viel kostet die Behandlung", "de"),
        ("quanto custa a injeção", "pt"),
        ("tiêm có an toàn không", "vi"),
        ("magkano po ang gamot", "tl"),
        ("这个治疗安全吗", "zh"),
        ("얼마예요", "ko"),
        ("сколько стоит укол", "ru"),
        ("كم سعر الحقن", "ar"),
        ("sdkfjh skdjfh", NO_LANGUAGE),
        ("hhhhhhh", NO_LANGUAGE),
        ("🙂🙂", NO_LANGUAGE),
        ("?!?!", NO_LANGUAGE),
    ],
)
def test_what_is_not_english_is_told(reader, text, language):
    """Languages that patients here write, mashed keys, and no letter at all."""
    assert reader.language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "prolo dextrose strengh",
        "whts th prce",
        "tizanidine baclofen",
        "bmac",
        "ok",
        "hola",
        "Dr Garcia Hernandez",
        "San Antonio",
        "Jose Luis Gonzalez Rodriguez",
        "arthritus in teh kne",
        "12345",
        "prp 5 cc?",
    ],
)
def test_odd_english_is_left_alone(project_reader, text):
    """Misspellings, medicines, names, places, abbreviations and numbers are for the classifier."""
    assert project_reader.language_of(text) is None


@pytest.fixture(scope="module")
def project_reader(project_data):
    """Return a reader that knows the words of the project's own examples."""
    texts = [example.get(TEXT) or "" for example in project_data.intent_examples]
    forms = [form for lookup in lookups_of(project_data) for form in lookup.values]
    return LanguageReader(words_in([*texts, *forms]), load_encoder(project_path("models/encoder")).words)


@pytest.mark.parametrize(
    "path", ["tests/nlu/questions.tsv", "tests/triage_set/red_flags.tsv", "tests/triage_set/not_red_flags.tsv"]
)
def test_no_patient_question_is_taken_for_another_language(project_reader, path):
    """A false alarm would keep an answer from a patient."""
    with project_path(path).open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]

    assert [text for text in texts if project_reader.language_of(text)] == []


@pytest.fixture
def check(training_data, model_storage, execution_context):
    """Return the trained component."""
    made = LanguageCheck.create({}, model_storage, Resource("LanguageCheck"), execution_context)
    made.train(training_data)
    return LanguageCheck.load({}, model_storage, Resource("LanguageCheck"), execution_context)


def test_message_in_another_language_is_understood_at_once(check):
    """No component after it may take it for a question about a topic."""
    (message,) = check.process([Message({TEXT: "¿Cuánto cuesta la inyección?"})])

    assert message.get(LANGUAGE) == "es"
    assert message.get(INTENT) == {"name": "out_of_scope", "confidence": 1.0}


@pytest.mark.parametrize("text", ["how much does prp cost", '/ask_cost{"treatment": ["prp"]}'])
def test_english_and_choices_of_buttons_are_left_as_they_are(check, text):
    """They are for the components after it."""
    (message,) = check.process([Message({TEXT: text})])

    assert message.get(INTENT) is None
    assert message.get(LANGUAGE) is None


def test_every_language_that_is_told_apart_has_a_name():
    """A clinic that speaks it can say so."""
    names = read_names(project_path("data/knowledge/language_names.yml"))

    assert set(LANGUAGES) <= set(names)
