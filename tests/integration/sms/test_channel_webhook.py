"""The channel of a program of the clinic's: signed both ways, replay refused, the same care as by SMS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

import bot.web.background
from bot.bootstrap import Services
from bot.conversations.models import Conversation, Message
from bot.db.engine import utc_now
from bot.errors import SettingsError
from bot.outside_accounts.channels import ChannelSettings
from bot.settings import Settings, load_settings
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, MARKER, TestClient, error_message
from tests.integration.sms.looking import counted, newest_ticket_page, said
from tests.phones import eventually
from tests.programs import SECRET, StandInProgram


@pytest.fixture
def program() -> Iterator[StandInProgram]:
    """Start one."""
    program = StandInProgram()
    yield program
    program.stop()


@pytest.fixture
def settings(settings: Settings, program: StandInProgram, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Set its channel up, and leave what staff are told to the tests."""
    monkeypatch.setattr(bot.web.background, "LOOK_EVERY_SECONDS", 3600.0)
    return replace(settings, channel=ChannelSettings(url=program.address, secret=SECRET))


def _gets(program: StandInProgram, words: str, name: str = "amy-7") -> None:
    eventually(lambda: any(words in text for text in program.sent_to(name)))


def test_a_message_is_answered_through_the_program(
    visitor: TestClient, program: StandInProgram, chat: ChatTester
) -> None:
    """The welcome, the answer, a card, and the same opt-out in words."""
    assert program.brings(visitor, program.message("does it hurt?")).json() == {"texts": []}
    _gets(program, "You said: does it hurt?")
    program.brings(visitor, program.message(DANGEROUS))
    _gets(program, "Call 911 now")
    page = newest_ticket_page(chat)
    assert ">Other channel</span>" in page

    program.brings(visitor, program.message("please stop messaging me"))
    _gets(program, "will get no more texts")
    before = len(program.taken)
    program.brings(visitor, program.message("does it hurt?"))
    eventually(lambda: "Opted out" in newest_ticket_page(chat))
    assert len(program.taken) == before


def test_what_is_forged_or_old_is_refused(visitor: TestClient, program: StandInProgram, services: Services) -> None:
    """Another secret, a changed body, another time, no signature, a signature of an hour ago."""
    message = program.message(MARKER)
    error_message(program.brings(visitor, message, secret="another secret of thirty-two letters"), 403)
    error_message(program.brings(visitor, message, at=time.time() - 3600), 403)
    error_message(program.brings(visitor, message, at=time.time() + 3600), 403)
    error_message(visitor.post("/channels/webhook", json=message), 403)
    error_message(visitor.post("/channels/webhook", content=b"\xff"), 403)

    assert counted(services, Message) == counted(services, Conversation) == 0


def test_a_call_played_again_is_one_message(visitor: TestClient, program: StandInProgram, services: Services) -> None:
    """Within the time of its signature, too: a START of before does not undo a STOP."""
    start = program.message("START")
    program.brings(visitor, start)
    _gets(program, "an automated assistant answers")
    program.brings(visitor, program.message("STOP"))
    _gets(program, "will get no more texts")

    for _again in range(3):
        assert program.brings(visitor, start).status_code == 200

    assert said(services) == ["START", "STOP"]
    assert not any("texts from us again" in text for text in program.sent_to("amy-7"))


@pytest.mark.parametrize(
    "message",
    [
        "no json",
        "[" * 100_000,
        "{}",
        {"id": "m", "from": "", "text": "x"},
        {"id": "m", "from": "a b", "text": "x"},
        {"id": "m" * 65, "from": "a", "text": "x"},
        {"id": "m", "from": "a", "text": "x", "more": 1},
        {"id": "m", "from": "a", "text": MARKER, "files": "x"},
    ],
)
def test_what_is_no_message_is_refused_in_clear_words(
    visitor: TestClient, program: StandInProgram, services: Services, message: object
) -> None:
    """Without saying again what the patient wrote."""
    assert MARKER not in error_message(program.brings(visitor, message), 422)
    assert counted(services, Message) == 0


def test_a_phone_number_is_read_as_one(visitor: TestClient, program: StandInProgram, services: Services) -> None:
    """However the program writes it; staff can call it, and a name that is none is no number to call."""
    for written in ("+1 (555) 019-9001".replace(" ", ""), "+15550199001"):
        program.brings(visitor, program.message("hello", sent_by=written))
    _gets(program, "You said: hello", "+15550199001")
    assert counted(services, Conversation) == 1


def test_a_reply_that_did_not_arrive_is_told_and_sent_again(
    visitor: TestClient, program: StandInProgram, services: Services, chat: ChatTester, rasa: FakeRasa
) -> None:
    """As by SMS: a receipt says so, or the program is down, or refuses for good."""
    rasa.down = True
    program.brings(visitor, program.message("does it hurt?"))
    _gets(program, "not working")
    number = max(chat.staff_sees_tickets())
    chat.staff_replies("A little.", number)
    _gets(program, "A little.")
    handed = program.taken[-1]
    receipt = {"id": handed["id"], "message_id": f"p{len(program.taken)}", "to": "amy-7", "status": "undelivered"}
    error_message(program.brings(visitor, receipt, path="/receipts", secret="x" * 32), 403)

    assert program.brings(visitor, receipt, path="/receipts").status_code == 204

    assert [change.ticket_id for change in services.undelivered.tell(utc_now())] == [number]
    assert "It did not arrive. It is sent once more." in chat.staff_reads(number)
    program.status = 410
    chat.staff_replies("Call us.", number)
    eventually(lambda: "refused by the channel, status 410" in chat.staff_reads(number))


def test_half_a_channel_does_not_start() -> None:
    """And the message names both."""
    with pytest.raises(SettingsError, match="FRONTDESK_CHANNEL_URL and FRONTDESK_CHANNEL_SECRET"):
        load_settings({"FRONTDESK_CHANNEL_URL": "https://desk.example/out"})


class TestNotSetUp:
    """Without a channel."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Take it away."""
        return replace(settings, channel=None)

    def test_there_is_nothing_at_the_address(self, visitor: TestClient, program: StandInProgram) -> None:
        """Signed or not."""
        error_message(program.brings(visitor, program.message("hello")), 404)
