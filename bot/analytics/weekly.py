"""The email that tells administrators, once a week, the figures of the week before; only where the clinic wants it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.analytics.figures import Figures, figures_of
from bot.analytics.period import Period
from bot.analytics.tables import said, summary, tables
from bot.clinic import Clinic
from bot.db.engine import Database
from bot.notifications import store as notifications
from bot.staff import store as staff
from bot.staff.actor import FRONTDESK
from bot.staff.audit import record_by
from bot.staff.permissions import ADMINISTRATORS

EVENT = "figures.told"
NOT_BEFORE = dt.time(8)
"""On Monday, by the clinic's clock; later where the edge was not up."""


class WeeklyFigures:
    """Puts the email in the outbox when its time has come."""

    def __init__(self, database: Database, clinic: Clinic, *, console_address: str, by_email: bool) -> None:
        """Take the store, the clinic for its wish and its clock, where the console is, and whether mail is set up."""
        self._database = database
        self._zone = ZoneInfo(clinic.timezone)
        self._wanted = clinic.weekly_figures and by_email
        self._address = console_address.rstrip("/")

    def queue_due(self, now: dt.datetime) -> int:
        """Queue the email to each administrator if it is due and was not queued this week; give to how many.

        Args:
            now: An aware time.
        """
        today = now.astimezone(self._zone).date()
        monday = today - dt.timedelta(days=today.weekday())
        due = dt.datetime.combine(monday, NOT_BEFORE, self._zone)
        if not self._wanted or now < due:
            return 0
        week = Period(first=monday - dt.timedelta(days=7), last=monday - dt.timedelta(days=1), zone=self._zone)
        with self._database.read() as session:
            if _is_told(session, week):
                return 0
        content = self._content(figures_of(self._database, week, now=now))
        with self._database.write() as session:
            people = [] if _is_told(session, week) else staff.emails(session, ADMINISTRATORS)
            for address in people:
                notifications.add(session, way="email", target=address, event=EVENT, content=content)
            if people:
                _note(session, week)
            return len(people)

    def _content(self, figures: Figures) -> dict[str, str]:
        first, last = figures.period.first, figures.period.last
        lines = [f"{name}: {said(count)}" for name, count in tables(figures)["glance"].rows]
        return {
            "title": f"Figures of the week from {first}",
            "text": "\n".join([summary(figures), "", *lines]),
            "link": f"{self._address}/staff/figures?since={first}&until={last}",
        }


def _is_told(session: Session, week: Period) -> bool:
    """Tell whether a week was told; the audit log says so, which is kept for longer than what was sent."""
    return bool(staff.audit_entries(session, action=EVENT, subject="figures", subject_id=str(week.first), limit=1))


def _note(session: Session, week: Period) -> None:
    record_by(
        session,
        by=FRONTDESK,
        action=EVENT,
        subject="figures",
        subject_id=str(week.first),
    )
