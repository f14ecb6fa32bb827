"""What is said to a patient is stored and queued in one transaction, in one place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Services
from bot.channels import outbound, store
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.errors import ConflictError, NotDeliverableError
from bot.messaging.texting import InboundText
from bot.notifications import store as notifications
from bot.notifications.models import Notification
from bot.notifications.outbox import TEXT_WAITS, Outbox
from bot.reply import CardContent, Reply
from bot.settings import ROOT
from bot.staff.actor import Actor
from bot.vocabulary import EscalationReason, ReplyKind
from tests.factories import a_conversation, a_staff_member

HELLO = Reply(kind=ReplyKind.SMALLTALK, text="Hello")
CARD = Reply(
    kind=ReplyKind.EMERGENCY,
    text="x",
    card=CardContent(level="emergency", heading="Call 911 now", phone="911", call_label="Call 911"),
)


class Recording:
    """A way out that keeps what it sends, and fails as a test wants."""

    def __init__(self, fail: Callable[[str], Exception | None] = lambda _text: None) -> None:
        self.sent: list[str] = []
        self._fail = fail

    def send(self, notification_id: int, target: str, event: str, content: dict[str, object]) -> None:  # noqa: ARG002
        """Send, or raise."""
        problem = self._fail(str(content["text"]))
        if problem is not None:
            raise problem
        self.sent.append(f"{target} {content['text']}")


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation by SMS, with nothing waiting in the outbox."""
    await services.texting.take(InboundText(phone="+15550199001", sid="SM1", body="HELP"))
    await services.texting.close()
    with services.database.write() as session:
        for row in session.scalars(select(Notification)):
            session.delete(row)
        return store.conversation_ids(session, 1)[0]


def _say(services: Services, conversation: str, reply: Reply) -> None:
    with services.database.write() as session:
        outbound.bot_says(session, conversation_id=conversation, reply=reply, in_reply_to=None)


def _waiting(services: Services) -> list[str]:
    with services.database.read() as session:
        return [str(row.content["text"]) for row in session.scalars(select(Notification).order_by(Notification.id))]


def _outbox(services: Services, sender: Recording) -> Outbox:
    return Outbox(services.database, {notifications.SMS: sender}, find=notifications.texts_due, waits=TEXT_WAITS)


async def test_a_message_and_its_text_are_stored_together_or_not_at_all(services: Services, conversation: str):
    """A reply that the patient never gets must not stand in the conversation, nor the other way round."""

    def said() -> int:
        with services.database.read() as session:
            return len(conversations.transcript(session, conversation))

    before = said()
    with pytest.raises(RuntimeError), services.database.write() as session:  # noqa: PT012
        outbound.bot_says(session, conversation_id=conversation, reply=HELLO, in_reply_to=None)
        raise RuntimeError
    assert (said(), _waiting(services)) == (before, [])

    _say(services, conversation, HELLO)

    assert (said(), _waiting(services)) == (before + 1, ["Hello"])


async def test_the_web_chat_queues_nothing(services: Services):
    """Its page fetches what it missed."""
    _say(services, await a_conversation(services), HELLO)

    assert _waiting(services) == []


async def test_staff_are_told_that_a_patient_opted_out(services: Services, conversation: str):
    """Nothing is stored then, and the bot is not silenced by the try."""
    ana = Actor(staff_member_id=a_staff_member(services.database), name="Ana")
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    with services.database.write() as session:
        store.opt_out(session, 1, utc_now())

    with pytest.raises(ConflictError, match="opted out"):
        services.replies.send(ticket, text="Hi", by=ana)

    assert _waiting(services) == []
    assert services.tickets.view(ticket).assignee_id is None


