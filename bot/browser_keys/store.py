"""The SQL on the secrets that Frontdesk makes for itself."""

from __future__ import annotations

import secrets

from sqlalchemy.exc import IntegrityError

from bot.browser_keys.models import OwnSecret
from bot.db.engine import Database, utc_now

_BYTES = 32


def own_secret(database: Database, name: str) -> bytes:
    """Give a secret of this installation, made when it is first asked for.

    Args:
        database: Where it is kept.
        name: What it is for.
    """
    while True:
        with database.read() as session:
            found = session.get(OwnSecret, name)
            if found is not None:
                return bytes.fromhex(found.secret)
        try:
            with database.write() as session:
                session.add(OwnSecret(name=name, secret=secrets.token_hex(_BYTES), made_at=utc_now()))
        except IntegrityError:
            # Another edge was quicker: its secret is the one.
            continue
