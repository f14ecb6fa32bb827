"""Which websites may show the chat in a frame on their pages, and the policy that says so to browsers."""

from __future__ import annotations

from bot.clinic import Clinic
from bot.settings import Settings

OWN_PAGES = "'self'"


def framing_origins(settings: Settings, clinic: Clinic) -> tuple[str, ...]:
    """Give who may show the chat, as a policy names them; empty if nobody may.

    In development our own demo page may too.
    """
    own = () if settings.env == "production" else (OWN_PAGES,)
    return (*own, *clinic.widget.origins)


def content_security_policy(*ancestors: str) -> str:
    """Give the policy of every page: what it loads comes from here, and these alone may show it in a frame."""
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {' '.join(ancestors)}; object-src 'none'"
    )
