"""What a patient gets to read when asking about treatments, in one message and over several."""

from __future__ import annotations

from typing import Any

import pytest

from bot.settings import ROOT
from bot.yaml_file import read_yaml
from tests.chat_tester import ChatTester

Message = dict[str, Any]
TOPICS = {entry["slug"]: entry["question"] for entry in read_yaml(ROOT / "data" / "knowledge" / "topics.yml")["topics"]}


def kinds(replies: list[Message]) -> list[str]:
    """Give the kinds of replies, in order."""
    return [message["reply"]["kind"] for message in replies]


def only(replies: list[Message]) -> dict[str, Any]:
    """Make sure that there is one reply; give it."""
    assert len(replies) == 1, [message["text"] for message in replies]
    return dict(replies[0]["reply"])


def titles(reply: dict[str, Any], of: str = "options") -> list[str]:
    """Give the titles of a reply's choices."""
    return [option["title"] for option in reply[of]]


def test_question_is_answered_with_its_sources(chat: ChatTester):
    """The answer names its topic, its treatment and its sources, and that nobody has reviewed it yet."""
    reply = only(chat.patient_says("How many prolotherapy sessions will I need?"))

    assert (reply["kind"], reply["topic"], reply["treatments"]) == ("answer", "session_count", ["prolotherapy"])
    assert reply["citations"]
    assert {number for claim in reply["details"] for number in claim["citations"]} <= {
        citation["number"] for citation in reply["citations"]
    }
    assert reply["text"].startswith(reply["short"])
    assert reply["answer_id"]
    assert (reply["sample"], reply["reviewed_by"]) == (True, None)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_can_be_asked_in_its_plain_words(topic: str, chat: ChatTester):
    """The question that buttons show for a topic leads to that topic when it is typed."""
    replies = chat.patient_says(TOPICS[topic].replace("{treatment}", "PRP"))

    reply = only(replies)
    assert reply["topic"] == topic
    assert reply["kind"] in ({"answer", "clarify"} if topic == "comparison" else {"answer"})


def test_two_questions_get_two_replies(chat: ChatTester):
    """Each has its own topic, and the treatment named once holds for both."""
    replies = chat.patient_says("How many sessions of PRP will I need, and does it hurt?")

    assert kinds(replies) == ["answer", "answer"]
    assert [message["reply"]["topic"] for message in replies] == ["session_count", "pain_during"]
    assert [message["reply"]["treatments"] for message in replies] == [["prp"], ["prp"]]


def test_follow_up_keeps_the_topic_and_changes_the_treatment(chat: ChatTester):
    """The words "and PRP?" ask the last question again, about something else."""
    chat.patient_says("Is prolotherapy safe?")

    reply = only(chat.patient_says("and PRP?"))

    assert (reply["topic"], reply["treatments"]) == ("safety", ["prp"])


def test_follow_up_keeps_the_treatment_and_changes_the_topic(chat: ChatTester):
    """A question that names no treatment is about the one spoken of; the patient reads so and can change it."""
    chat.patient_says("Is PRP safe?")

    reply = only(chat.patient_says("does it hurt?"))

    assert (reply["topic"], reply["treatments"]) == ("pain_during", ["prp"])
    assert reply["lead"].startswith("This is still about PRP.")
    assert [option["title"] for option in reply["options"]] == [
        "Does prolotherapy hurt?",
        "Does stem cell treatment hurt?",
    ]


def test_where_no_treatment_is_named_the_answer_is_general_and_each_treatment_is_offered(chat: ChatTester):
    """Nobody is left to think that an answer about one treatment holds for all."""
    reply = only(chat.patient_says("how many sessions will I need?"))

    assert (reply["treatments"], reply["answer_id"]) == ([], "regenerative_medicine.session_count")
    assert [option["treatments"] for option in reply["options"]] == [["prolotherapy"], ["prp"], ["stem_cell"]]


def test_offered_treatment_is_answered_when_chosen(chat: ChatTester):
    """The choice below a general answer needs no understanding: it is taken as it stands."""
    offered = only(chat.patient_says("how many sessions will I need?"))["options"][0]

    reply = only(chat.patient_says(offered["title"]))

    assert (reply["topic"], reply["treatments"], reply["lead"]) == ("session_count", ["prolotherapy"], None)


def test_treatment_is_asked_for_where_it_matters(chat: ChatTester):
    """What is injected differs so much that no treatment is assumed; a choice then answers the question."""
    asked = only(chat.patient_says("what is injected?"))
    assert (asked["kind"], asked["topic"]) == ("clarify", "solutions_used")
    assert [option["treatments"] for option in asked["options"]] == [
        ["prolotherapy"],
        ["prp"],
        ["stem_cell"],
    ]

    reply = only(chat.patient_says(titles(asked)[1]))

    assert (reply["kind"], reply["topic"], reply["treatments"]) == ("answer", "solutions_used", ["prp"])


