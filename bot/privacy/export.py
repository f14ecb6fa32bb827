"""What is stored of one person as one zip: a page to read, without anything from elsewhere, and JSON for programs."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from bot.channels.models import SmsNumber
from bot.clinic import Clinic
from bot.privacy import person_store
from bot.privacy.exports import DATA
from bot.privacy.finding import Meant
from bot.privacy.tables import NUMBERS, Rows, rows_of_conversations, rows_of_numbers
from bot.staff import store as staff

PAGE = "read-me.html"
_OURS = "token_hash"
"""What opens a conversation in a browser is no data of the patient's."""
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, kw_only=True)
class Export:
    """An export.

    Attributes:
        number: Under which the audit log has it.
        content: The zip.
    """

    number: str
    content: bytes


def packed(
    session: Session, meant: Meant, *, clinic: Clinic, memory: Mapping[str, Any], number: str, now: dt.datetime
) -> Export:
    """Make the zip.

    Args:
        session: The open session.
        meant: Whose data.
        clinic: Whose name and time zone the page has.
        memory: What Rasa remembers, by conversation.
        number: Under which the audit log has it.
        now: When it is made.
    """
    parts = [
        *rows_of_numbers(meant.number_ids),
        *rows_of_conversations(meant.conversation_ids),
        Rows(what=NUMBERS, table=SmsNumber, which=SmsNumber.id.in_(meant.number_ids)),
    ]
    stored = {part.what: [_without_secret(row) for row in person_store.rows(session, part)] for part in parts}
    data = {"export": number, "clinic": clinic.name, "made_at": now, **_conversations_first(stored), "memory": memory}
    page = _TEMPLATES.get_template("export.html").render(
        clinic=clinic,
        number=number,
        when=_when(ZoneInfo(clinic.timezone)),
        now=now,
        stored=stored,
        memory=memory,
        names=staff.all_names(session),
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, page)
        archive.writestr(DATA, json.dumps(data, ensure_ascii=False, indent=1, default=_plain))
    return Export(number=number, content=content.getvalue())


def _without_secret(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != _OURS}


def _conversations_first(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {what: stored[what] for what in sorted(stored, key=lambda what: (what != "conversations", what))}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _when(zone: ZoneInfo) -> Any:
    def when(value: dt.datetime | None) -> str:
        return "" if value is None else value.astimezone(zone).strftime("%-d %B %Y, %H:%M")

    return when
