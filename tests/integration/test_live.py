"""Live connections: what is stored arrives, with whom it concerns and with nobody else."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest

import bot.web.live
from bot.web.pages import STATIC
from tests.chat_tester import ChatTester
from tests.integration.edge import (
    ANA,
    BEN,
    DANGEROUS,
    Frames,
    NewChat,
    TestClient,
    WebSocketDisconnect,
    error_message,
    frames,
)

SAME_SITE = {"origin": "http://testserver"}


def opened(visitor: TestClient, chat: ChatTester) -> AbstractContextManager[Frames]:
    """Open a conversation's live connection in another browser."""
    return frames(visitor, f"{chat.path}/live", token=chat.token)


def texts(live: Frames, count: int) -> list[str]:
    """Give the texts of the next messages."""
    return [live.until(type="message")["message"]["text"] for _ in range(count)]


def test_question_and_answer_arrive_live(chat: ChatTester, visitor: TestClient) -> None:
    """A second tab sees the patient's words, that the bot is typing, and the reply as the first tab got it."""
    with opened(visitor, chat) as live:
        replies = chat.patient_says("hello")

        assert live.next()["message"]["text"] == "hello"
        assert live.next() == {"type": "typing", "author": "bot"}
        assert live.next() == {"type": "message", "message": replies[0]}


def test_staff_words_arrive_live(chat: ChatTester, visitor: TestClient) -> None:
    """The patient reads who joined, what they write, and when the bot is back."""
    chat.patient_asks_for_person()

    with opened(visitor, chat) as live:
        chat.staff_replies("Hello, this is Ana from the clinic.")
        assert live.until(type="message")["message"]["text"] == "Ana from the clinic has joined this chat."
        assert live.next() == {"type": "handler", "handler": "staff", "staff_name": "Ana"}
        message = live.until(type="message")["message"]
        assert (message["author"], message["author_name"]) == ("staff", "Ana")
        assert message["text"] == "Hello, this is Ana from the clinic."

        chat.staff_resolves()
        assert live.until(type="handler") == {"type": "handler", "handler": "bot", "staff_name": None}


def test_two_tabs_get_the_same(chat: ChatTester, visitor: TestClient) -> None:
    """One that leaves does not take the other's messages along."""
    with opened(visitor, chat) as one:
        with opened(visitor, chat) as other:
            chat.patient_says("hello")
            assert texts(one, 2) == texts(other, 2) == ["hello", "You said: hello"]

        chat.patient_says("again")
        assert texts(one, 2) == ["again", "You said: again"]


def test_nobody_hears_another_conversation(new_chat: NewChat, visitor: TestClient) -> None:
    """Another patient's message stays in their chat."""
    mine, theirs = new_chat(), new_chat()

    with opened(visitor, mine) as live:
        theirs.patient_says("private")

        assert live.nothing_comes()


def test_a_retry_is_not_sent_live_again(chat: ChatTester, visitor: TestClient) -> None:
    """The same message twice appears once."""
    chat.patient_says("hello", client_message_id="same")

    with opened(visitor, chat) as live:
        chat.patient_says("hello", client_message_id="same")

        assert live.nothing_comes()


def test_what_a_browser_sends_on_the_live_connection_is_passed_over(chat: ChatTester, visitor: TestClient) -> None:
    """Text, bytes and nonsense do no harm."""
    with visitor.websocket_connect(f"{chat.path}/live", subprotocols=["frontdesk", f"token.{chat.token}"]) as session:
        session.send_text("not json")
        session.send_bytes(b"\xff\x00")
        session.send_text("x" * 60_000)
        session.send_text("[" * 60_000)
        session.send_text("[" * 2000)

        chat.patient_says("hello")

        assert texts(Frames(session), 2) == ["hello", "You said: hello"]


@pytest.mark.parametrize("query", ["", "?token={token}", "?token=%00"])
@pytest.mark.parametrize("token", ["", "wrong", "{token}x"])
def test_a_live_connection_needs_the_token(chat: ChatTester, visitor: TestClient, query: str, token: str) -> None:
    """It is closed at once; in the address, where logs keep it, the token opens nothing."""
    path, offered = f"{chat.path}/live{query.format(token=chat.token)}", token.format(token=chat.token)
    with pytest.raises(WebSocketDisconnect) as refused, frames(visitor, path, token=offered):
        pass

    assert refused.value.code == 1008


def test_a_live_connection_to_an_unknown_conversation_is_closed(visitor: TestClient) -> None:
    """As with a wrong token: an outsider cannot tell the two apart."""
    with pytest.raises(WebSocketDisconnect) as refused, frames(visitor, "/api/conversations/nosuch/live", token="x"):
        pass

    assert refused.value.code == 1008


def test_closed_connections_leave_nothing_behind(chat: ChatTester, visitor: TestClient, services) -> None:
    """The feed forgets listeners that left."""
    for _ in range(3):
        with opened(visitor, chat):
            assert services.feed._queues

    chat.patient_says("hello")
    assert not services.feed._queues


