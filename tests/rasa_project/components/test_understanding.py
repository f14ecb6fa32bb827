"""The components together, as config.yml lines them up."""

from __future__ import annotations

import copy

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components.entity_rules import EntityRules
from bot.nlu.components.paragraph_finder import ParagraphFinder
from bot.nlu.components.question_classifier import QuestionClassifier
from bot.nlu.components.spelling_repair import SpellingRepair
from bot.paragraphs import paragraph_key


@pytest.fixture(scope="module")
def understand(training_data, one_question, tmp_path_factory, execution_context):
    """Return a function that sends a text through the components, which are trained once for this file."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("trained"))
    pipeline = []
    for component in (SpellingRepair, EntityRules, QuestionClassifier, ParagraphFinder):
        asked = {"asked": str(one_question)} if component is ParagraphFinder else {}
        config = {**component.get_default_config(), **asked}
        made = component.create(config, storage, Resource(component.__name__), execution_context)
        made.train(copy.deepcopy(training_data))
        pipeline.append(made)

    def run(text):
        messages = [Message({TEXT: text})]
        for step in pipeline:
            messages = step.process(messages)
        return messages[0]

    return run


def test_two_questions_are_answered_in_order(understand):
    """Each has its intent, and the message has that of the first."""
    message = understand("is prp safe and how much does it cost?")

    questions = message.get("questions")
    assert [question["intent"] for question in questions] == ["ask_safety", "ask_cost"]
    assert [question["treatments"] for question in questions] == [["prp"], ["prp"]]
    assert message.get(INTENT)["name"] == "ask_safety"


def test_question_has_what_the_actions_read(understand):
    """The form of a question is a promise to the action server."""
    message = understand("do I have to stop aspirin before cortisone for my knee arthritis")

    question = message.get("questions")[0]
    assert question["intent"] == "ask_medications_before"
    assert question["medicines"] == ["aspirin"]
    assert question["alternatives"] == ["steroid_injection"]
    assert question["treatments"] == []
    assert question["conditions"] == ["knee_arthritis"]
    assert question["body_parts"] == ["knee"]
    assert len(question["ranking"]) == 3
    assert 0 <= question["confidence"] <= 1


def test_each_question_has_the_paragraphs_that_speak_of_it(understand):
    """The message as a whole has its own; neither is a decision."""
    message = understand("is prp safe for people with diabetes and how much does one prp shot cost?")

    safe, cost = (question["paragraphs"] for question in message.get("questions"))
    assert any(found["answer"].endswith(".cost") for found in cost)
    assert safe[0] != cost[0]
    assert [found["probability"] for found in safe] == sorted((found["probability"] for found in safe), reverse=True)
    assert message.get("paragraphs")


def test_a_written_question_finds_its_paragraph(understand, a_paragraph):
    """Whatever the paragraph's own words are, and however the patient puts it."""
    best, *others = understand("in an aquarium, does the goldfish glow").get("paragraphs")

    assert (best["answer"], best["key"]) == (a_paragraph.answer, paragraph_key(a_paragraph.text))
    rest = {other["tells"]: other["probability"] for other in others if other["tells"] != best["tells"]}
    assert best["probability"] > 0.5 > sum(rest.values())


def test_one_word_finds_no_paragraph(understand):
    """It would find any that has it."""
    assert understand("arthritis").get("paragraphs") == []


def test_questions_reach_the_parse_result(understand):
    """Only what is marked as output is sent to the action server; the words are not."""
    output = understand("is it safe").as_dict(only_output_properties=True)

    assert {"text", "intent", "intent_ranking", "entities", "questions", "paragraphs"} <= output.keys()
    assert "words" not in output


def test_misspelt_word_is_understood_and_keeps_its_place(understand):
    """Entities point into what the patient typed."""
    text = "how much is a prolotherpy sesion"

    message = understand(text)

    entity = message.get(ENTITIES)[0]
    assert (entity["entity"], entity["value"]) == ("treatment", "prolotherapy")
    assert text[entity["start"] : entity["end"]] == "prolotherpy"
    assert message.get(INTENT)["name"] == "ask_cost"


def test_greeting_beside_a_question_is_dropped(understand):
    """Hello" needs no reply when a question follows."""
    assert [q["intent"] for q in understand("hello! how many sessions will I need?").get("questions")] == [
        "ask_session_count"
    ]


def test_nothing_to_read_has_no_question(understand):
    """An empty message falls through to the fallback."""
    message = understand("\U0001f600\U0001f600")

    assert message.get("questions") == []
    assert message.get(INTENT) == {"name": None, "confidence": 0.0}


@pytest.mark.parametrize("text", ["I can't breathe", "my knee is hot and red", "I want to die"])
def test_every_report_is_one_intent(understand, text):
    """Whether it is a danger, and which, is not asked here: the edge has looked before."""
    assert understand(text).get(INTENT)["name"] == "report_symptom"
