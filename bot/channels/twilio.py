"""The interface of Twilio, the provider: whether a webhook is theirs, what it is answered, and how a text is sent."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from bot.errors import NotDeliverableError
from bot.outside_accounts.channels import SmsSettings

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 20.0
"""Longer to wait for an answer than to connect: where it is lost, it has to be asked whether the text was taken."""
MOST_LISTED = 1000
"""As many as Twilio lists at once; nobody gets so many texts in two days."""
_STOPPED_AT_TWILIO = 21610

Parameters = Mapping[str, Sequence[str]]
_SID = re.compile(r"[0-9A-Za-z]{1,64}")


def is_sid(text: str) -> bool:
    """Tell whether a text can be Twilio's id of something."""
    return _SID.fullmatch(text) is not None


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


class StoppedAtTwilioError(NotDeliverableError):
    """Raised when Twilio itself keeps a number from being texted: it has opted out there."""


class Twilio:
    """Hands texts over.

    Args:
        settings: The account.
    """

    def __init__(self, settings: SmsSettings) -> None:
        self.settings = settings

    def send(self, notification_id: int, *, to: str, sender: str, words: Mapping[str, str]) -> str | None:
        """Hand one text over; give Twilio's id of it.

        Args:
            notification_id: The text in the outbox.
            to: The address that it goes to, as Twilio writes it.
            sender: The clinic's own.
            words: The form's fields that say what is sent.

        Raises:
            NotDeliverableError: It will never arrive.
            httpx.HTTPError: Twilio is out of reach, or answered with another error.
        """
        # Here, as wherever something is sent outside: a start does not wait for what the first sending needs.
        import httpx

        form = {"From": sender, "To": to, **words, "StatusCallback": self.settings.receipt_url(notification_id)}
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        with httpx.Client(timeout=timeout, trust_env=False) as client:
            response = client.post(self.settings.messages_url, data=form, auth=self.settings.credentials)
        if response.status_code == httpx.codes.BAD_REQUEST:
            code = _code(response)
            if code == _STOPPED_AT_TWILIO:
                raise StoppedAtTwilioError("opted out at Twilio")
            raise NotDeliverableError(f"refused by Twilio, code {code}")
        response.raise_for_status()
        return _sid(response)

    def listed(self, *, to: str, body: str, since: dt.date) -> list[str]:
        """Give Twilio's ids of the texts to an address that say this, of those it took since the beginning of a day.

        Args:
            to: The address, as Twilio writes it.
            body: What they say.
            since: The day, by UTC, by which Twilio lists.

        Raises:
            httpx.HTTPError: Twilio does not say.
        """
        import httpx

        wanted = {"To": to, "DateSent>": since.isoformat(), "PageSize": str(MOST_LISTED)}
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        with httpx.Client(timeout=timeout, trust_env=False) as client:
            answer = client.get(self.settings.messages_url, params=wanted, auth=self.settings.credentials)
        answer.raise_for_status()
        return [str(each["sid"]) for each in answer.json()["messages"] if each["to"] == to and each["body"] == body]


def _sid(response: httpx.Response) -> str | None:
    """Give Twilio's id of a text; None for an answer without one, since Twilio has the text all the same."""
    try:
        sid = response.json()["sid"]
    except (ValueError, KeyError, TypeError):
        return None
    return sid if isinstance(sid, str) and is_sid(sid) else None


def _code(response: httpx.Response) -> int | None:
    try:
        return int(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        return None
