"""Replies of each kind that figures tell apart, with what each counts as."""

from __future__ import annotations

from bot.reply import Option, Reply
from bot.vocabulary import Counted, ReplyKind

PERSON = Option(title="Talk to a person", intent="ask_person")
GUESS = Option(title="Is PRP safe?", topic="safety", treatments=("prp",), intent="ask_safety")

ANSWER = Reply(kind=ReplyKind.ANSWER, text="Yes.", topic="safety", treatments=("prp",), answer_id="prp.safety")
ASKED_BACK = Reply(kind=ReplyKind.CLARIFY, text="Did you mean one of these?", options=(GUESS, PERSON))
NOT_UNDERSTOOD = Reply(kind=ReplyKind.CLARIFY, text="I did not get that.", options=(PERSON,))
NO_ANSWER = Reply(kind=ReplyKind.NO_ANSWER, text="I have no answer.", topic="cost", treatments=("prp",))
CARD = Reply(kind=ReplyKind.URGENT, text="Call us today.", signs=("fever",))

KINDS = [
    (ANSWER, Counted.ANSWERED),
    (ASKED_BACK, Counted.ASKED_BACK),
    (Reply(kind=ReplyKind.CLARIFY, text="Which treatment?", topic="cost"), Counted.ASKED_BACK),
    (Reply(kind=ReplyKind.CLARIFY, text="Which number?"), Counted.ASKED_BACK),
    (NOT_UNDERSTOOD, Counted.NOT_UNDERSTOOD),
    (NO_ANSWER, Counted.NO_ANSWER),
    (Reply(kind=ReplyKind.NO_ANSWER, text="That is not for me."), Counted.DECLINED),
    (Reply(kind=ReplyKind.ESCALATED, text="Somebody will write.", ticket=1), Counted.PASSED_ON),
    (Reply(kind=ReplyKind.ESCALATED, text="Thank you, Ana."), Counted.OTHER),
    (CARD, Counted.CARD),
    (Reply(kind=ReplyKind.EMERGENCY, text="Call 911."), Counted.CARD),
    (Reply(kind=ReplyKind.SAFETY_CHECK, text="Is this happening now?"), Counted.CHECK),
    (Reply(kind=ReplyKind.SMALLTALK, text="You get no more texts.", opts_out=True), Counted.OPTED_OUT),
    (Reply(kind=ReplyKind.SMALLTALK, text="Hello."), Counted.OTHER),
    (Reply(kind=ReplyKind.STAFF, text="Ana has joined."), Counted.OTHER),
]