def test_staff_hear_of_new_tickets_and_messages(chat: ChatTester) -> None:
    """The inbox learns of the ticket, and then of every message of that conversation."""
    chat.staff_signs_in()

    with frames(chat.staff, "/staff/live", **SAME_SITE) as live:
        chat.patient_says("only for the bot")
        chat.patient_asks_for_person()
        ticket = live.until(type="ticket")["ticket_id"]
        assert ticket == chat.ticket

        chat.patient_says("are you there?")
        frame = live.until(type="message")
        while frame["message"]["text"] != "are you there?":
            frame = live.until(type="message")
        assert (frame["ticket_id"], frame["conversation_id"]) == (ticket, chat.conversation_id)


def test_staff_hear_live_of_a_red_flag(chat: ChatTester) -> None:
    """An emergency shows up in the inbox by itself."""
    chat.staff_signs_in()

    with frames(chat.staff, "/staff/live", **SAME_SITE) as live:
        chat.patient_says(DANGEROUS)

        assert live.until(type="ticket")["ticket_id"] == chat.ticket


def test_staff_do_not_hear_conversations_that_are_not_theirs(chat: ChatTester) -> None:
    """What a patient asks the bot alone is not shown to staff."""
    chat.staff_signs_in()

    with frames(chat.staff, "/staff/live", **SAME_SITE) as live:
        chat.patient_says("only for the bot")

        assert live.nothing_comes()


def test_staff_live_is_closed_to_others(chat: ChatTester, visitor: TestClient) -> None:
    """Nobody signed in, or a page of another site: closed at once."""
    chat.staff_signs_in()

    for client, headers in (
        (visitor, SAME_SITE),
        (chat.staff, {"origin": "https://evil.example"}),
        (chat.staff, {}),
    ):
        with pytest.raises(WebSocketDisconnect) as refused, frames(client, "/staff/live", **headers):
            pass
        assert refused.value.code == 1008


def test_staff_live_ends_with_the_sign_in(chat: ChatTester) -> None:
    """A tab left open shows nothing more after signing out in another."""
    chat.staff_signs_in()

    with frames(chat.staff, "/staff/live", **SAME_SITE) as live:
        chat.staff_signs_out()
        chat.patient_asks_for_person()

        assert live.closing_code() == 1008


def test_a_quiet_page_of_the_console_hears_that_the_session_has_ended(
    chat: ChatTester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has to happen for it: the page then takes off what it shows."""
    monkeypatch.setattr(bot.web.live, "PING_SECONDS", 0.05)
    chat.staff_signs_in()

    with frames(chat.staff, "/staff/live", **SAME_SITE) as live:
        assert live.next() == {"type": "ping"}
        chat.staff_signs_out()
        with pytest.raises(AssertionError, match="'code': 1008"):
            live.until(type="message")


def test_a_quiet_connection_is_kept_open(
    chat: ChatTester, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something moves before a proxy closes it, and what comes afterwards arrives."""
    monkeypatch.setattr(bot.web.live, "PING_SECONDS", 0.05)

    with opened(visitor, chat) as live:
        assert [live.next(), live.next()] == [{"type": "ping"}] * 2
        chat.patient_says("hello")

        assert texts(live, 2) == ["hello", "You said: hello"]


def test_pings_keep_their_pace_while_much_is_said(
    chat: ChatTester, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser counts them: a ping only when nothing moves would say nothing of a connection that lags behind."""
    monkeypatch.setattr(bot.web.live, "PING_SECONDS", 0.03)
    with opened(visitor, chat) as live:
        for number in range(5):
            chat.patient_says(f"hello {number}")

        kinds = [live.next()["type"]]
        while kinds.count("message") < 10:
            kinds.append(live.next()["type"])

    assert kinds.count("ping") >= 5


def test_the_browser_expects_pings_at_the_pace_at_which_they_come() -> None:
    """Two files, one fact."""
    script = (STATIC / "js" / "live_socket.js").read_text(encoding="utf-8")

    assert f"const PING_EVERY = {bot.web.live.PING_SECONDS * 1000:.0f};" in script


def test_staff_see_live_what_a_colleague_does(new_chat: NewChat) -> None:
    """Ben's inbox hears that Ana took the ticket."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_asks_for_person()
    ticket = ana.ticket
    ben.staff_signs_in()

    with frames(ben.staff, "/staff/live", **SAME_SITE) as live:
        ana.staff_takes()

        assert live.until(type="ticket")["ticket_id"] == ticket

    assert error_message(ben.staff_takes(ticket), 409) == "Ana has taken this ticket."


def test_a_page_that_says_too_much_is_no_page_of_ours(
    chat: ChatTester, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is closed; the conversation goes on."""
    monkeypatch.setattr(bot.web.live, "MOST_FRAMES", 3)
    with opened(visitor, chat) as live:
        for _ in range(4):
            live.send_text("{}")
        assert live.closing_code() == 1008

    assert chat.patient_says("hello")
