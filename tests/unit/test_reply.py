"""A reply keeps its form on its way from Rasa to the store and the screen."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.reply import CardContent, Citation, Claim, Option, Reply
from bot.vocabulary import Counted, ReplyKind
from tests.replies import KINDS

FULL = Reply(
    kind=ReplyKind.ANSWER,
    text="Most people have several sessions.",
    topic="session_count",
    treatments=("prp",),
    citations=(Citation(number=1, id="a", title="A", publisher="P", kind="trial", address="a.txt"),),
    options=(Option(title="And PRP?", topic="session_count", treatments=("prp",), intent="ask_session_count"),),
    details=(Claim(text="One says 4.", citations=(1,)),),
    card=CardContent(level="urgent", heading="Call", phone="5", call_label="Call 5"),
    confidence=0.93,
    ticket=12,
)


def test_a_reply_survives_the_road_through_json():
    """Rasa's channel and the store both carry JSON."""
    assert Reply.model_validate_json(FULL.model_dump_json()) == FULL
    assert Reply.model_validate(FULL.model_dump(mode="json")) == FULL


def test_a_citation_that_was_stored_with_words_for_its_kind_is_still_read():
    """Conversations of before hold what each page now says in its own language."""
    stored = FULL.citations[0].model_dump(mode="json")

    assert Citation.model_validate({**stored, "kind_label": "a trial"}) == FULL.citations[0]


def test_the_kind_travels_as_its_plain_name():
    """It is a stable surface of `frontdesk ask --jsonl`."""
    assert FULL.model_dump(mode="json")["kind"] == "answer"


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "poem", "text": "x"},
        {"kind": "answer"},
        {"kind": "answer", "text": None},
        {"kind": "answer", "text": "x", "mood": "sunny"},
        {"kind": "answer", "text": "x", "ticket": "soon"},
    ],
)
def test_something_that_is_no_reply_is_refused(broken: dict[str, object]):
    """A field that nobody knows is a mistake, not a gift."""
    with pytest.raises(ValidationError):
        Reply.model_validate(broken)


def test_a_reply_cannot_be_changed_once_made():
    """What was stored is what was said."""
    with pytest.raises(ValidationError):
        FULL.text = "other"  # type: ignore[misc]


@pytest.mark.parametrize(("reply", "counted_as"), KINDS)
def test_a_reply_counts_as_what_it_is_to_the_patient(reply: Reply, counted_as: Counted):
    """A question back that offers only a person says that nothing was understood."""
    assert reply.counted_as is counted_as


def test_every_kind_of_count_has_a_reply():
    """A kind that nothing counts as would be a figure that is always nought."""
    assert {counted_as for _reply, counted_as in KINDS} == set(Counted)
