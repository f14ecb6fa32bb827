"""A small OpenID Connect provider over real HTTP, which signs whatever a test has it say."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "frontdesk at cedar grove", "a secret: of the provider's/own"
Claims = dict[str, Any]


@dataclass
class Provider:
    """What it says, and what it was asked.

    Attributes:
        claims: Of whoever signs in.
        forge: Changes a good token's claims before they are signed.
        sign: Signs them; by default with the provider's own key.
        about: Changes what it says of itself.
        refuses: Whether whoever is asked to sign in does not.
        adds: What goes back along with the code.
    """

    claims: Claims = field(default_factory=dict)
    forge: Callable[[Claims], Claims] = dict
    sign: Callable[[Claims], str] | None = None
    about: Claims = field(default_factory=dict)
    refuses: bool = False
    adds: dict[str, str] = field(default_factory=dict)
    asked: list[Claims] = field(default_factory=list)
    codes: dict[str, Claims] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _key("first"))

    def start(self) -> None:
        """Serve."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._post(self)

            def log_message(self, *_words: object) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/realms/clinic"

    def change_keys(self) -> None:
        """Sign with another key from now on."""
        self.key = _key("second")

    def signed(self, claims: Claims, *, key: Any = None, algorithm: str = "RS256", kid: str | None = None) -> str:
        """Sign claims with a key."""
        header = {"alg": algorithm, "kid": kid or self.key.kid}
        return jwt.encode(header, claims, key or self.key, algorithms=[algorithm])

    def unsigned(self, claims: Claims) -> str:
        """Give a token whose head says that nobody signs it."""
        parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."

    def signed_with_the_secret(self, claims: Claims) -> str:
        """Sign with what the client knows as well."""
        return self.signed(claims, key=OctKey.import_key(CLIENT_SECRET.ljust(32)), algorithm="HS256")

    def signed_by_another(self, claims: Claims) -> str:
        """Sign with a key of the same name that is not the provider's."""
        return self.signed(claims, key=_key("another"), kid="first")

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/.well-known/openid-configuration"):
            about = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "end_session_endpoint": f"{self.issuer}/end",
            }
            _answer(request, {**about, **self.about})
        elif parts.path.endswith("/keys"):
            _answer(request, {"keys": [self.key.as_dict(private=False)]})
        elif parts.path.endswith("/authorize"):
            self.asked.append(asked)
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            given = {"error": "access_denied"} if self.refuses else {"code": code}
            back = urlencode({**given, "state": asked["state"], **self.adds})
            request.send_response(302)
            request.send_header("Location", f"{asked['redirect_uri']}?{back}")
            request.send_header("Content-Length", "0")
            request.end_headers()
        else:
            _answer(request, {"said": "You are signed out."})

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        begun = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = (
            begun is not None
            and base64.urlsafe_b64encode(verifier).decode().rstrip("=") == begun["code_challenge"]
            and form["redirect_uri"] == begun["redirect_uri"]
            and self._is_client(request, form)
        )
        if begun is None or not is_right:
            _answer(request, {"error": "invalid_grant"}, status=400)
            return
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": begun["client_id"],
            "sub": "one",
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in self.forge(good).items() if value is not None}
        _answer(
            request, {"access_token": "open", "token_type": "Bearer", "id_token": (self.sign or self.signed)(claims)}
        )

    def _is_client(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> bool:
        if "client_secret" in form:
            return (form["client_id"], form["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        given = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        name, _, secret = given.partition(":")
        return (unquote(name), unquote(secret)) == (CLIENT_ID, CLIENT_SECRET)


@cache
def _key(name: str) -> RSAKey:
    """Make a key, once for all tests: it takes a while."""
    return RSAKey.generate_key(2048, {"kid": name})


def _answer(request: BaseHTTPRequestHandler, answer: Claims, status: int = 200) -> None:
    body = json.dumps(answer).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
