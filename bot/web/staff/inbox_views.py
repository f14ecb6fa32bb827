"""What the list of tickets shows, on a page of its own and beside a ticket."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.db.engine import utc_now
from bot.escalation import inbox_store
from bot.escalation.inbox_store import InboxFilter, InboxRow
from bot.escalation.store import TicketView
from bot.knowledge import store as knowledge
from bot.labels import CHANNEL_LABELS, REASON_LABELS
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Channel, EscalationReason, InboxView, TicketStatus, Urgency
from bot.web.pages import console_frame
from bot.web.staff.times import ago, exact, span

VIEW_LABELS = {
    InboxView.MINE: "Mine",
    InboxView.OPEN: "Unassigned",
    InboxView.ASSIGNED: "Assigned",
    InboxView.SNOOZED: "Snoozed",
    InboxView.RESOLVED: "Resolved",
    InboxView.ALL: "All",
}


def inbox_context(
    services: Services, member: SignedIn, wanted: InboxFilter, *, beside: int | None = None
) -> dict[str, Any]:
    """Gather what the list of tickets shows.

    Args:
        services: The services.
        member: Who looks.
        wanted: What of the inbox.
        beside: The ticket that is open beside the list; it stands there whatever has become of it, so that nothing
            vanishes under the hands of whoever has just answered or resolved it.
    """
    with services.database.read() as session:
        page = inbox_store.page(session, wanted)
        shown = list(page.rows)
        if beside is not None and beside not in {row.ticket.id for row in shown}:
            shown.insert(0, inbox_store.row_of(session, beside, staff_member_id=wanted.staff_member_id))
        treatments = {slug: row.short_name for slug, row in knowledge.treatments(session).items()}
        opted_out = numbers.opted_out_among(session, [row.ticket.conversation_id for row in shown])
    zone = ZoneInfo(services.clinic.timezone)
    return {
        **console_frame(services.clinic, member),
        "status": wanted.view.value,
        "views": [
            {"slug": view.value, "label": label, "count": page.counts[view], "query": _query(wanted, view=view)}
            for view, label in VIEW_LABELS.items()
        ],
        "counts": {view.value: count for view, count in page.counts.items()},
        "waiting": page.waiting,
        "query": _query(wanted),
        "filters": _filters(wanted, treatments),
        "is_filtered": bool(wanted.words or wanted.reason or wanted.channel or wanted.treatment),
        "tickets": [_inbox_row(row, zone, treatments, opted_out) for row in shown],
        "page": {
            "number": page.page,
            "pages": page.pages,
            "total": page.total,
            "before": _query(wanted, page=page.page - 1) if page.page > 1 else None,
            "after": _query(wanted, page=page.page + 1) if page.page < page.pages else None,
        },
    }


def ticket_row(ticket: TicketView, zone: ZoneInfo, treatments: dict[str, str]) -> dict[str, Any]:
    """Give what the list and the ticket's page both show of a ticket."""
    return {
        "id": ticket.id,
        "patient_name": ticket.patient_name,
        "first_line": ticket.first_line,
        "reason_label": REASON_LABELS[ticket.reason],
        "channel_label": CHANNEL_LABELS[ticket.channel],
        "is_sms": ticket.channel is Channel.SMS,
        "treatment_label": treatments.get(ticket.treatment or ""),
        "urgency": ticket.urgency.value,
        "status": ticket.status.value,
        "age_label": ago(ticket.opened_at),
        "age_exact": exact(ticket.opened_at, zone),
        "assignee_id": ticket.assignee_id,
        "assignee_name": ticket.assignee_name,
        "resolved_by": ticket.resolved_by,
        "raised": ticket.raised_at is not None,
        "snoozed_until": None if ticket.snoozed_until is None else exact(ticket.snoozed_until, zone),
        "due": _due(ticket, zone),
    }


def _inbox_row(row: InboxRow, zone: ZoneInfo, treatments: dict[str, str], opted_out: set[str]) -> dict[str, Any]:
    return {
        **ticket_row(row.ticket, zone, treatments),
        "unread": row.unread,
        "mentioned": row.mentioned,
        "opted_out": row.ticket.conversation_id in opted_out,
    }


def _due(ticket: TicketView, zone: ZoneInfo) -> dict[str, str] | None:
    """Give the countdown of a ticket that nobody has; an emergency is due at once."""
    if ticket.status is not TicketStatus.OPEN or ticket.promised_at is None:
        return None
    if ticket.urgency is Urgency.EMERGENCY:
        return {"at": "", "label": "Now", "exact": "At once", "state": "late"}
    left = (ticket.promised_at - utc_now()).total_seconds()
    state = "late" if left <= 0 else "close" if left <= 5 * 60 else "far"
    return {
        "at": ticket.promised_at.isoformat(),
        "label": f"Late by {span(-left)}" if left <= 0 else f"Due in {span(left)}",
        "exact": exact(ticket.promised_at, zone),
        "state": state,
    }


def _query(wanted: InboxFilter, **changes: Any) -> str:
    """Give the part of an address that shows the same again, with some things changed."""
    view: InboxView = changes.get("view", wanted.view)
    values = {
        "status": view.value,
        "q": wanted.words,
        "reason": wanted.reason.value if wanted.reason else "",
        "channel": wanted.channel.value if wanted.channel else "",
        "treatment": wanted.treatment or "",
        "page": changes.get("page", "" if "view" in changes or wanted.page == 1 else wanted.page),
    }
    return urlencode({name: value for name, value in values.items() if value != ""})


def _filters(wanted: InboxFilter, treatments: dict[str, str]) -> dict[str, Any]:
    return {
        "q": wanted.words,
        "selects": [
            _select("reason", "Reason", {key.value: label for key, label in REASON_LABELS.items()}, wanted.reason),
            _select("treatment", "Treatment", treatments, wanted.treatment),
            _select("channel", "Channel", {key.value: label for key, label in CHANNEL_LABELS.items()}, wanted.channel),
        ],
    }


def _select(
    name: str, label: str, choices: dict[str, str], chosen: EscalationReason | Channel | str | None
) -> dict[str, Any]:
    value = chosen.value if isinstance(chosen, (EscalationReason, Channel)) else chosen or ""
    return {"name": name, "label": label, "choices": choices, "chosen": value}
