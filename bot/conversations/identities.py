"""Who a patient is, where the clinic's own website says so and its server has signed it; never taken on trust."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import unicodedata
from typing import Annotated, Any

import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.clinic import Clinic
from bot.conversations import identity_store, store
from bot.conversations.identity_store import Person
from bot.db.engine import Database, utc_now
from bot.errors import AnotherPersonError, IdentityNotProvenError, InvalidContactError
from bot.reading.emails import read_email
from bot.reading.phones import read_phone

LONGEST = dt.timedelta(days=1)
"""What is signed is good for this long at most: whoever finds an old one somewhere cannot use it."""
CLOCKS_DIFFER = dt.timedelta(minutes=2)

FAR_OFF = 2**40
"""Seconds; later than any moment that can be calculated with."""

logger = structlog.get_logger(__name__)


def _one_line(value: str) -> str:
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in value):
        raise ValueError("holds what is no text")
    return value


Line = Annotated[str, Field(max_length=120), AfterValidator(_one_line)]


class _Claims(BaseModel):
    """What the clinic's server says of a visitor."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True)

    id: Annotated[Line, Field(min_length=1)]
    exp: Annotated[int, Field(ge=0, lt=FAR_OFF)]
    name: Line = ""
    email: str = ""
    phone: str = ""


class Identities:
    """Checks what a website says of its visitors, and keeps it beside their conversations.

    Args:
        database: The store.
        secret: What the clinic's server signs with; empty if it signs nothing.
        clinic: It says how phone numbers are written there.
    """

    def __init__(self, database: Database, secret: str, clinic: Clinic) -> None:
        self._database = database
        self._secret = secret.encode()
        self._clinic = clinic

    def identify(self, conversation_id: str, signed: str) -> None:
        """Keep who writes in a conversation.

        Args:
            conversation_id: The conversation.
            signed: `<claims>.<signature>`, as docs/widget.md says.

        Raises:
            IdentityNotProvenError: It is not what the clinic's server has signed, or no longer.
            AnotherPersonError: Somebody else writes in that conversation.
        """
        person = self._proven(signed)
        with self._database.write() as session:
            store.lock_conversation(session, conversation_id)
            known = identity_store.of(session, [conversation_id])
            if known and known[0].person.id != person.id:
                raise AnotherPersonError("Somebody else is signed in in this conversation. Start a new one.")
            identity_store.keep(session, conversation_id, person)

    def _proven(self, signed: str) -> Person:
        if not self._secret:
            raise self._refused("off", "Identities are not set up: FRONTDESK_WIDGET_SECRET is not set.")
        claims, _, signature = signed.partition(".")
        expected = hmac.new(self._secret, claims.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        # Before anything of it is read.
        if not hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace")):
            raise self._refused("signature", "The signature is not that of the clinic's server.")
        try:
            said = _Claims.model_validate(_decoded(claims))
        except ValueError:
            problem = "What was signed is not base64url of JSON with id, exp and, if you like, name, email, phone."
            raise self._refused("form", problem) from None
        left = dt.timedelta(seconds=said.exp - utc_now().timestamp())
        if left < -CLOCKS_DIFFER:
            raise self._refused("expired", "What was signed is no longer good: sign it anew with each page.")
        if left > LONGEST + CLOCKS_DIFFER:
            raise self._refused("too_long", "What was signed is good for more than a day: set exp to an earlier time.")
        return Person(id=said.id, name=said.name, email=_email(said.email), phone=self._phone(said.phone))

    def _refused(self, reason: str, message: str) -> IdentityNotProvenError:
        # Whoever sets it up looks here; who was meant stands in no log.
        logger.warning("identity_refused", reason=reason)
        return IdentityNotProvenError(message)

    def _phone(self, written: str) -> str:
        try:
            return read_phone(written, self._clinic.region) if written else ""
        except InvalidContactError:
            # The website's records hold what they hold; the rest of it is still who they are.
            return ""


def _decoded(claims: str) -> Any:
    return json.loads(base64.b64decode(claims + "=" * (-len(claims) % 4), altchars=b"-_", validate=True))


def _email(written: str) -> str:
    try:
        return read_email(written) if written else ""
    except InvalidContactError:
        return ""
