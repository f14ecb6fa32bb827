"""What a patient has before their eyes is the bot's last turn, and nothing once staff have spoken."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.conversations import store
from bot.conversations.on_screen import replies_on_screen
from bot.reply import Option, Reply
from bot.vocabulary import ReplyKind

ASKED = Reply(kind=ReplyKind.CLARIFY, text="Which?", options=(Option(title="PRP", intent="ask_cost"),))
PROMISE = Reply(kind=ReplyKind.STAFF, text="Ana will answer by noon.")


def _says(session: Session, text: str) -> int:
    return store.add_inbound(session, conversation_id="mine", text=text, client_message_id=None).id


def _is_told(session: Session, reply: Reply, in_reply_to: int | None) -> None:
    store.add_bot_message(session, conversation_id="mine", reply=reply, in_reply_to=in_reply_to)


def test_a_message_that_waited_is_read_by_what_stood_before_it(session: Session):
    """At recovery newer replies may stand below it."""
    _is_told(session, ASKED, None)
    waited = _says(session, "PRP")
    _is_told(session, PROMISE, None)

    assert replies_on_screen(session, "mine", before=waited) == [ASKED]


def test_a_turn_is_all_that_was_said_to_one_message(session: Session):
    """Two answers and a question back, with a promise of staff after them; not what was said to the message before."""
    first, second = _says(session, "cost?"), _says(session, "does it hurt, and when can I drive?")
    answers = [Reply(kind=ReplyKind.ANSWER, text=text) for text in ("A little.", "The next day.")]
    _is_told(session, Reply(kind=ReplyKind.ANSWER, text="About $600."), first)
    for reply in (*answers, ASKED):
        _is_told(session, reply, second)
    _is_told(session, PROMISE, None)

    shown = replies_on_screen(session, "mine", before=_says(session, "2"))

    assert shown == [PROMISE, ASKED, *reversed(answers)]


def test_nothing_can_be_chosen_once_staff_have_spoken(session: Session):
    """A "2" is then meant for them."""
    _is_told(session, ASKED, _says(session, "cost?"))
    store.add_staff_message(session, conversation_id="mine", text="Hello", staff_name="Ana")

    assert replies_on_screen(session, "mine", before=_says(session, "2")) == []
