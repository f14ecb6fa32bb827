"""What surrounds every page on answers: who looks, and how much waits in each part."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from bot.bootstrap import Services
from bot.curation import store as curation
from bot.curation.states import LessonStatus
from bot.knowledge import feedback_store
from bot.knowledge.reviewing import upkeep
from bot.knowledge.reviewing.review import Editor
from bot.staff.permissions import Permission, may
from bot.staff.sign_in import SignedIn
from bot.web.pages import console_frame


def editor_of(member: SignedIn) -> Editor:
    """Give a staff member as somebody at work on answers."""
    return Editor(
        id=member.staff_member_id,
        name=member.name,
        role=member.role.value,
        may_write=may(member.role, Permission.WRITE_ANSWERS),
        may_approve=may(member.role, Permission.APPROVE_ANSWERS),
        is_clinician=may(member.role, Permission.REVIEW_AS_CLINICIAN),
    )


def answers_frame(services: Services, member: SignedIn, tab: str) -> dict[str, Any]:
    """Gather what every page on answers shows: who looks, and how much waits in each part."""
    with services.database.read() as session:
        care = len(upkeep.stale(session, services.clinic.today(), ZoneInfo(services.clinic.timezone)))
        downs = len(feedback_store.waiting(session))
        lessons = len(curation.lessons_with(session, LessonStatus.OPEN))
        _messages, unapproved = services.appointments.plans.count(session)
    return {
        **console_frame(services.clinic, member),
        "tab": tab,
        "waits": {"care": care, "feedback": downs, "learning": lessons, "plans": unapproved},
        "editor": editor_of(member),
        "clinic_is_sample": services.clinic.sample,
    }


def moment(moment: dt.datetime, services: Services) -> str:
    """Say a time with its date, in the clinic's zone."""
    return moment.astimezone(ZoneInfo(services.clinic.timezone)).strftime("%d %b %Y, %H:%M")
