"""Pictures and other files that patients send: kept by where they lie, shown to staff, never read by the bot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.channels.models import MessageFile
from bot.db.engine import Database
from bot.errors import ConnectionFailedError, NotFoundError
from bot.outside_accounts.channels import SmsSettings

LONGEST_ADDRESS, LONGEST_KIND, MOST_FILES = 2000, 100, 10
LARGEST_BYTES = 25 * 1024 * 1024
"""Five times what a phone company passes on."""
SECONDS = 30.0
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What a browser shows as a picture and can hold no program; all else is saved to disk."""
_NAMES = {"image": "picture", "video": "video", "audio": "recording"}


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file as the provider tells of it.

    Attributes:
        address: Where it lies.
        kind: What it is, as `image/jpeg`.
    """

    address: str
    kind: str

    @property
    def name(self) -> str:
        """What a person calls it: picture, video, recording, file."""
        return _NAMES.get(self.kind.partition("/")[0], "file")


@dataclass(frozen=True, kw_only=True)
class KeptFile(SentFile):
    """A file under the number that it is stored by."""

    id: int


def readable(files: Sequence[SentFile]) -> tuple[SentFile, ...]:
    """Give those of some files that have an address on the web, cut to what the store has room for."""
    known = [each for each in files[:MOST_FILES] if urlsplit(each.address).scheme in {"http", "https"}]
    return tuple(
        SentFile(address=each.address, kind=each.kind.partition(";")[0].strip().lower()[:LONGEST_KIND] or "file")
        for each in known
        if len(each.address) <= LONGEST_ADDRESS
    )


def in_words(files: Sequence[SentFile]) -> str:
    """Give what stands for a message that is nothing but files: "(picture)", "(3 files)"."""
    return f"({files[0].name})" if len(files) == 1 else f"({len(files)} files)"


def add(session: Session, message_id: int, files: Sequence[SentFile]) -> None:
    """Store the files of a message, in its own transaction."""
    session.add_all(MessageFile(message_id=message_id, address=each.address, kind=each.kind) for each in files)


def has_any(session: Session, message_id: int) -> bool:
    """Tell whether files came with a message."""
    return session.scalar(select(exists().where(MessageFile.message_id == message_id))) or False


def of_messages(session: Session, message_ids: Collection[int]) -> dict[int, list[KeptFile]]:
    """Give the files of some messages, by the message, in the order in which they came."""
    query = select(MessageFile).where(MessageFile.message_id.in_(message_ids)).order_by(MessageFile.id)
    found: dict[int, list[KeptFile]] = {}
    for row in session.scalars(query):
        found.setdefault(row.message_id, []).append(KeptFile(id=row.id, address=row.address, kind=row.kind))
    return found


class Files:
    """Fetches a file from where the provider keeps it, for a staff member who asks to see it."""

    def __init__(self, database: Database, settings: SmsSettings | None) -> None:
        """Take the store, and the account that may read the provider's files."""
        self._database = database
        self._settings = settings

    def lies_with_provider(self, address: str) -> bool:
        """Tell whether a file can be fetched: at the provider alone, for no patient chooses what is called."""
        return self._settings is not None and address.startswith(f"{self._settings.api_url.rstrip('/')}/")

    def fetch(self, file_id: int) -> tuple[str, bytes]:
        """Give what a file is and its bytes.

        Raises:
            NotFoundError: There is no such file, or none that lies with the provider.
            ConnectionFailedError: The provider did not give it.
        """
        import httpx

        with self._database.read() as session:
            row = session.get(MessageFile, file_id)
        account = self._settings
        if row is None or account is None or not self.lies_with_provider(row.address):
            raise NotFoundError("There is no such file here.")
        try:
            with (
                # The provider sends on to where it stores files; the account's secret goes to the provider alone.
                httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=True) as client,
                client.stream("GET", row.address, auth=account.credentials) as response,
            ):
                response.raise_for_status()
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > LARGEST_BYTES:
                        raise ConnectionFailedError("the file is too large to be shown here")
        except httpx.HTTPError as error:
            raise ConnectionFailedError(f"the provider did not give the file ({type(error).__name__})") from None
        return row.kind, bytes(data)
