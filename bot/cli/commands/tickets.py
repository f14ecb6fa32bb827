"""`frontdesk tickets`: what was passed to staff, from the terminal and from scripts."""

from __future__ import annotations

import json

import click

from bot.bootstrap import Services, running_services
from bot.errors import ClaimsError, ConflictError
from bot.escalation import store as tickets
from bot.escalation.merging import merged_store
from bot.escalation.store import TicketView
from bot.messaging.inbound_text import clean_text
from bot.settings import load_settings
from bot.staff.actor import Actor
from bot.vocabulary import Resolution, TicketStatus

CHOICES = [kind.value for kind in Resolution if kind not in {Resolution.CANCELLED, Resolution.MERGED}]


@click.group("tickets")
def command() -> None:
    """What was passed to staff."""


@command.command("list")
@click.option("--all", "show_all", is_flag=True, help="Resolved ones too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_command(*, show_all: bool, as_json: bool) -> None:
    """List tickets, the most urgent first."""
    statuses = [status for status in TicketStatus if show_all or status is not TicketStatus.RESOLVED]
    views, _counts = running_services(load_settings()).tickets.inbox(statuses)
    if not views and not as_json:
        click.echo("No tickets.")
    for view in views:
        fields = _fields(view)
        click.echo(json.dumps(fields) if as_json else _line(fields))


@command.command("show")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show_command(number: int, *, as_json: bool) -> None:
    """Print a ticket with its conversation."""
    services = running_services(load_settings())
    view = services.tickets.view(number)
    with services.database.read() as session:
        said = [
            {
                "id": m.id,
                "conversation_id": m.conversation_id,
                "author": m.author.value,
                "name": m.author_name,
                "text": m.text,
                "at": m.created_at.isoformat(),
            }
            for m in merged_store.transcript(session, tickets.get_ticket(session, number))
        ]
    if as_json:
        click.echo(json.dumps({**_fields(view), "messages": said}))
        return
    click.echo(_line(_fields(view)))
    for message in said:
        click.echo(f"{message['at']}  {message['name'] or message['author']}: {message['text']}")


@command.command("reply")
@click.argument("number", type=int)
@click.argument("text")
@click.option("--as", "email", required=True, help="The address of the staff member who says it.")
@click.option("--claims-seen", is_flag=True, help="Send it although it claims what no text to a patient may.")
def reply_command(number: int, text: str, email: str, *, claims_seen: bool) -> None:
    """Write to a ticket's patient; that takes the ticket."""
    services = running_services(load_settings())
    try:
        services.replies.send(number, text=clean_text(text), by=_actor(services, email), claims_seen=claims_seen)
    except ClaimsError as error:
        raise click.ClickException(f"{error} Change the text, or add --claims-seen.") from error
    click.echo(f"Sent to the patient of ticket {number}.")


@command.command("reopen")
@click.argument("number", type=int)
@click.option("--as", "email", required=True, help="The address of the staff member who opens it.")
def reopen_command(number: int, email: str) -> None:
    """Open a resolved ticket again."""
    services = running_services(load_settings())
    services.tickets.reopen(number, _actor(services, email))
    click.echo(f"Ticket {number} is open again.")


@command.command("resolve")
@click.argument("number", type=int)
@click.option("--as", "email", required=True, help="The address of the staff member who closes it.")
@click.option("--resolution", type=click.Choice(CHOICES), default=Resolution.ANSWERED.value, show_default=True)
def resolve_command(number: int, email: str, resolution: str) -> None:
    """Close a ticket and hand its conversation back to the assistant."""
    services = running_services(load_settings())
    services.tickets.resolve(number, by=_actor(services, email), resolution=Resolution(resolution))
    click.echo(f"Ticket {number} is resolved.")


def _actor(services: Services, email: str) -> Actor:
    staff_member_id = services.people.id_of(email)
    person = next(person for person in services.people.all() if person.id == staff_member_id)
    if person.is_shut_out:
        raise ConflictError(f"{person.name} can no longer sign in. Name somebody who can.")
    return Actor(staff_member_id=staff_member_id, name=person.name)


def _fields(view: TicketView) -> dict[str, object]:
    return {
        "id": view.id,
        "urgency": view.urgency.value,
        "status": view.status.value,
        "reason": view.reason.value,
        "opened_at": view.opened_at.isoformat(),
        "promised_at": None if view.promised_at is None else view.promised_at.isoformat(),
        "assignee": view.assignee_name,
        "labels": list(view.labels),
    }


def _line(fields: dict[str, object]) -> str:
    labels = fields["labels"]
    words = {**fields, "labels": ", ".join(map(str, labels)) if isinstance(labels, list) else ""}
    return "  ".join(str(value) for value in words.values()).rstrip()