async def test_texts_of_a_number_keep_their_order_and_a_card_waits_for_none(services: Services, conversation: str):
    """While the first is tried again the second is not sent; the card is."""
    for text in ("one", "two"):
        _say(services, conversation, HELLO.model_copy(update={"text": text}))
    _say(services, conversation, CARD)
    down = True
    sender = Recording(lambda text: OSError() if down and text == "one" else None)
    outbox, now = _outbox(services, sender), utc_now()

    outbox.send_due(now)
    assert sender.sent == ["1 Call 911 now."]
    down = False
    now += TEXT_WAITS[0]
    while outbox.send_due(now).sent:
        pass

    assert sender.sent == ["1 Call 911 now.", "1 one", "1 two"]


async def test_what_will_never_arrive_is_tried_once(services: Services, conversation: str):
    """And the next one goes out at once."""
    for text in ("one", "two"):
        _say(services, conversation, HELLO.model_copy(update={"text": text}))
    sender = Recording(lambda text: NotDeliverableError("refused") if text == "one" else None)
    outbox, now = _outbox(services, sender), utc_now()

    outbox.send_due(now)
    outbox.send_due(now)

    assert sender.sent == ["1 two"]
    with services.database.read() as session:
        (lost,) = notifications.texts_not_sent(session, "1", utc_now())
    assert (lost.problem, lost.next_try_at, lost.tries) == ("refused", None, 1)


async def test_what_nobody_foresaw_does_not_hold_up_other_numbers(services: Services, conversation: str):
    """It is tried again like any other."""
    await services.texting.take(InboundText(phone="+15550199002", sid="SM2", body="HELP"))
    _say(services, conversation, HELLO)
    sender = Recording(lambda text: KeyError() if text == "Hello" else None)

    result = _outbox(services, sender).send_due(utc_now())

    assert (result.sent, result.failed) == (1, 1)
    assert sender.sent[0].startswith("2 ")


async def test_what_arrived_and_could_not_be_noted_is_not_sent_again(
    services: Services, conversation: str, monkeypatch: pytest.MonkeyPatch
):
    """The database is locked at that very moment."""
    _say(services, conversation, HELLO)
    sender = Recording()
    outbox = _outbox(services, sender)

    def locked() -> None:
        raise OperationalError("update", {}, Exception("database is locked"))

    with monkeypatch.context() as patch, pytest.raises(OperationalError):  # noqa: PT012
        patch.setattr(services.database, "write", locked)
        outbox.send_due(utc_now())
    assert outbox.send_due(utc_now()).sent == 1
    assert outbox.send_due(utc_now()).sent == 0

    assert sender.sent == ["1 Hello"]


async def test_mail_and_texts_do_not_wait_for_each_other(services: Services, conversation: str):
    """Each has its own look at the outbox."""
    _say(services, conversation, HELLO)
    with services.database.write() as session:
        notifications.add(session, way="email", target="desk@x.example", event="ticket.urgent", content={})
    now = utc_now() + dt.timedelta(seconds=1)

    with services.database.read() as session:
        assert [row.way for row in notifications.due(session, now)] == ["email"]
        assert [row.way for row in notifications.texts_due(session, now)] == ["sms"]


def test_outbound_messages_are_stored_in_one_place_only():
    """Whoever stored one elsewhere would forget the phones."""
    users = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "actions")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\badd_(bot|staff)_message\(", path.read_text(encoding="utf-8"))
    }

    assert users == {"bot/conversations/store.py", "bot/channels/outbound.py"}


async def test_what_opted_a_number_out_is_known_until_it_opts_in(services: Services, conversation: str) -> None:
    """The text that the confirmation answers, not another; a number that may be texted has none."""
    for sid, body in (("SM2", "hard pass on these texts, please make them end"), ("SM3", "what do I owe?")):
        await services.texting.take(InboundText(phone="+15550199001", sid=sid, body=body))
    await services.texting.close()
    with services.database.read() as session:
        number = store.get_number(session, 1)
        out = store.opted_out_of(session, number)

    assert out is not None
    assert out.since == number.opted_out_at
    assert out.words == "hard pass on these texts, please make them end"
    await services.texting.take(InboundText(phone="+15550199001", sid="SM4", body="START"))
    await services.texting.close()
    with services.database.read() as session:
        assert store.opted_out_of(session, store.get_number(session, 1)) is None
