"""Codes of an authenticator app (TOTP, RFC 6238): made, shown as a picture to scan, and checked, each once."""

from __future__ import annotations

import datetime as dt
import hmac
import re

import pyotp
import segno

STEP_SECONDS = 30
_SECRET = re.compile(r"[A-Z2-7]{32}")
TOLERATED_STEPS = 1
"""Clocks differ: the code before and the one after are good too."""


def new_secret() -> str:
    """Make the secret that the app and Frontdesk share."""
    return pyotp.random_base32()


def is_secret(secret: str) -> bool:
    """Tell whether a text has the form of a secret that we make."""
    return _SECRET.fullmatch(secret) is not None


def address_of(secret: str, *, email: str, clinic: str) -> str:
    """Give the address that the app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=clinic)


def picture_of(address: str) -> str:
    """Give the QR code of an address as a picture that a page can hold."""
    return str(segno.make(address).svg_data_uri(scale=5, border=4, light="#fff"))


def used_step(secret: str, code: str, now: dt.datetime, *, after: int | None) -> int | None:
    """Give the step of time that a code belongs to; None if it is wrong, not newer than the last one, or no secret's.

    Args:
        secret: The shared secret.
        code: What was typed.
        now: An aware time.
        after: The step of the last code that was used: none is good twice.
    """
    if not is_secret(secret):
        return None
    typed = "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - TOLERATED_STEPS, present + TOLERATED_STEPS + 1):
        expected = pyotp.TOTP(secret).at(step * STEP_SECONDS)
        if hmac.compare_digest(expected.encode(), typed.encode("utf-8", "replace")):
            return step if after is None or step > after else None
    return None
