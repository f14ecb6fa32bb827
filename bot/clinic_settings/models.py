"""The table of what people of the clinic changed in the console."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class ClinicChange(Base):
    """One change of one value; the newest row of a value says what holds, all of them are its history.

    Attributes:
        name: The value, as clinic.yml names it.
        before: What held until then, as JSON.
        after: What holds from then on.
        in_file: What clinic.yml said when this was decided.
        from_file: Whether clinic.yml's value holds from then on; `after` is then what it was at that time.
        staff_name: Who did it, as they were called then.
    """

    __tablename__ = "clinic_changes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    in_file: Mapped[Any] = mapped_column(JSON)
    from_file: Mapped[bool]
    at: Mapped[dt.datetime]
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    staff_name: Mapped[str] = mapped_column(String(120))