def test_treatment_asked_for_may_be_typed(chat: ChatTester):
    """Buttons are an offer, not the only way."""
    chat.patient_says("what is injected?")

    reply = only(chat.patient_says("PRP"))

    assert (reply["kind"], reply["topic"], reply["treatments"]) == ("answer", "solutions_used", ["prp"])


def test_two_treatments_are_compared(chat: ChatTester):
    """A comparison is an answer about both."""
    reply = only(chat.patient_says("Which is better, PRP or prolotherapy?"))

    assert (reply["kind"], reply["topic"]) == ("answer", "comparison")
    assert sorted(reply["treatments"]) == ["prolotherapy", "prp"]


def test_comparison_of_nothing_named_offers_what_there_is(chat: ChatTester):
    """The choices are comparisons that exist, so each of them is answered."""
    asked = only(chat.patient_says("how do the treatments compare?"))
    assert (asked["kind"], asked["topic"]) == ("clarify", "comparison")

    for title in titles(asked):
        chosen = only(chat.patient_says(title))
        assert (chosen["kind"], chosen["topic"]) == ("answer", "comparison"), title
        chat.patient_says("how do the treatments compare?")


def test_related_question_is_answered_when_chosen(chat: ChatTester):
    """What an answer offers below itself is there."""
    answer = only(chat.patient_says("How many PRP sessions will I need?"))
    assert answer["related"]

    reply = only(chat.patient_says(answer["related"][0]["title"]))

    assert (reply["kind"], reply["topic"]) == ("answer", answer["related"][0]["topic"])
    assert reply["treatments"] == answer["related"][0]["treatments"]


def test_tell_more_gives_another_answer_each_time(chat: ChatTester):
    """Nothing is made up beyond the answer: more means the next approved answer, and at last a choice."""
    first = only(chat.patient_says("How many PRP sessions will I need?"))
    told = [first["text"]]

    for _ in range(4):
        reply = only(chat.patient_says("tell me more"))
        assert reply["kind"] in {"answer", "clarify"}
        assert reply["treatments"] == ["prp"]
        assert reply["text"] not in told or reply["kind"] == "clarify"
        told.append(reply["text"])

    assert only(chat.patient_says("how many PRP sessions again?"))["text"] == first["text"]


def test_why_tells_what_lies_behind(chat: ChatTester):
    """After most answers that is how the treatment works."""
    chat.patient_says("Can I take ibuprofen after PRP?")

    reply = only(chat.patient_says("why?"))

    assert (reply["kind"], reply["topic"], reply["treatments"]) == ("answer", "mechanism", ["prp"])


@pytest.mark.parametrize("text", ["why?", "tell me more"])
def test_more_after_a_handover_refers_to_nothing(text: str, chat: ChatTester):
    """Once staff are asked for, the bot does not take up where it stopped."""
    chat.patient_says("Is PRP safe?")
    chat.patient_says("I want to talk to a person")

    assert only(chat.patient_says(text))["kind"] == "smalltalk"


def test_medicine_is_asked_about_beside_the_last_answer(chat: ChatTester):
    """The words "and Tylenol?" ask of the time that the talk is about."""
    chat.patient_says("What do I do at home after PRP?")

    reply = only(chat.patient_says("and Tylenol?"))

    assert (reply["topic"], reply["treatments"]) == ("medications_after", ["prp"])


def test_what_only_one_treatment_has_names_it(chat: ChatTester):
    """A spin is PRP's; a named treatment says more."""
    implied = only(chat.patient_says("does it hurt when you draw my blood and spin it?"))
    named = only(chat.patient_says("does prolotherapy hurt more than liposuction?"))

    assert implied["treatments"] == ["prp"]
    assert "prolotherapy" in named["treatments"]


def test_part_that_is_understood_is_answered_and_ends_the_doubt(chat: ChatTester):
    """Only two messages in a row of which nothing is understood go to staff."""
    chat.patient_says("blue or green whichever")
    answered = chat.patient_says("it depends on the other thing. how much does PRP cost?")
    asked_back = only(chat.patient_says("blue or green whichever"))

    assert [message["reply"]["topic"] for message in answered] == ["cost"]
    assert asked_back["kind"] == "clarify"


def test_two_messages_with_nothing_understood_go_to_staff(chat: ChatTester):
    """Several parts make no difference."""
    chat.patient_says("blue or green whichever")

    replies = chat.patient_says("it depends on the other thing. blue or green whichever")

    assert "escalated" in kinds(replies)


def test_tell_more_with_nothing_told_asks_what_about(chat: ChatTester):
    """There is nothing to offer yet."""
    reply = only(chat.patient_says("tell me more"))

    assert reply["kind"] == "smalltalk"
    assert reply["options"] == []


def test_question_and_request_for_advice_are_both_met(chat: ChatTester):
    """What can be answered is answered; what cannot is declined beside it."""
    replies = chat.patient_says("How much does PRP cost? What dose of tramadol should I take?")

    assert kinds(replies) == ["answer", "no_answer"]
    assert replies[0]["reply"]["topic"] == "cost"
