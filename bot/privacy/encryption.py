"""Encrypts what is stored in plain form, and changes the keys, while others go on working."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import bot.privacy.tables
import bot.staff.models  # noqa: F401  (with what a person's data is in, all tables that are encrypted)
from bot.db.base import Base
from bot.db.data_keys import FOLLOW_SECONDS
from bot.db.engine import Database
from bot.db.resealing import reseal
from bot.privacy.memory_store import RasaMemory

MEMORY = "conversations in Rasa's memory"
OTHERS_FOLLOW_SECONDS = 2 * FOLLOW_SECONDS + 2
"""After so long each process knows a new key, and what it began before has ended."""


@dataclass(frozen=True, kw_only=True)
class Encrypted:
    """What was done.

    Attributes:
        rows: Of each table, how many rows were encrypted with the key in use.
        scrubbed: Whether nothing of what stood there before is left in the files.
    """

    rows: dict[str, int]
    scrubbed: bool


class Encryption:
    """Encrypts a store and Rasa's memory.

    Args:
        database: The store.
        memory: Rasa's memory.
        wait: Waits some seconds.
    """

    def __init__(self, database: Database, memory: RasaMemory, wait: Callable[[float], None] = time.sleep) -> None:
        self._database = database
        self._memory = memory
        self._wait = wait

    def encrypt(self) -> Encrypted:
        """Encrypt with the key in use what is not yet, then have the files forget what stood there.

        Raises:
            EncryptionKeyError: No key is set, or one that was in use is missing.
        """
        rows = self._encrypt()
        scrubbed = self._database.scrub() and self._memory.scrub()
        return Encrypted(rows=rows, scrubbed=scrubbed)

    def rotate(self) -> Encrypted:
        """Wrap the store's keys with the installation's keys of now, make a new one, and encrypt all with it.

        Raises:
            EncryptionKeyError: As in `encrypt`.
        """
        # All with one key first: look-ups know two, this one and the next.
        self._encrypt()
        self._database.keys.wrap_anew()
        self._database.keys.make()
        self._wait(OTHERS_FOLLOW_SECONDS)
        return self.encrypt()

    def _encrypt(self) -> dict[str, int]:
        done = reseal(self._database, Base.metadata)
        # What somebody who did not know the key yet has stored meanwhile.
        again = reseal(self._database, Base.metadata)
        remembered = self._memory.seal_anew()
        rows = {table: done.get(table, 0) + again.get(table, 0) for table in [*done, *again]}
        return {**rows, MEMORY: remembered} if remembered else rows
