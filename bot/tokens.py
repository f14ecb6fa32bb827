"""Secrets that prove whose a conversation or a sign-in is: made, and hashed for the store."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Make a secret for a conversation or a sign-in: 32 random bytes as text."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Give the hash under which a token is stored; a token is random, so one plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
