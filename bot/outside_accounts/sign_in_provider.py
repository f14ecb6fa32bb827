"""The clinic's own provider of sign-ins (OpenID Connect), as the environment names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.errors import SettingsError

ISSUER, CLIENT_ID, CLIENT_SECRET = "FRONTDESK_OIDC_ISSUER", "FRONTDESK_OIDC_CLIENT_ID", "FRONTDESK_OIDC_CLIENT_SECRET"
NAME, SECOND_FACTOR = "FRONTDESK_OIDC_NAME", "FRONTDESK_OIDC_SECOND_FACTOR"
RETURN_PATH = "/staff/sign-in/provider/return"
"""Where the provider leads back to; it has to know the whole address."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """A provider at which staff sign in.

    Attributes:
        issuer: Its address, exactly as its tokens name it.
        client_id: What it calls Frontdesk.
        client_secret: What Frontdesk shows it.
        name: What its button says after "Sign in with".
        second_factor: Which of its words for how somebody signed in (`acr` and `amr`) stand for a second factor; empty
            for none, so that our own codes are asked for.
        return_url: Where it leads back to.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    second_factor: frozenset[str]
    return_url: str


def is_private(address: str) -> bool:
    """Say whether nobody on the way can read what is sent to an address: HTTPS, or this machine itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def read_provider(env: Mapping[str, str], public_url: str) -> ProviderSettings | None:
    """Read the provider; None where the clinic has none.

    Args:
        env: The environment's variables.
        public_url: How staff reach Frontdesk.

    Raises:
        SettingsError: It is set up by half, or in the open.
    """
    values = {name: env.get(name, "").strip() for name in (ISSUER, CLIENT_ID, CLIENT_SECRET)}
    if not any(values.values()):
        return None
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise SettingsError(f"Sign-in at your provider is set up by half: {', '.join(missing)} is missing.")
    issuer = values[ISSUER]
    if not is_private(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise SettingsError(f"{ISSUER} is no address of a provider; it begins with https:// and has no ? or #.")
    return ProviderSettings(
        issuer=issuer,
        client_id=values[CLIENT_ID],
        client_secret=values[CLIENT_SECRET],
        name=env.get(NAME, "").strip() or "your clinic's account",
        second_factor=frozenset(word.strip() for word in env.get(SECOND_FACTOR, "").split(",") if word.strip()),
        return_url=f"{public_url.rstrip('/')}{RETURN_PATH}",
    )
