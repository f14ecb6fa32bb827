"""What a backup says of itself: of which version and schema it is, and what each of its parts has to come to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import ConflictError

FORMAT = 1
"""Of the archive; one that reads another way gets another number."""
NAME = "manifest.json"
STORE, MEMORY, FILE = "store", "memory", "file"
"""What a part is: the store, Rasa's memory, or a file of the project's folder."""
_READ_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of a backup.

    Attributes:
        name: Its path in the archive; of a file, that in the project's folder below `files/`.
        kind: `store`, `memory` or `file`.
        engine: `sqlite` or `postgresql`; empty for a file.
        size: Its bytes.
        sha256: What they come to, in hexadecimal.
        rows: Of a database, how many rows each table has.
    """

    name: str
    kind: str
    engine: str = ""
    size: int
    sha256: str
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A whole backup.

    Attributes:
        made_at: When, in ISO form, UTC.
        version: Of Frontdesk.
        schema: The newest migration that the store had seen.
        parts: Its files, the store first.
        encrypted_with: The keys of the installation each of which opens the store; empty where it is not encrypted.
    """

    made_at: str
    version: str
    schema: str
    parts: tuple[Part, ...]
    encrypted_with: tuple[str, ...] = ()

    def of_kind(self, kind: str) -> tuple[Part, ...]:
        """Give the parts of a kind."""
        return tuple(part for part in self.parts if part.kind == kind)

    def write(self) -> bytes:
        """Give it as it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()


def read(content: bytes) -> Manifest:
    """Read what `Manifest.write` gave.

    Raises:
        ConflictError: It is none, or of a Frontdesk that writes backups in another form.
    """
    try:
        told: dict[str, Any] = json.loads(content)
        if told.pop("format") != FORMAT:
            raise ConflictError("This backup was made by another version of Frontdesk. Restore it with that one.")
        parts = tuple(Part(**part) for part in told.pop("parts"))
        encrypted_with = tuple(told.pop("encrypted_with", ()))
        return Manifest(**told, parts=parts, encrypted_with=encrypted_with)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConflictError(f"This is no backup of Frontdesk: its {NAME} cannot be read.") from error


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()


def require_rows(found: Mapping[str, int], saved: Mapping[str, int]) -> None:
    """Make sure that a database which was loaded has the rows that were saved.

    Raises:
        ConflictError: It has not.
    """
    if dict(found) != dict(saved):
        names = ", ".join(sorted(name for name in {*found, *saved} if found.get(name) != saved.get(name)))
        raise ConflictError(f"What was loaded does not have the rows that were saved, in {names}. Nothing was changed.")
