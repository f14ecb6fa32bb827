"""The audit log in words: what was done, to what, and what the details mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.labels import REASON_LABELS
from bot.web.staff.clinic.form import LABELS, changes_in_words
from bot.web.staff.times import exact

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_REASONS = {reason.value: label for reason, label in REASON_LABELS.items()}

ACTIONS = {
    "appointment.added": "Added an appointment",
    "appointment.cancelled": "Cancelled an appointment",
    "appointment.changed": "Changed an appointment",
    "appointment.paused": "Paused the messages of an appointment",
    "appointment.restored": "Took a cancellation back",
    "appointment.resumed": "Resumed the messages of an appointment",
    "appointment.seen": "Read an appointment",
    "answer.approved": "Approved an answer",
    "answer.changed": "Changed an answer",
    "answer.retired": "Retired an answer",
    "answer.sent_back": "Sent an answer back",
    "answer.submitted": "Sent an answer to review",
    "answers.exported": "Wrote the answers out as files",
    "answers.imported": "Loaded answers from files",
    "audit.exported": "Exported the audit log",
    "canned_reply.deleted": "Deleted a text for replies",
    "canned_reply.kept": "Kept a text for replies",
    "clinic.changed": "Changed a value of the clinic",
    "consent.recorded": "Noted a consent to messages",
    "consent.withdrawn": "Noted that a consent ended",
    "conversation.opened": "Read a conversation",
    "conversation.searched": "Searched the conversations",
    "danger.judged": "Judged what was made of a message's danger",
    "danger.judgement_taken_back": "Took that back",
    "figures.told": "Sent the weekly figures",
    "integration.connected": "Connected a program",
    "integration.cut_off": "Cut a program off",
    "lesson.changed": "Changed a lesson",
    "lesson.drafted": "Made a draft answer of a reply",
    "lesson.dropped": "Dropped a lesson",
    "lesson.made": "Made a lesson of a question",
    "lesson.taught": "Had the assistant learn a lesson",
    "patient.exported": "Exported a patient's data",
    "patient.forgotten": "Deleted a patient's data",
    "plan.approved": "Approved a message of a plan",
    "plan.seen_to": "Saw to a message that was not sent",
    "plan.exported": "Took planned messages and answers out as FHIR",
    "plan.sent_by_hand": "Sent a planned message by hand",
    "plan.withdrawn": "Withdrew a message of a plan",
    "retention.ran": "Deleted what was too old",
    "sign_in.failed": "Tried to sign in, in vain",
    "sign_in.opened": "Signed in",
    "staff.added": "Added an account",
    "staff.code_refused": "Entered a wrong code",
    "staff.codes_turned_off": "Turned their codes off",
    "staff.codes_turned_on": "Turned codes on",
    "staff.invited": "Invited somebody",
    "staff.let_in": "Let somebody in again",
    "staff.passkey_added": "Added a passkey",
    "staff.passkey_removed": "Removed a passkey",
    "staff.passkey_renamed": "Gave a passkey another name",
    "staff.password_changed": "Changed their password",
    "staff.password_refused": "Entered a wrong old password",
    "staff.password_set": "Set a password",
    "staff.recovery_code_used": "Used a recovery code",
    "staff.recovery_codes_renewed": "Made new recovery codes",
    "staff.reset_link_made": "Made a link for a new password",
    "staff.role_changed": "Changed a role",
    "staff.second_factor_reset": "Reset somebody's lost codes and passkeys",
    "staff.shut_out": "Shut somebody out",
    "staff.signed_out_elsewhere": "Signed out everywhere else",
    "staff.signed_out_everywhere": "Signed somebody out everywhere",
    "texts.opted_out": "Noted that a patient wants no texts",
    "texts.opt_out_undone": "Took back that a patient wants no texts",
    "ticket.assigned": "Gave a ticket to somebody",
    "ticket.handed_back": "Left a ticket to all",
    "ticket.label_added": "Put a label on a ticket",
    "ticket.label_removed": "Took a label off a ticket",
    "ticket.made_of_conversation": "Made a conversation a ticket",
    "ticket.made_urgent": "Made a ticket urgent",
    "ticket.merged": "Merged tickets",
    "ticket.not_delivered": "Was told that a text did not arrive",
    "ticket.note_added": "Wrote a note",
    "ticket.opened": "Opened a ticket",
    "ticket.passed_on": "Passed a ticket on after too long a silence",
    "ticket.raised": "Raised a ticket that nobody took",
    "ticket.reopened": "Reopened a ticket",
    "ticket.replied": "Replied to a patient",
    "ticket.resolved": "Resolved a ticket",
    "ticket.seen": "Read a ticket",
    "ticket.snoozed": "Snoozed a ticket",
    "ticket.woken": "Brought a snoozed ticket back",
    "training.undone": "Undid what was learned",
}
SUBJECTS = {
    "appointment": "Appointment",
    "answer": "Answer",
    "answers": "Answers",
    "audit": "Audit log",
    "canned_reply": "Text for replies",
    "clinic": "Clinic",
    "conversation": "Conversation",
    "danger": "Danger",
    "figures": "Figures",
    "integration": "Program",
    "lesson": "Lesson",
    "message": "Message",
    "patient": "Patient's data",
    "plan": "Plan",
    "retention": "Old data",
    "staff": "Account",
    "ticket": "Ticket",
    "training": "Training",
}


def action_words(action: str) -> str:
    """Say what was done; an action that an older Frontdesk noted is said by its own name."""
    return ACTIONS.get(action) or action.replace(".", ": ").replace("_", " ").capitalize()


def subject_words(subject: str, subject_id: str, names: Mapping[str, str]) -> str:
    """Say what it was done to.

    Args:
        subject: The kind.
        subject_id: Which one.
        names: The names of staff members by id.
    """
    if subject == "staff":
        return names.get(subject_id, "Nobody known" if subject_id == "unknown" else f"Account {subject_id}")
    if subject == "clinic":
        return LABELS.get(subject_id, subject_id)
    kind = SUBJECTS.get(subject) or subject.replace("_", " ").capitalize()
    return f"{kind} {subject_id}" if subject in {"ticket", "answer", "integration"} else f"{kind}: {subject_id}"


def details_words(action: str, subject_id: str, details: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Say the details as a person writes them.

    Args:
        action: What was done.
        subject_id: To which one.
        details: As they were noted.
        zone: The clinic's, in which times are said.
    """
    if action == "clinic.changed":
        before, after = changes_in_words(subject_id, details.get("before"), details.get("after"), {})
        return f"{before} → {after}"
    return ", ".join(f"{name.replace('_', ' ')}: {_value(value, zone)}" for name, value in details.items())


def _value(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(part, zone) for part in value) or "none"
    if not isinstance(value, str):
        return "none" if value is None else str(value)
    if value in _REASONS:
        return _REASONS[value]
    if _TIME.match(value):
        return exact(dt.datetime.fromisoformat(value), zone)
    # A code, as `helped_patient`; not the words of somebody, nor an address.
    return value.replace("_", " ") if _CODE.fullmatch(value) else value or "none"
