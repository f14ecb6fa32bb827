"""The SMS channel's way in: forged and replayed calls, one conversation for each number, order, choices."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select, update

from bot.bootstrap import Services
from bot.channels.models import SmsConversation
from bot.cli.processes.running import free_port
from bot.conversations.models import Conversation, Message
from bot.db.engine import utc_now
from bot.notifications.models import Notification, TextDelivery
from bot.reply import Option, Reply
from bot.settings import Settings
from bot.vocabulary import ReplyKind
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, MARKER, METRICS, SlowRasa, error_message
from tests.integration.sms.looking import counted, said
from tests.phones import WEBHOOK, Phone, StandInTwilio, eventually, signed_by_hand


def test_a_text_is_answered_by_text(phone: Phone, services: Services) -> None:
    """The first one after a line that says who answers, and which number to call in an emergency."""
    assert phone.texts("does it hurt?") == []

    phone.gets("You said: does it hurt\\?")
    welcome, answer = phone.received
    assert "automated assistant of Cedar Grove Joint Clinic" in welcome
    assert "call 911" in welcome
    assert answer == "You said: does it hurt?"
    phone.texts("how long?")
    phone.gets("how long")
    assert len(phone.received) == 3


@pytest.fixture
def far_phone(app: FastAPI, twilio: StandInTwilio) -> Iterator[Phone]:
    """Give a phone whose texts reach the edge as a server of its own, over HTTP."""
    server = uvicorn.Server(uvicorn.Config(app, port=free_port(), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        with httpx.Client(base_url=f"http://127.0.0.1:{server.config.port}", trust_env=False) as edge:
            yield Phone(edge, twilio)
    finally:
        server.should_exit = True
        thread.join()


def test_over_a_real_connection(far_phone: Phone) -> None:
    """There and back."""
    far_phone.texts("does it hurt?")

    far_phone.gets("You said: does it hurt\\?")


def test_the_same_call_many_times_at_once_is_one_message(far_phone: Phone, services: Services) -> None:
    """Of a number that nobody knew; and what Twilio tells of the answer, many times at once, is one receipt."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda _call: far_phone.texts("does it hurt?", sid="SM1"), range(8)))
        far_phone.gets("You said: does it hurt\\?")
        told = list(pool.map(lambda status: far_phone.tells(status, of=1).status_code, ["sent", "delivered"] * 4))

    assert said(services) == ["does it hurt?"]
    assert len(far_phone.received) == 2
    assert told == [204] * 8
    eventually(lambda: counted(services, TextDelivery) == 2)
    with services.database.read() as session:
        statuses = session.scalars(select(TextDelivery.status).order_by(TextDelivery.provider_id)).all()
    assert sorted(statuses) == ["delivered", "sending"]


def test_a_forged_call_is_refused_and_nothing_is_stored(phone: Phone, services: Services) -> None:
    """Unsigned, signed with another secret, for another address, or changed on the way."""
    form = phone.form(MARKER)
    wrong = {
        "": form,
        "nonsense": form,
        signed_by_hand(form, WEBHOOK, "another token"): form,
        signed_by_hand(form, WEBHOOK.replace("https", "http")): form,
        signed_by_hand(form): {**form, "From": "+15550199009"},
        signed_by_hand({**form, "Body": ""}): form,
    }

    for signature, sent in wrong.items():
        error_message(phone.calls(sent, signed=signature), 403)
    assert phone.edge.post("/channels/sms", content=b"\xff\xfe").status_code == 403

    assert counted(services, Message) == counted(services, Conversation) == 0
    assert phone.twilio.tries == 0


def test_a_replayed_call_is_one_message(phone: Phone, services: Services) -> None:
    """Twilio calls again when it is not sure; so does whoever records a call."""
    for _again in range(3):
        phone.texts("does it hurt?", sid="SM1")
        phone.gets("You said")
    phone.texts("last")
    phone.gets("You said: last")

    assert said(services) == ["does it hurt?", "last"]
    assert len(phone.received) == 3


def test_a_call_that_tells_of_no_text_is_refused(phone: Phone, services: Services) -> None:
    """Signed, but from another product of Twilio's."""
    for name in ("From", "MessageSid"):
        form = {key: value for key, value in phone.form("x").items() if key != name}
        error_message(phone.calls(form), 422)

    assert counted(services, Message) == 0


def test_twilio_does_not_wait_for_rasa(phone: Phone, rasa: SlowRasa, services: Services) -> None:
    """It gives up after 15 seconds; the text is stored by then, and the reply comes when it is there."""
    rasa.seconds = 3600.0

    phone.texts("does it hurt?")
    phone.texts("HELP")

    assert said(services) == ["does it hurt?", "HELP"]
    phone.gets("talk to a person")
    assert all("You said" not in text for text in phone.received)


