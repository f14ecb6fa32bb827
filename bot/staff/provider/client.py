"""Talks to the clinic's provider: where it is to be asked, what it answers to a code, which keys it signs with."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.errors import ProviderError
from bot.outside_accounts.sign_in_provider import ProviderSettings, is_private
from bot.staff.provider.identity import Identity, identity_in

PATIENCE = 10.0
KNOWN_FOR = 3600.0
"""Seconds: so long what the provider says of itself is taken for true."""
MOST_BYTES = 512 * 1024
_SCOPES = "openid email"


class ProviderClient:
    """Speaks with one provider; what it says of itself is kept for an hour.

    Args:
        settings: Which it is.
    """

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._known: dict[str, tuple[float, Any]] = {}

    def address_to_sign_in(self, *, state: str, nonce: str, verifier: str) -> str:
        """Give the provider's page for a sign-in.

        Args:
            state: What it gives back.
            nonce: What its token has to hold.
            verifier: What will be shown with the code (PKCE); its hash goes along.

        Raises:
            ProviderError: The provider cannot be asked.
        """
        parameters = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.return_url,
            "scope": _SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(self._endpoint("authorization_endpoint")).copy_merge_params(parameters))

    def address_to_sign_out(self) -> str | None:
        """Give the provider's page for signing out there; None where it has none.

        Raises:
            ProviderError: The provider cannot be asked.
        """
        if not self._about().get("end_session_endpoint"):
            return None
        end = httpx.URL(self._endpoint("end_session_endpoint"))
        return str(end.copy_merge_params({"client_id": self.settings.client_id}))

    def identity_for(self, code: str, *, verifier: str, nonce: str) -> Identity:
        """Exchange the code that somebody came back with, and give who they are.

        Raises:
            ProviderError: The provider refuses it, or what it gives is not good.
        """
        given = self._exchange(code, verifier)
        token, access_token = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str):
            raise ProviderError("no_token")
        return identity_in(
            token, self.settings, nonce, access_token if isinstance(access_token, str) else "", self._keys
        )

    def _exchange(self, code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.return_url,
            "code_verifier": verifier,
        }
        endpoint = self._endpoint("token_endpoint")
        names, secret = self.settings.client_id, self.settings.client_secret
        methods = self._about().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in methods:
            # As OAuth 2.0 wants it (RFC 6749, 2.3.1): both are quoted first.
            return self._ask("POST", endpoint, data=form, auth=(quote(names, safe=""), quote(secret, safe="")))
        return self._ask("POST", endpoint, data={**form, "client_id": names, "client_secret": secret})

    def _about(self) -> dict[str, Any]:
        """Give what the provider says of itself.

        Raises:
            ProviderError: It does not answer, or says that it is another.
        """
        address = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        about = self._remembered(address, anew=False)
        if about.get("issuer") != self.settings.issuer:
            raise ProviderError("another_issuer")
        return about

    def _endpoint(self, name: str) -> str:
        address = self._about().get(name)
        if not isinstance(address, str) or not is_private(address):
            raise ProviderError("no_endpoint", detail=name)
        return address

    def _keys(self, *, anew: bool) -> KeySet:
        try:
            return KeySet.import_key_set(self._remembered(self._endpoint("jwks_uri"), anew=anew))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderError("no_keys", detail=type(error).__name__) from error

    def _remembered(self, address: str, *, anew: bool) -> dict[str, Any]:
        at, known = self._known.get(address, (0.0, None))
        if known is None or anew or time.monotonic() - at > KNOWN_FOR:
            known = self._ask("GET", address)
            self._known[address] = (time.monotonic(), known)
        return dict(known)

    def _ask(self, method: str, address: str, **told: Any) -> dict[str, Any]:
        """Send a request; give the object that comes back.

        Raises:
            ProviderError: None does.
        """
        try:
            with (
                httpx.Client(timeout=PATIENCE, headers={"accept": "application/json"}) as client,
                client.stream(method, address, **told) as response,
            ):
                body = b""
                for part in response.iter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise ProviderError("too_long")
                if response.status_code != httpx.codes.OK:
                    raise ProviderError("refused", detail=str(response.status_code))
                answer = httpx.Response(200, content=body).json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderError("unreachable", detail=type(error).__name__) from error
        if not isinstance(answer, dict):
            raise ProviderError("no_object")
        return answer
