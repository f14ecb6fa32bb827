"""What is learned of how messages are divided."""

from __future__ import annotations

import pytest

from bot.nlu.project import project_path
from bot.nlu.tuning.divisions import MESSAGES, Divided, Written, beside, learn, others, read_messages, share_right

HEAD = "voice\ttopics\ttext\n"


def test_weights_make_what_is_right_likeliest():
    """And what nobody called right teaches nothing."""
    divided = [
        Divided("a", ({"question": 1.0, "opens": 1.0}, {"question": 2.0}), (True, False)),
        Divided("a", ({"question": 1.0}, {"question": 2.0, "opens": 1.0}), (False, True)),
        Divided("b", ({"question": 1.0}, {"question": 2.0}), (False, False)),
    ] * 5

    weights = learn(divided)

    assert weights["opens"] > 0
    assert share_right(divided, weights) == pytest.approx(2 / 3)
    assert share_right(divided, None) == pytest.approx(2 / 3)


def test_messages_say_where_their_questions_begin(tmp_path):
    """Line breaks are written as two characters."""
    path = tmp_path / "messages.tsv"
    path.write_text(f"{HEAD}a\tcost+safety/risks_complications\thow much \\n || is it safe\n", encoding="utf-8")

    (message,) = read_messages(path)

    assert message.text == "how much\n is it safe"
    assert message.text[message.starts[1] :] == "is it safe"
    assert message.topics == (frozenset({"cost"}), frozenset({"safety", "risks_complications"}))


def test_messages_are_joined_with_what_else_is_said():
    """Where each part begins is kept, whichever comes first; so that what is no topic is a question too."""
    message = Written("a", "how much. is it safe", (0, 10), (frozenset({"cost"}), frozenset({"safety"})))
    other = Written("", "are you a person?", (0,), (frozenset({"ask_person"}),))

    found = beside([message], [other])

    assert {len(one.topics) for one in found} == {1, 3}
    for one in found:
        for start, topics in zip(one.starts, one.topics, strict=True):
            word = {"cost": "how", "safety": "is", "ask_person": "are"}[min(topics)]
            assert word in one.text[start:].lower().split()[:3]


def test_what_else_is_said_is_no_topic_and_no_report():
    """These two are learned from the messages, and by the look for danger."""
    intents = {min(one.topics[0]) for one in others(project_path("data/nlu"))}

    assert {"person", "abuse", "out_of_scope"} <= intents
    assert not {"cost", "report_emergency"} & intents


def test_message_with_too_few_topics_is_refused(tmp_path):
    """Whoever wrote it is told which."""
    path = tmp_path / "messages.tsv"
    path.write_text(f"{HEAD}a\tcost\thow much || is it safe\n", encoding="utf-8")

    with pytest.raises(ValueError, match="2 parts and 1 topics: how much"):
        read_messages(path)


def test_shipped_messages_are_whole():
    """Each asks something, and each voice has both kinds."""
    messages = read_messages(project_path(MESSAGES))

    for voice in {message.voice for message in messages}:
        asked = [len(message.topics) for message in messages if message.voice == voice]
        assert min(asked) == 1
        assert max(asked) > 1
    assert all(message.text.strip() for message in messages)
