"""What replies on screen ask of the patient, whoever put them there."""

from __future__ import annotations

import pytest

from bot.messaging.offering.on_offer import Asked, Offer, topics_of
from bot.reply import CardContent, Option, Reply
from bot.vocabulary import ReplyKind

PERSON, NO = Option(title="Talk to a person", intent="ask_person"), Option(title="No, thanks", intent="deny")
NONE = Option(title="None of these", intent="deny")
TO_STAFF = Option(title='Ask our staff: "how much"', topic="cost", intent="ask_person")
COST = tuple(
    Option(title=f"How much is {slug}?", topic="cost", treatments=(slug,), intent="ask_cost")
    for slug in ("prp", "exosomes")
)
SAFETY = Option(title="Is PRP safe?", topic="safety", treatments=("prp",), intent="ask_safety")
CARD = CardContent(level="emergency", heading="Call 911 now", phone="911", call_label="Call 911")


def a_reply(kind: ReplyKind, *options: Option, **values: object) -> Reply:
    """Make a reply with these options."""
    return Reply.model_validate({"kind": kind, "text": "x", "options": options, **values})


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (a_reply(ReplyKind.NO_ANSWER, PERSON, NO), Asked.PERSON),
        (a_reply(ReplyKind.CLARIFY, PERSON, NO), Asked.PERSON),
        (a_reply(ReplyKind.ANSWER, PERSON, NO), Asked.PERSON),
        (a_reply(ReplyKind.ANSWER, PERSON), Asked.PERSON),
        (a_reply(ReplyKind.CLARIFY, *COST, topic="cost"), Asked.TREATMENT),
        (a_reply(ReplyKind.CLARIFY, *COST, NONE), Asked.CHOICE),
        (a_reply(ReplyKind.CLARIFY, COST[0], SAFETY, PERSON, topic="evidence"), Asked.CHOICE),
        (a_reply(ReplyKind.CLARIFY, SAFETY, NONE), Asked.CHOICE),
        (a_reply(ReplyKind.ESCALATED, NO), Asked.CONTACT),
        (a_reply(ReplyKind.STAFF, PERSON, rate_ticket=7), Asked.HELPED),
        (a_reply(ReplyKind.EMERGENCY, card=CARD), Asked.CARD),
        (a_reply(ReplyKind.STAFF, PERSON), Asked.NOTHING),
        (a_reply(ReplyKind.ANSWER, *COST), Asked.NOTHING),
        (a_reply(ReplyKind.ANSWER, TO_STAFF), Asked.NOTHING),
        (a_reply(ReplyKind.ANSWER, *COST, TO_STAFF), Asked.NOTHING),
        (a_reply(ReplyKind.NO_ANSWER, TO_STAFF, NO), Asked.PERSON),
        (a_reply(ReplyKind.ANSWER, *COST, PERSON), Asked.NOTHING),
        (a_reply(ReplyKind.ANSWER, related=(SAFETY,)), Asked.NOTHING),
        (a_reply(ReplyKind.ESCALATED, ticket=3), Asked.NOTHING),
        (a_reply(ReplyKind.SMALLTALK), Asked.NOTHING),
    ],
)
def test_what_a_reply_asks_is_read_from_its_form(reply: Reply, asked: Asked):
    """Buttons beside an answer ask nothing; those of a question do."""
    assert Offer.of([reply]).asked is asked


def test_the_newest_question_of_a_turn_is_the_one_asked():
    """An answer, or the promise of staff, may stand below it; all titles of the turn can be chosen."""
    offer = a_reply(ReplyKind.NO_ANSWER, PERSON, NO)
    shown = [a_reply(ReplyKind.ESCALATED, ticket=3), a_reply(ReplyKind.ANSWER, related=(SAFETY,)), offer]

    read = Offer.of(shown)

    assert (read.asked, read.takeable, read.listed) == (Asked.PERSON, (PERSON,), (PERSON, NO))
    assert set(read.titled) == {PERSON, NO, SAFETY}


@pytest.mark.parametrize(
    "notice", [a_reply(ReplyKind.STAFF), a_reply(ReplyKind.STAFF, PERSON), a_reply(ReplyKind.ESCALATED)]
)
def test_a_word_on_who_answers_ends_what_was_asked(notice: Reply):
    """A "yes" after "our staff have closed this request", or after thanks for a number, is none to what was before."""
    read = Offer.of([notice, a_reply(ReplyKind.ESCALATED, NO)])

    assert read.asked is Asked.NOTHING
    assert NO not in read.titled


def test_nothing_on_screen_asks_nothing():
    """At the start, and once staff have spoken."""
    assert Offer.of([]) == Offer()


def test_numbers_count_what_is_shown():
    """A phone is sent no related questions, and a lone button of a page is not counted."""
    answer = Offer.of([a_reply(ReplyKind.ANSWER, related=(SAFETY, *COST))])
    lone = Offer.of([a_reply(ReplyKind.ESCALATED, NO)])

    assert (answer.counted(by_phone=False), answer.counted(by_phone=True)) == ((SAFETY, *COST), ())
    assert (lone.counted(by_phone=False), lone.counted(by_phone=True)) == ((), (NO,))
    assert topics_of((COST[0], PERSON, NONE)) == (COST[0],)
