"""The channel of a program of the clinic's: what is said to a patient, posted to it as signed JSON."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from bot.errors import NotDeliverableError
from bot.notifications.webhook import signature
from bot.outside_accounts.channels import ChannelSettings

if TYPE_CHECKING:
    import httpx

SECONDS = 15.0
LONGEST_ID = 64
TIMESTAMP, SIGNATURE = "x-frontdesk-timestamp", "x-frontdesk-signature"
"""The headers that both directions are signed by, as the webhook of tickets is."""


class ChannelWebhook:
    """Hands messages to the program.

    Args:
        settings: Its address and the secret.
    """

    def __init__(self, settings: ChannelSettings) -> None:
        self._settings = settings

    def send(self, notification_id: int, *, to: str, text: str, event: str) -> str | None:
        """Hand one message over; give the program's id of it, if it answers with one.

        Raises:
            NotDeliverableError: The program refuses it for good, as a 4xx but for 408 and 429 says.
            httpx.HTTPError: It is out of reach, or answered with another error.
        """
        import httpx

        body = json.dumps({"id": notification_id, "to": to, "text": text, "event": event})
        now = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            TIMESTAMP: now,
            SIGNATURE: f"sha256={signature(self._settings.secret, now, body)}",
        }
        with httpx.Client(timeout=SECONDS, trust_env=False) as client:
            response = client.post(self._settings.url, content=body, headers=headers)
        later = {httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS, httpx.codes.UNAUTHORIZED}
        if response.is_client_error and response.status_code not in later:
            raise NotDeliverableError(f"refused by the channel, status {response.status_code}")
        response.raise_for_status()
        return _id(response)


def _id(response: httpx.Response) -> str | None:
    try:
        found = response.json()["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) and 0 < len(found) <= LONGEST_ID else None
