"""The only SQL on Rasa's memory from outside of Rasa: what it remembers of a conversation, and forgetting it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, column, delete, func, inspect, make_url, select, table, update

from bot.db.engine import Database
from bot.sealing import MasterKey, key_id_of, looks_sealed, open_memory, seal_memory

TRACKERS = "trackers"
"""As bot/nlu/server/tracker_store.py makes it, in an environment that knows nothing of this one."""
_TRACKERS = table(TRACKERS, column("conversation_id"), column("events"), column("saved_at"))
_CHUNK = 500
_OF = _TRACKERS.c.conversation_id.in_(bindparam("ids", expanding=True))


class RasaMemory:
    """Rasa's last events of each conversation, in a database of its own; there may be none yet.

    Args:
        url: Its address as Rasa has it.
        root: What a relative path begins at.
        encryption_keys: The keys of the installation.
    """

    def __init__(self, url: str, root: Path, encryption_keys: Sequence[MasterKey] = ()) -> None:
        self._keys = tuple(encryption_keys)
        address = make_url(url)
        self._path: Path | None = None
        if address.get_backend_name() == "sqlite":
            self._path = (root / (address.database or "")).absolute()
            address = address.set(database=str(self._path))
        else:
            # Rasa's environment has the older driver.
            address = address.set(drivername="postgresql+psycopg")
        self._address = address.render_as_string(hide_password=False)

    def of(self, conversation_ids: Sequence[str]) -> dict[str, Any]:
        """Give what it remembers of these conversations, as Rasa writes it; not what no key of ours opens."""
        with self._opened() as database:
            if database is None:
                return {}
            query = select(_TRACKERS.c.conversation_id, _TRACKERS.c.events).where(_OF)
            with database.read() as session:
                rows = session.execute(query, {"ids": conversation_ids}).all()
        opened = {conversation_id: open_memory(self._keys, events) for conversation_id, events in rows}
        return {conversation_id: json.loads(events) for conversation_id, events in opened.items() if events is not None}

    def count(self, conversation_ids: Sequence[str]) -> int:
        """Give of how many of these conversations it remembers something."""
        with self._opened() as database:
            if database is None:
                return 0
            query = select(func.count()).select_from(_TRACKERS).where(_OF)
            with database.read() as session:
                return session.scalar(query, {"ids": conversation_ids}) or 0

    def forget(self, conversation_ids: Sequence[str]) -> int:
        """Forget these conversations; give how many it remembered."""
        with self._opened() as database:
            if database is None:
                return 0
            with database.write() as session:
                chunks = [conversation_ids[at : at + _CHUNK] for at in range(0, len(conversation_ids), _CHUNK)]
                return sum(session.execute(delete(_TRACKERS).where(_OF), {"ids": ids}).rowcount for ids in chunks)  # type: ignore[attr-defined]

    def seal_anew(self) -> int:
        """Seal what is not sealed with the key in use; give how many conversations that were.

        What Rasa saves meanwhile stays as it saved it, and what no key of ours opens as it is.
        """
        with self._opened() as database:
            if database is None or not self._keys:
                return 0
            with database.read() as session:
                ids = list(session.scalars(select(_TRACKERS.c.conversation_id)))
            return sum(self._seal_chunk(database, ids[at : at + _CHUNK]) for at in range(0, len(ids), _CHUNK))

    def _seal_chunk(self, database: Database, ids: Sequence[str]) -> int:
        changed = 0
        with database.write() as session:
            query = select(_TRACKERS.c.conversation_id, _TRACKERS.c.events).where(_OF)
            for conversation_id, stored in session.execute(query, {"ids": ids}).all():
                events = open_memory(self._keys, stored)
                if events is None or (looks_sealed(stored) and key_id_of(stored) == self._keys[0].id):
                    continue
                same = (_TRACKERS.c.conversation_id == conversation_id) & (_TRACKERS.c.events == stored)
                session.execute(update(_TRACKERS).where(same).values(events=seal_memory(self._keys, events)))
                changed += 1
        return changed

    def saved_before(self, moment: float) -> list[str]:
        """Give the conversations of which nothing was remembered since a moment, in seconds as Rasa counts them."""
        with self._opened() as database:
            if database is None:
                return []
            query = select(_TRACKERS.c.conversation_id).where(_TRACKERS.c.saved_at < moment)
            with database.read() as session:
                return list(session.scalars(query.order_by(_TRACKERS.c.saved_at)))

    def scrub(self) -> bool:
        """Leave nothing of what was forgotten in its files; true where there is none to scrub."""
        with self._opened() as database:
            return database is None or database.scrub()

    @contextmanager
    def _opened(self) -> Iterator[Database | None]:
        """Open it while it is asked something: few ask, and it is Rasa's. None if Rasa has not made it yet."""
        if self._path is not None and not self._path.is_file():
            yield None
            return
        database = Database(self._address, self._keys)
        try:
            yield database if inspect(database.engine).has_table(TRACKERS) else None
        finally:
            database.close()
