"""`frontdesk tickets` and `frontdesk staff`: what scripts read and do."""

from __future__ import annotations

import datetime as dt
import json

import pyotp
import pytest
from click.testing import CliRunner, Result

from bot.bootstrap import Services
from bot.cli.main import frontdesk
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.errors import PermissionDeniedError
from bot.messaging.feed import MessageStored
from bot.settings import Settings
from bot.staff.actor import Actor
from bot.staff.one_time_codes import new_secret
from bot.staff.store import audit_entries
from bot.vocabulary import EscalationReason, Role, TicketStatus
from tests.factories import a_conversation, a_staff_member

ANA = "ana@clinic.example"


@pytest.fixture
async def ticket(services: Services) -> int:
    """Give a ticket, and the clinic its Ana."""
    services.staff.add(email=ANA, name="Ana", role=Role.AGENT, password="three or four words")
    conversation = await a_conversation(services)
    await services.receive.receive(conversation, "does it hurt?", None)
    return services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """Give a way to run a command on the test's database."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", settings.database_url)

    def run_it(*words: str, status: int = 0) -> Result:
        result = CliRunner().invoke(frontdesk, words)
        assert result.exit_code == status, result.output
        return result

    return run_it


def test_tickets_are_listed_as_json_lines(run, ticket: int):
    """With what a script needs to decide."""
    (line,) = run("tickets", "list", "--json").output.splitlines()

    listed = json.loads(line)
    assert (listed["id"], listed["status"], listed["assignee"]) == (ticket, "open", None)
    assert listed["promised_at"]


def test_a_ticket_is_shown_with_its_conversation(run, ticket: int):
    """For people and for programs."""
    shown = json.loads(run("tickets", "show", str(ticket), "--json").output)

    assert [message["author"] for message in shown["messages"]] == ["patient", "bot"]
    assert "patient: does it hurt?" in run("tickets", "show", str(ticket)).output


def test_a_reply_takes_the_ticket_and_resolving_closes_it(run, ticket: int, services: Services):
    """As in the console, and under the name of somebody."""
    run("tickets", "reply", str(ticket), "A little.", "--as", ANA)
    view = services.tickets.view(ticket)
    assert (view.status, view.assignee_name) == (TicketStatus.ASSIGNED, "Ana")
    with services.database.read() as session:
        assert conversations.transcript(session, view.conversation_id)[-1].text == "A little."

    run("tickets", "resolve", str(ticket), "--as", ANA, "--resolution", "booked")

    assert services.tickets.view(ticket).status is TicketStatus.RESOLVED
    assert "resolved already" in run("tickets", "resolve", str(ticket), "--as", ANA, status=1).output
    assert run("tickets", "list").output == "No tickets.\n"
    assert "resolved" in run("tickets", "list", "--all").output


def test_a_reply_of_the_terminal_is_looked_at_too(run, ticket: int, services: Services):
    """It is sent, and the ticket taken, once its writer says that they were shown why."""
    promise = "PRP will definitely cure your knee."

    assert "--claims-seen" in run("tickets", "reply", str(ticket), promise, "--as", ANA, status=1).output
    assert services.tickets.view(ticket).status is TicketStatus.OPEN

    run("tickets", "reply", str(ticket), promise, "--as", ANA, "--claims-seen")
    assert services.tickets.view(ticket).status is TicketStatus.ASSIGNED


def test_a_reply_of_the_terminal_to_a_resolved_ticket_is_refused(run, ticket: int):
    """Until it is open again."""
    run("tickets", "resolve", str(ticket), "--as", ANA)

    assert "Reopen it" in run("tickets", "reply", str(ticket), "Hi", "--as", ANA, status=1).output
    assert "is open again" in run("tickets", "reopen", str(ticket), "--as", ANA).output
    run("tickets", "reply", str(ticket), "Hi", "--as", ANA)


def test_a_reply_needs_somebody_who_says_it(run, ticket: int):
    """An unknown address is named."""
    assert "nobody@x.example" in run("tickets", "reply", str(ticket), "Hi", "--as", "nobody@x.example", status=1).output


def test_accounts_are_invited_listed_changed_and_shut_out(run, services: Services):
    """The link sets a password."""
    link = run("staff", "invite", ANA, "--name", "Ana", "--role", "admin").output.strip()
    assert services.people.who_may_use(link.rpartition("/")[2]) == "Ana"
    assert f"{ANA}  Ana  admin  invited" in run("staff", "list").output
    run("staff", "invite", "ben@clinic.example", "--name", "Ben", "--role", "admin")

    run("staff", "role", ANA, "writer")
    run("staff", "shut-out", ANA)
    person = next(json.loads(line) for line in run("staff", "list", "--json").output.splitlines() if ANA in line)
    assert (person["role"], person["is_shut_out"]) == ("writer", True)
    run("staff", "let-in", ANA)

    assert "/staff/join/" in run("staff", "reset-link", ANA).output


def test_a_new_password_from_the_terminal_ends_links_and_stands_in_the_audit_log(run, services: Services):
    """Whoever made it."""
    services.staff.add(email=ANA, name="Ana", role=Role.AGENT, password="three or four words")
    link = run("staff", "reset-link", ANA).output.strip().rpartition("/")[2]

    password = run("staff", "set-password", ANA).output.split()[-1]

    assert services.staff.sign_in(ANA, password)
    with pytest.raises(PermissionDeniedError):
        services.people.who_may_use(link)
    with services.database.read() as session:
        assert "staff.password_set" in [entry.action for entry in audit_entries(session, subject="staff")]


def test_a_lost_second_factor_is_reset_from_the_terminal(run, services: Services):
    """For the only administrator, say; it says whether they were told."""
    services.staff.add(email=ANA, name="Ana", role=Role.ADMIN, password="three or four words")
    assert "Ana has no codes turned on" in run("staff", "reset-second-factor", ANA, status=1).output
    secret = new_secret()
    services.second_factor.turn_on(services.people.id_of(ANA), secret, pyotp.TOTP(secret).now())

    told = run("staff", "reset-second-factor", ANA).output

    assert "tell them yourself" in told
    assert services.staff.sign_in(ANA, "three or four words")


async def test_a_message_that_another_process_stored_is_handed_on_once(services: Services):
    """And one of this process not a second time."""
    conversation = await a_conversation(services)
    ana = Actor(staff_member_id=a_staff_member(services.database), name="Ana")
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    services.tickets.take(ticket, ana)
    later = utc_now() + dt.timedelta(seconds=10)
    services.elsewhere.look(later)
    with services.feed.listen(conversation) as queue:
        services.deliver.announce_reply(services.replies.send(ticket, text="From here.", by=ana))
        with services.database.write() as session:
            conversations.add_staff_message(session, conversation_id=conversation, text="From afar.", staff_name="Ana")
        services.elsewhere.publish(services.elsewhere.look(utc_now()))
        for _ in range(2):
            services.elsewhere.publish(services.elsewhere.look(later))
        heard = [queue.get_nowait() for _ in range(queue.qsize())]

    said = [event.message.text for event in heard if isinstance(event, MessageStored)]
    assert said == ["From here.", "From afar."]
