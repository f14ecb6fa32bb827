"""The interface of Twilio, the provider: whether a webhook is theirs, what it is answered, and how a text is sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from bot.channels import store
from bot.db.engine import Database, utc_now
from bot.errors import NotDeliverableError
from bot.settings import SmsSettings

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 20.0
"""Longer to wait for an answer than to connect: a text whose answer is lost is sent again."""
OPTED_OUT = "opted out"
_STOPPED_AT_TWILIO = 21610

Parameters = Mapping[str, Sequence[str]]


def signature(auth_token: str, address: str, parameters: Parameters) -> str:
    """Give the signature of a webhook: HMAC-SHA1, in base64, of the address and the parameters sorted by name."""
    sorted_up = "".join(name + value for name in sorted(parameters) for value in sorted(set(parameters[name])))
    digest = hmac.new(auth_token.encode(), (address + sorted_up).encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()


def is_signed(auth_token: str, address: str, parameters: Parameters, given: str) -> bool:
    """Tell whether a webhook comes from somebody who knows the account's auth token."""
    return hmac.compare_digest(signature(auth_token, address, parameters).encode(), given.encode())


def twiml(texts: Sequence[str] = ()) -> str:
    """Give the answer to a webhook; texts in it are sent back to the phone that wrote."""
    messages = "".join(f"<Message>{escape(text)}</Message>" for text in texts)
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{messages}</Response>'


class SmsSender:
    """Sends texts to phone numbers, which the outbox names by their id.

    Args:
        database: Where the numbers stand.
        settings: The account at Twilio.
    """

    def __init__(self, database: Database, settings: SmsSettings) -> None:
        self._database = database
        self._settings = settings

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Send one text.

        Raises:
            NotDeliverableError: It will never arrive: the patient opted out, or the number is gone or refused.
            httpx.HTTPError: Twilio is out of reach, or answered with another error.
        """
        # Here, as wherever something is sent outside: a start does not wait for what the first sending needs.
        import httpx

        with self._database.read() as session:
            number = store.find_number_by_id(session, int(target))
        if number is None:
            raise NotDeliverableError("the number was deleted")
        # Asked at the last moment: what was queued before the patient said stop is not sent after it.
        if number.opted_out_at is not None and not content["even_if_opted_out"]:
            raise NotDeliverableError(OPTED_OUT)
        form = {"From": self._settings.number, "To": number.phone, "Body": str(content["text"])}
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        with httpx.Client(timeout=timeout, trust_env=False) as client:
            response = client.post(self._settings.messages_url, data=form, auth=self._settings.credentials)
        if response.status_code == httpx.codes.BAD_REQUEST:
            self._refused(int(target), response)
        response.raise_for_status()

    def _refused(self, number_id: int, response: httpx.Response) -> None:
        code = _code(response)
        if code == _STOPPED_AT_TWILIO:
            with self._database.write() as session:
                store.opt_out(session, number_id, utc_now())
            raise NotDeliverableError(f"{OPTED_OUT} at Twilio")
        raise NotDeliverableError(f"refused by Twilio, code {code}")


def _code(response: httpx.Response) -> int | None:
    try:
        return int(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        return None
