"""The action server speaks as Rasa expects, and tells nobody a patient's words when an action fails."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

import pytest
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from actions import server
from actions.server import ActionServer


class Greets(Action):
    """Says hello and sets a slot."""

    def name(self) -> str:
        """Give a name."""
        return "action_greets"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        """Greet."""
        dispatcher.utter_message(text=f"Hello, {tracker.sender_id}.")
        return [{"event": "slot", "name": "topic", "value": "cost"}]


class Breaks(Greets):
    """Fails as it is told to."""

    error: Exception = RuntimeError("a patient's words")

    def name(self) -> str:
        """Give a name."""
        return "action_breaks"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        """Fail."""
        raise self.error


def _ask(method: str, path: str, *parts: bytes) -> tuple[int, Any]:
    executor = ActionExecutor()
    executor.register_action(Greets)
    executor.register_action(Breaks)
    sent: list[Any] = []
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(ActionServer(executor)({"type": "http", "method": method, "path": path}, receive, send))
    start, body = sent
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    return start["status"], json.loads(body["body"])


def _call(action: str) -> bytes:
    tracker = {"sender_id": "c1", "slots": {}, "events": [], "latest_message": {}, "paused": False}
    call = {"next_action": action, "sender_id": "c1", "tracker": tracker, "domain": {}, "version": "3.6.21"}
    return json.dumps(call).encode()


def test_what_an_action_says_and_sets_goes_back():
    """Also when the call comes in pieces."""
    whole = _call("action_greets")

    status, answer = _ask("POST", "/webhook", whole[:50], whole[50:])

    assert status == HTTPStatus.OK
    assert answer["events"] == [{"event": "slot", "name": "topic", "value": "cost"}]
    assert [said["text"] for said in answer["responses"]] == ["Hello, c1."]


def test_health_is_told():
    """For the one who waits for the start."""
    assert _ask("GET", "/health") == (200, {"status": "ok"})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"action_greets"', b"\xff"])
def test_what_is_no_call_is_refused(body: bytes):
    """Rasa never sends it."""
    status, answer = _ask("POST", "/webhook", body)

    assert status == HTTPStatus.BAD_REQUEST
    assert "error" in answer


def test_an_action_that_is_not_there_is_named():
    """Rasa logs it, and says nothing to the patient."""
    status, answer = _ask("POST", "/webhook", _call("action_unknown"))

    assert (status, answer["action_name"]) == (HTTPStatus.NOT_FOUND, "action_unknown")


def test_failure_of_an_action_is_told_without_words():
    """The text of an error may quote a patient, and Rasa would log it."""
    status, answer = _ask("POST", "/webhook", _call("action_breaks"))

    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "patient" not in json.dumps(answer)


def test_rejection_is_told_as_rasa_knows_it(monkeypatch: pytest.MonkeyPatch):
    """Then Rasa tries the next policy."""
    monkeypatch.setattr(Breaks, "error", ActionExecutionRejection("action_breaks"))

    status, answer = _ask("POST", "/webhook", _call("action_breaks"))

    assert (status, answer["action_name"]) == (HTTPStatus.BAD_REQUEST, "action_breaks")


def test_a_body_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch):
    """Memory has one."""
    monkeypatch.setattr(server, "MOST_BYTES", 100)

    status, _ = _ask("POST", "/webhook", b"x" * 60, b"x" * 60, _call("action_greets"))

    assert status == HTTPStatus.BAD_REQUEST


def test_elsewhere_is_nothing():
    """Two addresses, and no others."""
    assert _ask("GET", "/webhook")[0] == HTTPStatus.NOT_FOUND
    assert _ask("POST", "/actions")[0] == HTTPStatus.NOT_FOUND