def test_what_nobody_foresaw_is_tried_again(phone: Phone, rasa: FakeRasa) -> None:
    """And does not stand in the way of a danger that is told of meanwhile."""
    broken = threading.Event()
    broken.set()

    def fail() -> None:
        if broken.is_set():
            raise ZeroDivisionError

    rasa.before_answering = fail
    phone.texts("does it hurt?")
    phone.texts(DANGEROUS)
    phone.gets("Call 911 now")
    broken.clear()

    phone.gets("You said: does it hurt\\?")


def test_two_quick_messages_keep_their_order(phone: Phone, rasa: FakeRasa, services: Services) -> None:
    """The second is stored while the first is worked on; both are answered in turn, and sent in turn."""
    words = [f"question {number}" for number in range(6)]

    for word in words:
        phone.texts(word)

    phone.gets("You said: question 5")
    assert said(services) == words
    assert phone.received[1:] == [f"You said: {word}" for word in words]


def test_one_number_has_one_conversation_until_a_long_silence(phone: Phone, services: Services) -> None:
    """A week; a number of another patient has its own."""
    other = Phone(phone.edge, phone.twilio, "+15550199002")
    for text in ("one", "two"):
        phone.texts(text)
        phone.gets(f"You said: {text}")
    other.texts("three")
    other.gets("You said: three")
    assert counted(services, SmsConversation) == 2

    _let_days_pass(services, 8)
    phone.texts("four")
    phone.gets("You said: four")

    assert counted(services, SmsConversation) == 3


def test_a_conversation_with_an_open_ticket_goes_on(
    phone: Phone, services: Services, rasa: FakeRasa, chat: ChatTester
) -> None:
    """Staff would not find the patient's words elsewhere."""
    rasa.down = True
    phone.texts("does it hurt?")
    phone.gets("not working")
    before = counted(services, SmsConversation)

    _let_days_pass(services, 30)
    phone.texts("hello?")
    eventually(lambda: len(said(services)) == 2)

    assert counted(services, SmsConversation) == before


def _let_days_pass(services: Services, days: int) -> None:
    with services.database.write() as session:
        session.execute(update(Message).values(created_at=utc_now() - dt.timedelta(days=days)))


def test_an_option_is_chosen_by_its_number_or_its_words(phone: Phone, rasa: FakeRasa) -> None:
    """Also when a line of staff's comes between."""
    options = (
        Option(title="Does PRP hurt?", topic="pain_during", intent="ask_pain_during"),
        Option(title="Prolotherapy"),
    )
    ask_back = Reply(kind=ReplyKind.CLARIFY, text="Did you mean one of these?", options=options)
    rasa.answer = lambda text: [ask_back] if text == "hm" else [Reply(kind=ReplyKind.SMALLTALK, text=f"Took: {text}")]

    for chosen, taken in (
        ("1", "Does PRP hurt"),
        ("does prp hurt?", "Does PRP hurt"),
        ("2.", "Prolotherapy"),
        ("two", "Prolotherapy"),
        ("the first one", "Does PRP hurt"),
    ):
        phone.texts("hm")
        phone.gets("1. Does PRP hurt\\?\n2. Prolotherapy\nReply with a number")
        phone.twilio.sent.clear()
        phone.texts(chosen)
        phone.gets(f"Took: {taken}")
        phone.twilio.sent.clear()
    phone.texts("1")
    phone.gets("Took: 1")

    assert [option.title for option in rasa.chosen] == ["Does PRP hurt?"] * 3


def test_numbers_and_words_are_in_no_log_and_no_metric(
    phone: Phone, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, services: Services
) -> None:
    """Nor in the outbox the number."""
    caplog.set_level(logging.DEBUG)
    phone.twilio.refused[phone.number] = 21211
    phone.texts(MARKER)
    eventually(lambda: phone.twilio.tries >= 2)
    phone.calls(phone.form(MARKER), signed="wrong")
    metrics = phone.edge.get("/metrics", headers=METRICS).text

    printed = capfd.readouterr()
    for place in (printed.out, printed.err, caplog.text, metrics):
        assert phone.number.removeprefix("+") not in place
        assert MARKER not in place
    with services.database.read() as session:
        rows = session.scalars(select(Notification)).all()
    assert rows
    assert all(phone.number not in f"{row.target} {row.content}" for row in rows)


class TestNotSetUp:
    """Without an account at Twilio."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Take the account away."""
        return replace(settings, sms=None)

    def test_there_is_nothing_at_the_address(self, phone: Phone, services: Services) -> None:
        """Signed or not."""
        for signature in (None, ""):
            error_message(phone.calls(phone.form("hello"), signed=signature), 404)

        assert counted(services, Message) == 0
