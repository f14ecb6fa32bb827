"""Nobody comes more often than the table says; what may tell of danger is heard all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.bootstrap import Services, build_services, read_triage
from bot.settings import Settings, load_settings
from bot.web.door.roads import CONSOLE, ELSEWHERE, PROGRAMS, PUBLIC, road_of
from tests.chat_tester import ChatTester
from tests.factories import DOUBTED, MAYBE_EMERGENCY
from tests.fakes import FakeRasa, TriageInDoubt
from tests.integration.door.walking import roads
from tests.integration.edge import DANGEROUS, NewChat, TestClient, WebSocketDisconnect, error_message, frames

HTML = {"accept": "text/html"}
WALKED = roads()


@pytest.fixture(scope="session")
def in_doubt() -> TriageInDoubt:
    """Give the project's look for danger, in doubt of two messages."""
    return TriageInDoubt(read_triage(load_settings({})), DOUBTED)


@pytest.fixture
def services(settings: Settings, rasa: FakeRasa, in_doubt: TriageInDoubt) -> Iterator[Services]:
    """Give the services around it."""
    built = build_services(replace(settings, rate_limits=True), rasa=cast("Any", rasa), triage=in_doubt)
    yield built
    built.database.close()


def _filled(path: str) -> str:
    return re.sub(r"\{\w+(?::\w+)?\}", "1", path)


def _few(monkeypatch: pytest.MonkeyPatch, path: str, *, method: str = "POST", **limits: str) -> None:
    """Let only a few come on a road."""
    road = road_of(method, path)
    for name, value in limits.items():
        monkeypatch.setitem(vars(road), name, value)


def test_every_public_road_has_a_limit() -> None:
    """A new route fails here until it stands in the table; what asks for a sign-in has the limit of all that does."""
    listed = {(road.method, road.path) for road in PUBLIC}
    public = {(road.method, road.path) for road in WALKED if road.is_public}

    assert public == listed
    for road in WALKED:
        found = road_of(road.method, _filled(road.path))
        assert (
            (found.method, found.path) == (road.method, road.path) if road.is_public else found in (CONSOLE, PROGRAMS)
        )
        assert found.of_address


def test_an_address_that_is_none_has_a_limit_too() -> None:
    """Or guessing would be free."""
    for method, path in (("GET", "/nosuch"), ("PUT", "/"), ("POST", "/api/conversations/a/b/c/d"), ("LIVE", "/x")):
        assert road_of(method, path) is ELSEWHERE


def test_who_comes_too_often_is_told_when_to_come_again(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in the interface's form, a browser with a page; both in Retry-After."""
    _few(monkeypatch, "/privacy", method="GET", by_address="2/day")
    assert [visitor.get("/privacy").status_code for _ in range(2)] == [200, 200]

    refused, page = visitor.get("/privacy"), visitor.get("/privacy", headers=HTML)

    assert "Wait" in error_message(refused, 429)
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert page.status_code == 429
    assert "That was too fast" in page.text
    for response in (refused, page):
        assert 1 <= int(response.headers["retry-after"]) <= 2 * 86400
        assert "content-security-policy" in response.headers
    assert visitor.get("/").status_code == 200, "another road has a count of its own"


def test_each_conversation_has_a_count_of_its_own(
    chat: ChatTester, new_chat: NewChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody without its token counts against it."""
    _few(monkeypatch, f"{chat.path}/messages", by_subject="2/day")
    for _ in range(5):
        chat.patient.post(f"{chat.path}/messages", json={"text": "hello"}, headers={"authorization": "Bearer no"})
    chat.patient_says("one")
    chat.patient_says("two")

    error_message(chat.patient_sends({"text": "three"}), 429)
    assert new_chat().patient_says("hello")
    assert "three" not in chat.patient_sees()


@pytest.mark.parametrize("limit", ["by_address", "by_subject"])
def test_danger_is_heard_however_many_came_before(
    chat: ChatTester, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """It is stored, its card comes and staff get a ticket; what is harmless has to wait."""
    _few(monkeypatch, f"{chat.path}/messages", **{limit: "1/day"})
    chat.patient_says("hello")
    error_message(chat.patient_sends({"text": "does it hurt?"}), 429)

    for _ in range(3):
        (card, *_) = chat.patient_says(DANGEROUS)
        assert card["reply"]["kind"] == "emergency"

    error_message(chat.patient_sends({"text": "and the price?"}), 429)
    assert len(chat.staff_sees_tickets("open")) == 1


def test_a_conversation_begins_for_danger_however_many_began_before(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a whole town is behind one address, the one in danger is not turned away."""
    _few(monkeypatch, "/api/conversations", by_address="1/day")
    started = [visitor.post("/api/conversations", json=body) for body in ({}, {}, {"first_words": "hello"})]

    in_danger = visitor.post("/api/conversations", json={"first_words": DANGEROUS})

    assert [response.status_code for response in (*started, in_danger)] == [201, 429, 429, 201]


def test_the_answer_to_a_check_is_heard_too(chat: ChatTester, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says whether the danger is there now."""
    road = f"{chat.path}/messages"
    check = next(reply for reply in chat.patient_says(MAYBE_EMERGENCY) if reply["reply"]["kind"] == "safety_check")
    _few(monkeypatch, road, by_subject="1/day")

    answer = chat.patient_sends({"text": check["reply"]["options"][0]["title"], "in_reply_to": check["id"]})

    assert answer.status_code == 200, answer.text
    assert answer.json()["messages"][1]["reply"]["kind"] in {"emergency", "urgent"}


def test_danger_in_a_contact_form_is_heard_too(chat: ChatTester, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a form without it has to wait."""
    _few(monkeypatch, f"{chat.path}/contact", by_subject="1/day")
    chat.patient_leaves_contact(phone="512 555 0199")

    card = chat.patient_leaves_contact(name=DANGEROUS)[1]
    refused = chat.patient.post(f"{chat.path}/contact", json={"phone": "512 555 0199"}, headers=chat.bearer)

    assert card["reply"]["kind"] == "emergency"
    error_message(refused, 429)


def test_who_is_behind_another_address_does_not_wait(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy on this machine says whom it heard from; what stands further left anybody may have written."""
    _few(monkeypatch, "/privacy", method="GET", by_address="1/day")
    monkeypatch.setattr(visitor._transport, "client", ("127.0.0.1", 5000))

    def status(forwarded: str) -> int:
        return visitor.get("/privacy", headers={"x-forwarded-for": forwarded}).status_code

    assert status("198.51.100.7") == 200
    assert status("198.51.100.8") == 200
    assert status("203.0.113.9, 198.51.100.7") == 429, "the left one is the visitor's own word"


def test_live_connections_are_counted_too(
    chat: ChatTester, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes too often is closed; the page goes on by asking."""
    path = f"{chat.path}/live"
    _few(monkeypatch, path, method="LIVE", by_address="1/day")
    with frames(visitor, path, token=chat.token):
        pass

    with pytest.raises(WebSocketDisconnect) as refused, frames(visitor, path, token=chat.token):
        pass
    assert refused.value.code == 1013
