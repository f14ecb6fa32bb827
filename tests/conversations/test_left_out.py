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
    assert [option for reply in replies for option in reply["options"] if left_out in option["treatments"]] == []


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
    """After PRP, too."""
    chat.patient_says("What are the side effects of PRP?")

    replies = [message["reply"] for message in chat.patient_says(text)]

    assert [reply["kind"] for reply in replies if reply["kind"] == "answer"] == []
