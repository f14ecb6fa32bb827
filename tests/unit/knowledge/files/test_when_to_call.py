"""When to call is said in the same words everywhere, and these stand in one place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import AnswerEntry
from bot.knowledge.files.quality import content_problems
from bot.knowledge.files.when_to_call import FILE, WhenToCall
from tests.factories import a_clinic
from tests.unit.knowledge.conftest import RESPONSES

OTHERWISE = "Call us the same day if it looks bad."


@pytest.fixture
def entry(content: Content) -> AnswerEntry:
    """Give an answer that says when to call."""
    return next(one for one in content.answers if one.id == "prp.side_effects")


def test_the_real_answers_say_it_in_these_words(content: Content, entry: AnswerEntry):
    """And they do say it: each of the words stands somewhere."""
    said = " ".join(text for one in content.answers for text in one.texts())

    assert [list(content.when_to_call.said_otherwise(one)) for one in content.answers] == [[]] * len(content.answers)
    assert all(words in said for words in content.when_to_call.words)
    assert all(words in " ".join(entry.texts()) for words in content.when_to_call.words[:2])


def test_who_asks_when_to_call_reads_of_emergencies_at_once(content: Content):
    """Never of the same day alone, with the rest behind "More"."""
    same_day, now = content.when_to_call.words[:2]
    parts = {one.id: {claim.text for claim in one.details if "when_to_call" in claim.about} for one in content.answers}

    assert sum(bool(texts) for texts in parts.values()) > 10
    assert [name for name, texts in parts.items() if texts and not {same_day, now} <= texts] == []


def test_other_words_are_told_with_the_answer(content: Content, entry: AnswerEntry):
    """Also where they stand within a paragraph."""
    detail = entry.details[0].model_copy(update={"text": f"It may hurt. {OTHERWISE}"})
    changed = entry.model_copy(update={"details": (detail, *entry.details[1:])})

    assert list(content.when_to_call.said_otherwise(changed)) == [OTHERWISE]
    many = Content(
        treatments=content.treatments,
        topics=content.topics,
        sources=content.sources,
        answers=(changed,),
        when_to_call=content.when_to_call,
    )
    problems = content_problems(many, a_clinic(), RESPONSES)
    assert any(problem.startswith(f"{entry.id}: says when to call in words of its own") for problem in problems)


def test_a_text_message_says_it_too(content: Content, entry: AnswerEntry):
    """Whoever texts reads nothing else of the answer."""
    assert [one.id for one in content.answers if content.when_to_call.unsaid_by_text(one)] == []
    assert entry.sms is not None
    silent = entry.model_copy(update={"sms": entry.sms.model_copy(update={"text": "It may hurt."})})

    assert not content.when_to_call.unsaid_by_text(entry)
    assert content.when_to_call.unsaid_by_text(silent)
    assert content.when_to_call.unsaid_by_text(entry.model_copy(update={"sms": None}))
    problems = content_problems(replace(content, answers=(silent,)), a_clinic(), RESPONSES)
    assert f"{entry.id}: says when to call, but its text message does not" in " ".join(problems)


def test_what_only_some_are_told_need_not_be_in_the_text_message(content: Content, entry: AnswerEntry):
    """Who names the knee gets the part on the knee by text, too."""
    some = [claim for claim in entry.details if set(claim.about) - {"when_to_call"}]
    assert any("Call us the same day" in claim.text for claim in some)

    only_some = entry.model_copy(update={"details": tuple(some), "sms": None})

    assert not content.when_to_call.unsaid_by_text(only_some)


def test_a_clinic_without_the_file_says_it_as_it_likes(tmp_path: Path, entry: AnswerEntry):
    """Nothing is refused then."""
    assert list(WhenToCall.from_file(tmp_path / FILE).said_otherwise(entry)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("begins: [Call us]\nwords: [Call us. Now.]\n", r"when_to_call\.yml:2: words\.0: .*one sentence"),
        ("begins: [Call us]\nwrods: []\n", r"when_to_call\.yml:2: wrods"),
    ],
    ids=["two sentences", "unknown name"],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str, problem: str):
    """With its line."""
    (tmp_path / FILE).write_text(text)

    with pytest.raises(ContentError, match=problem):
        WhenToCall.from_file(tmp_path / FILE)
