"""A device with a passkey, made of numbers: it answers as a browser's would, and lies where a test has it lie."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Device:
    """Makes one key and signs with it.

    Attributes:
        origin: What its browser says of the page.
        rp_id: Whom it takes the page for.
        flags: What it says of its owner: there, and verified.
        count: How often it has signed, as it says.
    """

    def __init__(self, origin: str = "https://desk.example", rp_id: str = "desk.example") -> None:
        self.origin, self.rp_id = origin, rp_id
        self.flags, self.count = PRESENT | VERIFIED, 0
        self.id = secrets.token_bytes(32)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def makes(self, options: str) -> str:
        """Answer what a browser was asked for a new key with."""
        numbers = self._key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, **point})
        data = self._data(WITH_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", json.loads(options)["challenge"])
        return self._written(client, attestationObject=attestation)

    def signs(self, options: str, **lies: Any) -> str:
        """Answer what a browser was asked for a signature with; `lies` are what its browser says instead."""
        self.count += 1
        client = self._client("webauthn.get", json.loads(options)["challenge"], **lies)
        data = self._data()
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._written(client, authenticatorData=data, signature=signature)

    def _data(self, more: int = 0) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return hashlib.sha256(self.rp_id.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, **lies: Any) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **lies}
        return json.dumps(said).encode()

    def _written(self, client: bytes, **parts: bytes) -> str:
        name = bytes_to_base64url(self.id)
        response = {key: bytes_to_base64url(part) for key, part in {"clientDataJSON": client, **parts}.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def another_challenge(options: str) -> str:
    """Give options that ask for another challenge, as somebody would who replays an older answer."""
    asked = json.loads(options)
    turned = bytes(reversed(base64url_to_bytes(asked["challenge"])))
    return json.dumps({**asked, "challenge": bytes_to_base64url(turned)})
