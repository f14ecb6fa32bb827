"""What a patient names only to leave it out is not what they hear about; nor is ours when they ask about another's."""

from __future__ import annotations

import pytest

from tests.chat_tester import ChatTester


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("what can you offer other than PRP", "prp"),
        ("what else do you offer except PRP", "prp"),
        ("anything but stem cells", "stem_cell"),
        ("what do you have besides prolotherapy", "prolotherapy"),
        ("is there something apart from PRP for my knee", "prp"),
        ("how does anything other than exosomes work", "exosomes"),
        ("does it hurt? I do not mean PRP", "prp"),
        ("cost of all of them but PRP", "prp"),
        ("how long is recovery, not for PRP", "prp"),
        ("no not PRP, how many sessions", "prp"),
        ("forget prp, does it hurt", "prp"),
        ("any treatment except prolotherapy, is it safe", "prolotherapy"),
        ("I don't want PRP. How long do results last?", "prp"),
    ],
)
@pytest.mark.parametrize("before", [None, "Is PRP safe?", "How much does stem cell treatment cost?"])
def test_a_treatment_that_is_left_out_is_not_answered_for(
    text: str, left_out: str, before: str | None, chat: ChatTester
):
    """Whatever was spoken of before; it is not offered to choose from, either."""
    if before is not None:
        chat.patient_says(before)

    replies = [message["reply"] for message in chat.patient_says(text)]

    assert [reply["treatments"] for reply in replies if left_out in reply["treatments"]] == []
    choices = [option for reply in replies for option in (*reply["options"], *reply["related"])]
    # What is put to staff stands in the patient's own words.
    choices = [option for option in choices if option["intent"] != "ask_person"]
    assert [option for option in choices if left_out in option["treatments"]] == []
    name = {"prp": "PRP", "prolotherapy": "prolotherapy"}.get(left_out)
    assert [option["title"] for option in choices if name is not None and name in option["title"]] == []


def test_not_this_one_asks_the_same_of_the_others(chat: ChatTester):
    """Said after an answer about them: the others are offered."""
    chat.patient_says("How do exosomes work?")

    (message,) = chat.patient_says("not exosomes")

    assert message["reply"]["topic"] == "mechanism"
    assert message["reply"]["treatments"] == []
    assert {slug for option in message["reply"]["options"] for slug in option["treatments"]} == {
        "prolotherapy",
        "prp",
        "stem_cell",
    }


@pytest.mark.parametrize("text", ["what are the side effects of cortisone", "and cortisone?", "does cortisone hurt?"])
def test_what_we_only_compare_with_is_not_answered_for_ours(text: str, chat: ChatTester):
    """After PRP, too: it has an answer of its own."""
    chat.patient_says("What are the side effects of PRP?")

    replies = [message["reply"] for message in chat.patient_says(text)]

    answers = [reply for reply in replies if reply["kind"] == "answer"]
    assert [reply["treatments"] for reply in answers] == [["steroid_injection"]] * len(answers)
