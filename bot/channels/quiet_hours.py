"""When a patient sleeps, by their own clock: until then waits what answers nothing that they wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.channels import store
from bot.channels.models import SmsNumber
from bot.clinic import Clinic

AWAKE_FOR = dt.timedelta(minutes=30)
"""Who wrote so lately is awake, whatever the clock says."""


class QuietHours:
    """The quiet hours of clinic.yml, where a number's owner is.

    Args:
        clinic: Its quiet hours and its zone.
        zone_of: Gives the zone that is known of whoever a phone number reaches, or None: then it is the clinic's.
    """

    def __init__(self, clinic: Clinic, zone_of: Callable[[Session, str], str | None]) -> None:
        self._clinic = clinic
        self._zone_of = zone_of

    def until(self, session: Session, number: SmsNumber, now: dt.datetime) -> dt.datetime | None:
        """Give when the quiet hours end in which a number's owner is at an aware time; None outside of them."""
        begins, ends = self._clinic.waking_hours()
        local = now.astimezone(self.zone(session, number))
        if begins <= local.time() < ends:
            return None
        day = local.date() + dt.timedelta(days=local.time() >= ends)
        return dt.datetime.combine(day, begins, local.tzinfo).astimezone(dt.UTC)

    def holds_back(self, session: Session, number: SmsNumber, now: dt.datetime) -> dt.datetime | None:
        """Give until when a text waits that its receiver did not ask for; None if it may go at an aware time."""
        wrote_at = store.last_wrote_at(session, number.id)
        if wrote_at is not None and now - wrote_at < AWAKE_FOR:
            return None
        return self.until(session, number, now)

    def zone(self, session: Session, number: SmsNumber) -> ZoneInfo:
        """Give the zone whose clock a number's owner looks at."""
        return ZoneInfo(self._zone_of(session, number.phone) or self._clinic.timezone)
