"""Gives browsers keys for what they keep: one for each page of the chat, one for each member of staff.

They are derived from one secret of the installation, so none is stored anywhere: a browser that comes back, to
whichever edge, after whichever restart, is given the same one again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.browser_keys.store import own_secret
from bot.db.engine import Database

logger = structlog.get_logger(__name__)

KEY_ID = re.compile(r"[A-Za-z0-9_-]{22}")
"""How an id is written: 128 random bits. Whoever knows one is given its key, as whoever knows a token opens a chat."""
_ID_BYTES = 16
_NAME = "browser_keys"


@dataclass(frozen=True, kw_only=True)
class PageKey:
    """A key that a page may encrypt with.

    Attributes:
        id: What stands beside the words that are kept, so that the key can be asked for again.
        key: 256 bits in base64url; never to be stored in a browser.
    """

    id: str
    key: str


class BrowserKeys:
    """Derives the keys of this installation's browsers.

    Args:
        database: Holds the secret that they are derived from.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._secret: bytes | None = None

    def for_new_page(self) -> PageKey | None:
        """Give a page of the chat a key of its own; None while the store is down, so that the page keeps nothing."""
        key_id = secrets.token_urlsafe(_ID_BYTES)
        try:
            return PageKey(id=key_id, key=self.of_page(key_id))
        except SQLAlchemyError as error:
            logger.warning("no_browser_key", problem=type(error).__name__)
            return None

    def of_page(self, key_id: str) -> str:
        """Give the key of an earlier page.

        Args:
            key_id: Its id, in the form of `KEY_ID`.
        """
        return self._derived(f"page {key_id}")

    def of_staff_member(self, staff_member_id: int) -> str:
        """Give the key for what a member of staff has half-written: the same at each sign-in."""
        return self._derived(f"staff {staff_member_id}")

    def _derived(self, purpose: str) -> str:
        if self._secret is None:
            self._secret = own_secret(self._database, _NAME)
        # One block of HKDF-Expand: the secret is random already.
        key = hmac.digest(self._secret, f"frontdesk {purpose}".encode() + b"\x01", hashlib.sha256)
        return base64.urlsafe_b64encode(key).decode().rstrip("=")
