"""Sealing values with a key (AES-GCM, and AES-SIV for what is looked up by), and the keys of the installation.

The edge, the actions, the command line and Rasa's process share it: it knows no database and no settings.
"""

from __future__ import annotations

import binascii
import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import EncryptionKeyError, SettingsError

KEY_VARIABLE, KEY_FILE_VARIABLE = "FRONTDESK_ENCRYPTION_KEY", "FRONTDESK_ENCRYPTION_KEY_FILE"
SEALED, FINDABLE, PLAIN = "fd1.", "fs1.", "fd0."
"""How a value begins that is sealed, one that is sealed the same each time, and a plain one that would look so."""
_MARK = "fdk1_"
"""How a key is written, so that nothing else is taken for one."""
_KEY_BYTES = 32
_NONCE_BYTES = 12


def new_key() -> str:
    """Make a key of the installation, as its file holds it."""
    return _MARK + secrets.token_hex(_KEY_BYTES)


def read_keys(written: str) -> tuple[MasterKey, ...]:
    """Give the keys of the installation, the one in use first.

    Args:
        written: What the variable or its file holds: keys with white space between; empty for none.

    Raises:
        SettingsError: One of them is no key; the message does not show it.
    """
    found = []
    for word in written.split():
        try:
            secret = binascii.unhexlify(word.removeprefix(_MARK))
        except ValueError:
            secret = b""
        if not word.startswith(_MARK) or len(secret) != _KEY_BYTES:
            raise SettingsError(
                f"{KEY_VARIABLE} holds something that is no key. `./frontdesk keys make FILE` makes one."
            )
        found.append(MasterKey(secret))
    return tuple(found)


def holds_keys(file: Path) -> bool:
    """Say whether a file holds keys of the installation."""
    with file.open("rb") as opened:
        return opened.read(len(_MARK)) == _MARK.encode()


def looks_sealed(stored: str) -> bool:
    """Say whether a stored text is a sealed one."""
    return stored.startswith((SEALED, FINDABLE))


def key_id_of(stored: str) -> str:
    """Give the id of the key that a sealed text was sealed with."""
    return stored.split(".", 2)[1]


def escaped(value: str) -> str:
    """Give a text as it is stored without a key: none is ever taken for a sealed one."""
    return PLAIN + value if value.startswith((SEALED, FINDABLE, PLAIN)) else value


def unescaped(stored: str) -> str:
    """Give the text that was stored without a key."""
    return stored.removeprefix(PLAIN)


class ValueKey:
    """Seals and opens texts with one secret.

    Args:
        key_id: What a sealed text names it by.
        secret: 32 random bytes; the keys that are used are derived from it.
    """

    def __init__(self, key_id: str, secret: bytes) -> None:
        # Imported where there is a key: an installation without one need not load it.
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

        self._changed = InvalidTag
        self.id = key_id
        self._sealed, self._findable = f"{SEALED}{key_id}.", f"{FINDABLE}{key_id}."
        self._random = AESGCM(_derived(secret, b"values", 32))
        self._same = AESSIV(_derived(secret, b"look-ups", 64))

    def seal(self, text: str) -> str:
        """Seal a text, another way each time; an empty one stays empty."""
        if not text:
            return ""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._sealed + _in_letters(nonce + self._random.encrypt(nonce, text.encode(), None))

    def seal_findable(self, text: str, found_by: str) -> str:
        """Seal a text the same way each time, so that it can be looked up.

        Args:
            text: What is sealed.
            found_by: The form of it that people look for; it stands first, and alone if it is the text itself.
        """
        if not text:
            return ""
        first = self.first_part(found_by)
        return first if text == found_by else f"{first}.{_in_letters(self._same.encrypt(text.encode(), None))}"

    def first_part(self, found_by: str) -> str:
        """Give what all texts begin with that people find by the same form."""
        return self._findable + _in_letters(self._same.encrypt(found_by.encode(), None))

    def open(self, stored: str) -> str:
        """Open a text that was sealed with this key.

        Raises:
            EncryptionKeyError: It was changed, or sealed with another key of this name.
        """
        try:
            # What is looked up by is read from its last part.
            raw = binascii.a2b_base64(stored[stored.rindex(".") + 1 :])
            if stored.startswith(FINDABLE):
                return self._same.decrypt(raw, None).decode()
            return self._random.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
        except (self._changed, ValueError) as error:
            raise EncryptionKeyError(f"A value sealed with {self.id} was changed; it cannot be read.") from error


class MasterKey:
    """A key of the installation: wraps the keys of a database, and seals what Rasa remembers.

    Args:
        secret: 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self.id = hashlib.sha256(b"frontdesk key id" + secret).hexdigest()[:8]
        self._secret = secret
        self._kept: dict[str, ValueKey] = {}

    @property
    def memory(self) -> ValueKey:
        """What Rasa's memory is sealed with."""
        return self._derived("memory")

    def wrap(self, secret: bytes) -> str:
        """Give a database's key as it is stored there."""
        return self._derived("wrapping").seal(secret.hex())

    def unwrap(self, wrapped: str) -> bytes:
        """Give a database's key.

        Raises:
            EncryptionKeyError: It was not wrapped by this one.
        """
        return bytes.fromhex(self._derived("wrapping").open(wrapped))

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same key."""
        return isinstance(other, MasterKey) and self._secret == other._secret

    def __hash__(self) -> int:
        """Give the same number for the same key."""
        return hash(self.id)

    def __repr__(self) -> str:
        """Show which it is, and nothing of it."""
        return f"MasterKey({self.id})"

    def _derived(self, purpose: str) -> ValueKey:
        if purpose not in self._kept:
            self._kept[purpose] = ValueKey(self.id, _derived(self._secret, purpose.encode(), _KEY_BYTES))
        return self._kept[purpose]


def seal_memory(keys: Sequence[MasterKey], text: str) -> str:
    """Seal what Rasa remembers of a conversation with the key in use; without one it stays as it is."""
    return keys[0].memory.seal(text) if keys else text


def open_memory(keys: Sequence[MasterKey], stored: str) -> str | None:
    """Open it; None if none of the keys opens it, as once an old key was taken away."""
    if not looks_sealed(stored):
        return stored
    for key in keys:
        if key.id == key_id_of(stored):
            return key.memory.open(stored)
    return None


def _in_letters(raw: bytes) -> str:
    # No sign of its alphabet means anything in a pattern of LIKE.
    return binascii.b2a_base64(raw, newline=False).decode()


def _derived(secret: bytes, purpose: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    kdf: Any = HKDF(algorithm=SHA256(), length=length, salt=None, info=b"frontdesk " + purpose)
    derived: bytes = kdf.derive(secret)
    return derived
