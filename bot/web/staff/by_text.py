"""What staff read of texts to a patient: that a number wants none, since when, and that it is night there."""

from __future__ import annotations

from textwrap import shorten
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.channels import store
from bot.channels.models import SmsNumber
from bot.channels.store import OptedOut
from bot.db.engine import utc_now
from bot.labels import CHANNEL_LABELS
from bot.reading.phones import shown_phone, without_extension
from bot.vocabulary import Channel
from bot.web.staff.times import exact

LONGEST = 160
"""Characters of what they wrote; the whole of it stands in the conversation."""
WEB_AND_SMS = f"{CHANNEL_LABELS[Channel.WEB_CHAT]} and {CHANNEL_LABELS[Channel.SMS]}"
WHAT_TO_DO = "Call them instead. Only they can take it back, by texting START."
WHERE_NOTED = "Call them instead. A slip can be undone on the patient's page for a day; then only by their START."
"""Where staff noted it."""


def opted_out_shown(opted_out: OptedOut, zone: ZoneInfo) -> str:
    """Say since when, and by which words of the patient's."""
    if opted_out.noted_by:
        return f"No texts since {exact(opted_out.since, zone)}: they said so, noted by {opted_out.noted_by}."
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
    if opted_out is None:
        return None
    return f"{opted_out_shown(opted_out, zone)} {WHERE_NOTED if opted_out.noted_by else WHAT_TO_DO}"


def beside_reply(services: Services, session: Session, number: SmsNumber, goes_to: str) -> dict[str, str]:
    """Give what staff read beside the field for a reply that may be texted.

    Args:
        services: The parts of a running Frontdesk.
        session: The open session.
        number: The number that the conversation is with.
        goes_to: The conversation.

    Returns:
        `opted_out` where a reply is refused, `chat_alone` where it stands in the web chat alone, `goes_by` where it
        goes as well, `night` what time it is there; each where it holds. `by_number` and `channel` of a web chat that
        goes on by text.
    """
    opted_out, zone = store.opted_out_of(session, number), ZoneInfo(services.clinic.timezone)
    shown = None if opted_out is None else opted_out_shown(opted_out, zone)
    linked = store.linked_to(session, goes_to)
    if linked is None:
        return {"opted_out": shown} if shown is not None else _night(services, session, number)
    phone = shown_phone(number.phone, services.clinic.region)
    both = {"by_number": WEB_AND_SMS, "channel_label": f"{WEB_AND_SMS} with {phone}"}
    if shown is not None:
        # Nothing is refused there: the chat goes on without texts.
        return {**both, "chat_alone": shown}
    if services.feed.is_heard(goes_to) and not store.writes_by_text(session, goes_to):
        return {**both, "chat_alone": "The patient has the web chat open."}
    goes_by = f"Your reply stands in the web chat and is texted to {phone}."
    return {**both, "goes_by": goes_by, **_night(services, session, number)}


def _night(services: Services, session: Session, number: SmsNumber) -> dict[str, str]:
    now = utc_now()
    ends = services.quiet_hours.until(session, number, now)
    if ends is None:
        return {}
    zone = services.quiet_hours.zone(session, number)
    clock, morning = now.astimezone(zone), ends.astimezone(zone)
    there = f"It is {clock:%H:%M} for the patient: quiet hours until {morning:%H:%M}."
    return {"night": f"{there} A reply is texted at once."}
