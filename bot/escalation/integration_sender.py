"""Calls the webhook of a program that works on tickets, at the address and with the secret that it has now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.db.engine import Database
from bot.notifications.webhook import WebhookSender
from bot.staff import store as staff

if TYPE_CHECKING:
    import httpx


class IntegrationSender:
    """Looks a program up by its number, and calls it."""

    def __init__(self, database: Database, transport: httpx.BaseTransport | None = None) -> None:
        """Take the database that knows the programs, and for tests another way to send requests."""
        self._database = database
        self._transport = transport

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> None:
        """Call the program once, unless it was cut off or whoever it works for is shut out.

        Raises:
            httpx.HTTPError: It is out of reach, or answered with an error.
        """
        with self._database.read() as session:
            program = next((known for known in staff.integrations(session) if known.id == int(target)), None)
            may_sign_in = staff.names(session)
        if program is None or program.revoked_at is not None or program.staff_member_id not in may_sign_in:
            return
        if program.webhook_url:
            sender = WebhookSender(program.webhook_url, program.webhook_secret, self._transport)
            sender.send(notification_id, target, event, content)
