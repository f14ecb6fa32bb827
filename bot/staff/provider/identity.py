"""What a provider's signed token says of somebody, once all of it was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from bot.errors import ProviderError
from bot.outside_accounts.sign_in_provider import ProviderSettings
from bot.tokens import hash_token

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key that the provider alone has: never none, and never one with the secret that we share."""
CLOCKS_DIFFER_SECONDS = 30
VERIFIED = ("email_verified", "xms_edov")
"""What says that an address is theirs: the standard's name, and that of Microsoft's Entra."""


class Keys(Protocol):
    """Gives the provider's keys."""

    def __call__(self, *, anew: bool) -> KeySet:
        """Give them, asked for anew or as they are known."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Somebody as the provider knows them.

    Attributes:
        email: Their address, which the provider has verified.
        subject: A hash of what it calls them, which it never gives to anybody else.
        has_second_factor: Whether they have shown a second factor there, by the words that the clinic counts as one.
    """

    email: str
    subject: str
    has_second_factor: bool


def identity_in(token: str, provider: ProviderSettings, nonce: str, access_token: str, keys: Keys) -> Identity:
    """Give who a token is about.

    Args:
        token: The signed token, from the provider itself.
        provider: Which it has to be from, and for.
        nonce: What we gave along when this sign-in began.
        access_token: What came with it, to which it may be bound.
        keys: Gives the provider's keys; asked for anew where the token names one that is not among them.

    Raises:
        ProviderError: It is not good, or the address in it is not verified.
    """
    try:
        found = _decoded(token, keys)
        claims = CodeIDToken(
            found.claims,
            found.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(leeway=CLOCKS_DIFFER_SECONDS)
    except (JoseError, ValueError) as error:
        # The kind of error alone: a token holds who somebody is.
        raise ProviderError("bad_token", detail=type(error).__name__) from error
    return _identity(found.claims, provider)


def _decoded(token: str, keys: Keys) -> jwt.Token:
    try:
        return jwt.decode(token, keys(anew=False), algorithms=list(ALGORITHMS))
    except InvalidKeyIdError:
        # No key of this name: the provider may have changed them.
        return jwt.decode(token, keys(anew=True), algorithms=list(ALGORITHMS))


def _identity(claims: Mapping[str, Any], provider: ProviderSettings) -> Identity:
    email = claims.get("email")
    if not isinstance(email, str) or not email.strip():
        raise ProviderError("no_email")
    if not any(claims.get(name) in (True, "true", "1", 1) for name in VERIFIED):
        raise ProviderError("email_not_verified")
    methods = claims.get("amr")
    shown = {claims.get("acr"), *(methods if isinstance(methods, list) else ())}
    subject = hash_token(f"{provider.issuer} {claims['sub']}")
    return Identity(email=email.strip(), subject=subject, has_second_factor=bool(shown & provider.second_factor))
