"""What the list of tickets shows, on a page of its own and beside a ticket."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.db.engine import utc_now
from bot.escalation import inbox_store
from bot.escalation.desk import labels_store, saved_views
from bot.escalation.desk.saved_views import ViewSeen
from bot.escalation.inbox_store import InboxFilter, InboxRow
from bot.escalation.store import TicketView
from bot.knowledge import store as knowledge
from bot.labels import BY_NUMBER, CHANNEL_LABELS, REASON_LABELS, STAFF_RESOLUTIONS
from bot.staff import store as staff
from bot.staff.permissions import Permission, may
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Channel, EscalationReason, InboxView, TicketStatus, Urgency
from bot.web.pages import console_frame
from bot.web.staff.by_text import WEB_AND_SMS
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
            _put_in(shown, wanted.view, inbox_store.row_of(session, beside, staff_member_id=wanted.staff_member_id))
        saved = saved_views.seen_by(session, member.staff_member_id)
        labels = labels_store.known(session)
        colleagues = staff.names(session)
        keys = staff.shortcut_keys_of(session, member.staff_member_id)
        treatments = {slug: row.short_name for slug, row in knowledge.treatments(session).items()}
        opted_out = numbers.opted_out_among(session, [row.ticket.conversation_id for row in shown])
        linked = numbers.linked_among(session, [row.ticket.conversation_id for row in shown])
    zone = ZoneInfo(services.clinic.timezone)
    return {
        **console_frame(services.clinic, member),
        "status": wanted.view.value,
        "views": [
            {"slug": view.value, "label": label, "count": page.counts[view], "query": inbox_query(wanted, view=view)}
            for view, label in VIEW_LABELS.items()
        ],
        "counts": {view.value: count for view, count in page.counts.items()},
        "waiting": page.waiting,
        "query": inbox_query(wanted),
        "filters": _filters(wanted, treatments, labels),
        "is_filtered": bool(_narrowed(wanted)),
        "saved_views": [_saved_view(view, wanted, member) for view in saved],
        "labels": labels,
        "resolutions": {key.value: label for key, label in STAFF_RESOLUTIONS.items()},
        "colleagues": [{"id": key, "name": name} for key, name in colleagues.items()],
        "shortcut_keys": keys.value,
        "tickets": [_inbox_row(row, zone, treatments, opted_out, linked) for row in shown],
        "page": {
            "number": page.page,
            "pages": page.pages,
            "total": page.total,
            "before": inbox_query(wanted, page=page.page - 1) if page.page > 1 else None,
            "after": inbox_query(wanted, page=page.page + 1) if page.page < page.pages else None,
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
        "by_number": CHANNEL_LABELS[ticket.channel] if ticket.channel in BY_NUMBER else None,
        "treatment_label": treatments.get(ticket.treatment or ""),
        "signs": [sign.replace("_", " ") for sign in ticket.signs],
        "labels": list(ticket.labels),
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


def _inbox_row(
    row: InboxRow, zone: ZoneInfo, treatments: dict[str, str], opted_out: set[str], linked: set[str]
) -> dict[str, Any]:
    by_text_too = {"by_number": WEB_AND_SMS} if row.ticket.conversation_id in linked else {}
    return {
        **ticket_row(row.ticket, zone, treatments),
        **by_text_too,
        "unread": row.unread,
        "mentioned": row.mentioned,
        "opted_out": row.ticket.conversation_id in opted_out,
    }


def _put_in(shown: list[InboxRow], view: InboxView, row: InboxRow) -> None:
    """Put the ticket that is open into the list where it stood while it was of this view: it does not jump away."""
    if view is InboxView.RESOLVED:
        shown.insert(0, row)
        return
    place = next((at for at, other in enumerate(shown) if _place(other.ticket) > _place(row.ticket)), len(shown))
    shown.insert(place, row)


def _place(ticket: TicketView) -> tuple[Any, ...]:
    """Give what tickets that are not resolved are sorted by; as `inbox_store` does."""
    promised = ticket.promised_at
    return (-ticket.urgency.rank, promised is None, promised or ticket.opened_at, ticket.opened_at, ticket.id)


def _narrowed(wanted: InboxFilter) -> list[object]:
    narrowed = (wanted.words, wanted.reason, wanted.channel, wanted.treatment, wanted.label)
    return [value for value in narrowed if value]


def _saved_view(view: ViewSeen, wanted: InboxFilter, member: SignedIn) -> dict[str, Any]:
    query = inbox_query(view.wanted)
    return {
        "id": view.id,
        "name": view.name,
        "shared": view.shared,
        "own": view.own,
        "count": view.count,
        "query": query,
        "is_shown": query == inbox_query(wanted, page=1),
        "may_remove": view.own or may(member.role, Permission.MANAGE_STAFF),
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


def inbox_query(wanted: InboxFilter, **changes: Any) -> str:
    """Give the part of an address that shows the same again, with some things changed."""
    view: InboxView = changes.get("view", wanted.view)
    page: int = changes.get("page", wanted.page)
    values = {
        "status": view.value,
        "q": wanted.words,
        "reason": wanted.reason.value if wanted.reason else "",
        "channel": wanted.channel.value if wanted.channel else "",
        "treatment": wanted.treatment or "",
        "label": wanted.label or "",
        "page": "" if "view" in changes or page == 1 else page,
    }
    return urlencode({name: value for name, value in values.items() if value != ""})


def _filters(wanted: InboxFilter, treatments: dict[str, str], labels: list[str]) -> dict[str, Any]:
    return {
        "q": wanted.words,
        "selects": [
            _select("reason", "Reason", {key.value: label for key, label in REASON_LABELS.items()}, wanted.reason),
            _select("treatment", "Treatment", treatments, wanted.treatment),
            _select("channel", "Channel", {key.value: label for key, label in CHANNEL_LABELS.items()}, wanted.channel),
            _select("label", "Label", {label: label for label in labels}, wanted.label),
        ],
    }


def _select(
    name: str, label: str, choices: dict[str, str], chosen: EscalationReason | Channel | str | None
) -> dict[str, Any]:
    value = chosen.value if isinstance(chosen, (EscalationReason, Channel)) else chosen or ""
    return {"name": name, "label": label, "choices": choices, "chosen": value}
