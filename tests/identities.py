"""What a clinic's server signs of its visitors, as docs/widget.md says how."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

SECRET = "a secret of the clinic's server, for tests"
MARIA = {"id": "4711", "name": "Maria Lopez", "email": "maria@home.example", "phone": "312-555-0142"}


def signed(claims: dict[str, Any], *, secret: str = SECRET, good_for: float = 600) -> str:
    """Sign claims, which are good for some seconds from now."""
    payload = encoded(json.dumps({"exp": int(time.time() + good_for), **claims}))
    return f"{payload}.{hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()}"


def encoded(text: str) -> str:
    """Write a text as base64url."""
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")
