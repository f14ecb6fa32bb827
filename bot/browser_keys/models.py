"""The table of the secrets that Frontdesk makes for itself."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base
from bot.db.sealed import SealedText


class OwnSecret(Base):
    """A secret that is made once for an installation and shared by all its edges.

    Attributes:
        name: What it is for.
        secret: 32 random bytes in hexadecimal.
    """

    __tablename__ = "own_secrets"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    secret: Mapped[str] = mapped_column(SealedText)
    made_at: Mapped[dt.datetime]
