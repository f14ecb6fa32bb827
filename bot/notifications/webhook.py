"""The webhook: what happened as JSON, signed, in a form that Slack and similar programs show as a message."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 15.0
TOO_OLD_SECONDS = 300
"""A receiver refuses a signature that is older than this, so that a call cannot be played again."""


class WebhookSender:
    """Calls one address.

    Args:
        address: Where to.
        secret: What the signature is made with; empty for none.
        transport: Another way to send requests, for tests.
    """

    def __init__(self, address: str, secret: str, transport: httpx.BaseTransport | None = None) -> None:
        self._address = address
        self._secret = secret
        self._transport = transport

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Call the address once.

        Raises:
            httpx.HTTPError: It is out of reach, or answered with an error.
        """
        import httpx

        body = json.dumps({"id": notification_id, "event": event, **content, "text": _line(content)})
        now = str(int(time.time()))
        headers = {"content-type": "application/json", "x-frontdesk-timestamp": now}
        if self._secret:
            headers["x-frontdesk-signature"] = f"sha256={signature(self._secret, now, body)}"
        with httpx.Client(timeout=TIMEOUT_SECONDS, transport=self._transport, trust_env=False) as client:
            client.post(self._address, content=body, headers=headers).raise_for_status()


def signature(secret: str, timestamp: str, body: str) -> str:
    """Give the signature of a body: HMAC-SHA256 of the timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, body: str, given: str, *, now: float) -> bool:
    """Tell whether a call comes from somebody who knows the secret, and was signed just now."""
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > TOO_OLD_SECONDS:
        return False
    return hmac.compare_digest(f"sha256={signature(secret, timestamp, body)}".encode(), given.encode())


def _line(content: Mapping[str, Any]) -> str:
    """Give the one line that a chat program shows."""
    return f"{content['title']} {content['link']}"
