"""The action server's HTTP: what Rasa posts goes to the executor, what the action said and set goes back.

In place of rasa_sdk's own server, which loads the tracing of several vendors and takes half of the time of a call.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

MOST_BYTES = 8 * 1024 * 1024
"""More than any tracker that Rasa sends: it keeps the last events of a conversation only."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ActionServer:
    """Serves `POST /webhook` and `GET /health`, in the form that Rasa's own action servers have."""

    def __init__(self, executor: ActionExecutor) -> None:
        """Take what runs the actions."""
        self._executor = executor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        match scope["method"], scope["path"]:
            case "GET", "/health":
                await _answer(send, HTTPStatus.OK, {"status": "ok"})
            case "POST", "/webhook":
                await _answer(send, *await self._run(await _body(receive)))
            case _:
                await _answer(send, HTTPStatus.NOT_FOUND, {"error": "There is nothing here."})

    async def _run(self, body: bytes) -> tuple[HTTPStatus, Any]:
        try:
            call = json.loads(body)
        except ValueError:
            call = None
        if not isinstance(call, dict):
            return HTTPStatus.BAD_REQUEST, {"error": "This is no call of an action."}
        name = call.get("next_action")
        try:
            result = await self._executor.run(call)
        except ActionExecutionRejection as error:
            return HTTPStatus.BAD_REQUEST, {"error": error.message, "action_name": error.action_name}
        except ActionNotFoundException as error:
            return HTTPStatus.NOT_FOUND, {"error": error.message, "action_name": error.action_name}
        except Exception:  # noqa: BLE001 (logged by the action; its text may quote a patient, so it goes no further)
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "The action failed.", "action_name": name}
        return HTTPStatus.OK, None if result is None else result.model_dump()


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return b""
        if not message.get("more_body"):
            return b"".join(parts)


async def _answer(send: Send, status: HTTPStatus, content: Any) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
