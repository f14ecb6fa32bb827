"""What staff read of texts to a patient: that a number wants none, since when, and that it is night there."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.channels import store
from bot.channels.models import SmsNumber
from bot.channels.quiet_hours import QuietHours
from bot.channels.store import OptedOut
from bot.reading.phones import without_extension
from bot.vocabulary import Channel
from bot.web.staff.times import exact

LONGEST = 160
"""Characters of what they wrote; the whole of it stands in the conversation."""
WHAT_TO_DO = "Call them instead. Only they can take it back, by texting START."


def opted_out_shown(opted_out: OptedOut, zone: ZoneInfo) -> str:
    """Say since when, and by which words of the patient's."""
    words = shorten(opted_out.words, LONGEST, placeholder=" \u2026")
    said = f", by their word: \u201c{words}\u201d." if opted_out.words else "."
    return f"No texts since {exact(opted_out.since, zone)}{said}"


def no_texts_to(session: Session, phone: str | None, zone: ZoneInfo) -> str | None:
    """Say that a phone wants no texts, since when, and what to do; None if it may be texted, or never was.

    Args:
        session: The open session.
        phone: As it is stored, perhaps with an extension; None if none is known.
        zone: The clinic's.
    """
    if phone is None:
        return None
    bare = without_extension(phone)
    rows = (store.find_number(session, bare, channel) for channel in (Channel.SMS, Channel.WHATSAPP))
    # What a phone wants holds for both, so that either row says it.
    opted_out = next((store.opted_out_of(session, row) for row in rows if row is not None), None)
    return None if opted_out is None else f"{opted_out_shown(opted_out, zone)} {WHAT_TO_DO}"


def night_there(session: Session, quiet_hours: QuietHours, number: SmsNumber, now: dt.datetime) -> str | None:
    """Say what time it is where a number's owner is, if that is in their quiet hours."""
    ends = quiet_hours.until(session, number, now)
    if ends is None:
        return None
    zone = quiet_hours.zone(session, number)
    clock, morning = now.astimezone(zone), ends.astimezone(zone)
    return f"It is {clock:%H:%M} for the patient: quiet hours until {morning:%H:%M}."
