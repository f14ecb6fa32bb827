"""Whatever a page sends on a live connection, it harms nobody: the connection closes by our rules or goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import bot.web.live
from tests.chat_tester import ChatTester
from tests.integration.edge import TestClient, WebSocketDisconnect, frames

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=20,
)
ODD_NUMBERS = st.sampled_from([0, -1, 1, 2**31, 2**63 - 1, 2**63, 10**40, 0.5, True])
OURS = st.fixed_dictionaries(
    {"type": st.sampled_from(["typing", "looking", "ping", "message"]) | JSON},
    optional={"ticket_id": ODD_NUMBERS | JSON, "conversation_id": JSON, "text": st.text()},
)
"""What has our names in it, with anything under them."""
SENT = st.lists(
    st.one_of(
        OURS.map(json.dumps),
        st.fixed_dictionaries({"type": st.sampled_from(["typing", "looking"]), "ticket_id": ODD_NUMBERS}).map(
            json.dumps
        ),
        JSON.map(json.dumps),
        st.text(),
        st.binary(max_size=200),
        st.integers(1, 60_000).map(lambda deep: "[" * deep),
        st.integers(1, 3).map(lambda times: "x" * 2000 * times),
    ),
    min_size=1,
    max_size=12,
)
OFTEN = settings(
    max_examples=settings().max_examples // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
pytestmark = pytest.mark.slow(reason="opens some hundred live connections")
SAME_SITE = {"origin": "http://testserver"}


@pytest.fixture(autouse=True)
def _as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every frame about typing, and as many as come: each is to be read."""
    monkeypatch.setattr(bot.web.live, "TYPING_PAUSE", 0.0)
    monkeypatch.setattr(bot.web.live, "MOST_FRAMES", 10**9)


def _sends(session: Any, sent: list[str | bytes]) -> None:
    for each in sent:
        if isinstance(each, bytes):
            session.send_bytes(each)
        else:
            session.send_text(each)


def test_whatever_a_patients_page_sends_the_chat_goes_on(
    chat: ChatTester, visitor: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is said afterwards arrives on the same connection, and no error is logged."""

    @OFTEN
    @given(sent=SENT)
    def send(sent: list[str | bytes]) -> None:
        with frames(visitor, f"{chat.path}/live", token=chat.token) as live:
            _sends(live._session, sent)
            chat.patient_says("hello")
            assert live.until(type="message")["message"]["text"] == "hello"

    send()
    assert "error" not in capsys.readouterr().out


def test_whatever_a_page_of_the_console_sends_it_goes_on_hearing(
    chat: ChatTester, capsys: pytest.CaptureFixture[str]
) -> None:
    """With numbers of tickets that there are, that there are not, and that are none."""
    chat.patient_asks_for_person()
    chat.staff_signs_in()

    @OFTEN
    @given(sent=SENT)
    @example(sent=[json.dumps({"type": "typing", "ticket_id": 2**63})])
    def send(sent: list[str | bytes]) -> None:
        with frames(chat.staff, "/staff/live", **SAME_SITE) as live:
            _sends(live._session, sent)
            chat.patient_says("hello")
            frame = live.until(type="message")
            while frame["message"]["text"] != "hello":
                frame = live.until(type="message")

    send()
    assert "error" not in capsys.readouterr().out


@given(
    offered=st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60), max_size=4)
)
@OFTEN
def test_nobody_connects_without_the_token_whatever_they_offer(chat: ChatTester, offered: list[str]) -> None:
    """The greeting of a live connection holds words of whoever connects."""
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        chat.patient.websocket_connect(f"{chat.path}/live", subprotocols=offered),
    ):
        pass
    assert refused.value.code == 1008
