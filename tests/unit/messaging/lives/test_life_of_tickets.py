"""More of what can happen: chats are merged, people shut out, replies come by every way, and the edge dies anywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import httpx
import hypothesis.strategies as st
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from sqlalchemy import event, select
from starlette.routing import BaseRoute

from bot.bootstrap import build_services
from bot.cli.commands import tickets as terminal
from bot.cli.main import frontdesk
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.errors import ConflictError, NotFoundError
from bot.escalation.merging import merged_store
from bot.escalation.models import Ticket
from bot.staff import store as staff_store
from bot.staff.actor import FRONTDESK, Actor
from bot.staff.models import StaffMember
from bot.tokens import hash_token
from bot.triage import Triage
from bot.vocabulary import Author, Handler, ReplyKind, TicketStatus
from bot.web.app import create_app
from bot.web.dependencies import SIGN_IN_COOKIE
from tests.factories import DOUBTED, EMERGENCY, MAYBE_URGENT, a_staff_member
from tests.fakes import TriageInDoubt
from tests.integration.edge import share_routes
from tests.unit.messaging.lives.stored import Stored
from tests.unit.messaging.lives.test_life_of_conversations import PEOPLE, CrashError, LifeOfConversations

CEM = "Cem"
"""Who comes and goes: shut out and let in again."""
ALL = (*PEOPLE, CEM)
WAYS = ("console", "interface", "terminal")
PATIENTS = st.integers(0, 2)
"""Few, so that much happens to each: the first chats that were opened."""
DANGERS = ("danger", "doubt", "yes", "not now")
STEPS = ("take", "reply", "merge", "resolve", "hand back", "reopen", "shut out", "message", *DANGERS, "time")


class LifeOfTickets(LifeOfConversations):
    """The same people and patients, one more staff member who is shut out now and then, and all ways to reply."""

    routes: ClassVar[list[BaseRoute]] = []

    def __init__(self) -> None:
        super().__init__()
        database = self.services.database
        self.staff[CEM] = Actor(staff_member_id=a_staff_member(database, email=f"{CEM}@x.example", name=CEM), name=CEM)
        self.tokens = {
            name: self.services.integrations.connect(
                name=name, staff_member_id=self.staff[name].staff_member_id or 0, webhook_url="", by=FRONTDESK
            ).token
            for name in ALL
        }
        for name in ALL:
            self._sign_in(name)
        self.replies = 0
        self.of_terminal = terminal.running_services
        terminal.running_services = lambda _settings: build_services(self.settings, triage=self.triage)

    def start(self) -> None:
        """Start the edge on the database as it is."""
        super().start()
        self.app = create_app(self.services)
        share_routes(self.app, self.routes)

    def teardown(self) -> None:
        """Leave nothing behind."""
        terminal.running_services = self.of_terminal
        super().teardown()

    def _sign_in(self, name: str) -> None:
        with self.services.database.write() as session:
            staff_store.add_sign_in(
                session,
                token_hash=hash_token(f"cookie of {name}"),
                staff_member_id=self.staff[name].staff_member_id or 0,
                csrf_token=f"secret of {name}",
                expires_at=utc_now() + dt.timedelta(hours=1),
                browser="",
            )

    def _is_out(self, name: str) -> bool:
        with self.services.database.read() as session:
            return session.get_one(StaffMember, self.staff[name].staff_member_id).shut_out_at is not None

    def _chat(self, patient: int) -> str:
        return list(self.shown)[patient % len(self.shown)]

    def _wanted(self, patient: int) -> Ticket:
        """Give a patient's open ticket; who has none asks for a person."""
        ticket = self._ticket(self._chat(patient))
        if ticket is None:
            self.waits(self.services.receive.ask_for_person(self._chat(patient)))
            ticket = self._ticket(self._chat(patient))
        assert ticket is not None
        return ticket

    # What happens.

    @initialize()
    def more_patients(self):
        """There are three."""
        for _ in range(2):
            self.patient_comes()

    @rule(one=PATIENTS, other=PATIENTS, name=st.sampled_from(PEOPLE))
    def staff_merge(self, one: int, other: int, name: str):
        """Whoever had one of them has both; the first one's assignee goes before."""
        first, second = self._wanted(one), self._wanted(other)
        if first.id == second.id:
            return
        self._announce(self.services.tickets.merge(second.id, into=first.id, by=self.staff[name]))
        merged = self._wanted(other)
        assert (merged.id, merged.assignee_id) == (first.id, first.assignee_id or second.assignee_id)

    @rule(patient=PATIENTS, name=st.sampled_from(ALL))
    def staff_reopen(self, patient: int, name: str):
        """A resolved one, merged or not, unless its patient has an open one."""
        conversation = self._chat(patient)
        resolved = [t for t in self._tickets(conversation) if t.status == TicketStatus.RESOLVED.value]
        if not resolved:
            return
        before = self._ticket(conversation)
        try:
            self._announce([self.services.tickets.reopen(resolved[-1].id, self.staff[name])])
        except ConflictError:
            assert before is not None

    @rule()
    def cem_is_shut_out_or_let_in(self):
        """Shut out, they leave no ticket behind."""
        number = self.staff[CEM].staff_member_id or 0
        if self._is_out(CEM):
            self.services.people.let_in(number, FRONTDESK)
            self._sign_in(CEM)
            return
        self._announce(self.services.leaving.shut_out(number, FRONTDESK))

    @rule(patient=PATIENTS, by=st.sampled_from(PEOPLE))
    def cem_gets_a_ticket(self, patient: int, by: str):
        """Unless they are shut out."""
        ticket = self._wanted(patient)
        number = self.staff[CEM].staff_member_id or 0
        if self._is_out(CEM):
            with pytest.raises(ConflictError, match="can no longer sign in"):
                self.services.tickets.assign(ticket.id, to=number, by=self.staff[by])
        else:
            self._announce([self.services.tickets.assign(ticket.id, to=number, by=self.staff[by])])

    @rule(
        patient=PATIENTS,
        name=st.sampled_from(ALL),
        way=st.sampled_from(WAYS),
        own=st.booleans(),
    )
    def somebody_replies(self, patient: int, name: str, way: str, own: bool):
        """Whichever way: it is said once, by whoever answers there, or not at all and nothing is taken."""
        tickets = self._tickets(self._chat(patient))
        ticket = tickets[-1] if own and tickets else self._wanted(patient)
        self.replies += 1
        text = f"Reply number {self.replies}."
        me = self.staff[name].staff_member_id
        may = (
            ticket.status != TicketStatus.RESOLVED.value and ticket.assignee_id in {None, me} and not self._is_out(name)
        )
        for _ in range(2):
            assert self._sends(way, ticket.id, name, text) is may
            if way == "terminal":
                break
        with self.services.database.read() as session:
            said = session.scalars(select(Message).where(Message.text == text)).all()
            after = session.get_one(Ticket, ticket.id)
            where = merged_store.conversation_ids(session, after)
        assert [(m.author, m.author_name) for m in said] == ([(Author.STAFF.value, name)] if may else [])
        assert after.assignee_id == (me if may else ticket.assignee_id)
        for message in said:
            assert message.conversation_id in where
            assert self._conversation(message.conversation_id).handler_id == me

    def _sends(self, way: str, ticket: int, name: str, text: str) -> bool:
        if way == "terminal":
            words = ["tickets", "reply", str(ticket), text, "--as", f"{name}@x.example"]
            return CliRunner().invoke(frontdesk, words).exit_code == 0

        async def post() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=self.app), base_url="http://testserver"
            ) as client:
                if way == "interface":
                    return await client.post(
                        f"/api/tickets/{ticket}/replies",
                        json={"text": text, "client_message_id": text},
                        headers={"authorization": f"Bearer {self.tokens[name]}"},
                    )
                client.cookies.set(SIGN_IN_COOKIE, f"cookie of {name}")
                return await client.post(
                    f"/staff/tickets/{ticket}/replies",
                    data={"text": text, "client_message_id": text, "csrf_token": f"secret of {name}"},
                    headers={"accept": "application/json"},
                )

        response = self.waits(post())
        assert response.status_code in {200, 401, 403, 409}, response.text
        return response.status_code == 200

    @rule(patient=PATIENTS)
    def patient_writes_to_staff(self, patient: int):
        """While staff answer, in whichever of their chats, the bot says nothing."""
        conversation = self._chat(patient)
        handler = self._conversation(conversation).handler
        self.sent += 1
        replies = self._writes(conversation, "and one more thing", f"m{self.sent}")
        assert (replies == []) is (handler == Handler.STAFF.value)

    @rule(
        one=PATIENTS,
        other=PATIENTS,
        name=st.sampled_from(PEOPLE),
        what=st.sampled_from(STEPS),
        nth=st.integers(1, 12),
    )
    def edge_is_killed_on_the_way(self, one: int, other: int, name: str, what: str, nth: int):
        """At any write of any step; what had begun is whole or has not happened, as the invariants see."""
        with self._killed_at(nth):
            self._do(what, self._chat(one), self._chat(other), self.staff[name])
        if not self._is_out(CEM):
            # Whoever was let in, or not shut out after all, can go on.
            with self.services.database.write() as session:
                staff_store.delete_sign_ins_of(session, self.staff[CEM].staff_member_id or 0)
            self._sign_in(CEM)

    def _do(self, what: str, one: str, other: str, by: Actor) -> None:
        tickets, ticket, second, own = self.services.tickets, self._ticket(one), self._ticket(other), self._tickets(one)
        number = 0 if ticket is None else ticket.id
        steps: dict[str, Callable[[], object]] = {
            "take": lambda: tickets.take(number, by),
            "reply": lambda: self.services.replies.send(number, text="Half a reply?", by=by),
            "merge": lambda: tickets.merge(0 if second is None else second.id, into=number, by=by),
            "resolve": lambda: tickets.resolve(number, by=by),
            "hand back": lambda: tickets.hand_back(number, by),
            "reopen": lambda: tickets.reopen(own[-1].id if own else 0, by),
            "shut out": lambda: self.services.leaving.shut_out(self.staff[CEM].staff_member_id or 0, FRONTDESK),
            "message": lambda: self._writes(one, "is it safe?", f"m{self.sent}"),
            "danger": lambda: self._writes(one, EMERGENCY, f"m{self.sent}"),
            "doubt": lambda: self._writes(one, MAYBE_URGENT, f"m{self.sent}"),
            "yes": lambda: self._presses_newest(one, "Yes, now", ReplyKind.SAFETY_CHECK),
            "not now": lambda: self._presses_newest(one, "This is not about me now", ReplyKind.EMERGENCY),
            "time": lambda: self.deadlines.pass_time(self.now + dt.timedelta(days=1)),
        }
        self.sent += 1
        # What is not allowed just now is refused; the other rules look at that.
        with suppress(ConflictError, NotFoundError):
            steps[what]()

    def _presses_newest(self, conversation: str, title: str, kind: ReplyKind) -> None:
        of_kind = [m.id for m in self._all_messages()[conversation] if m.reply is not None and m.reply["kind"] == kind]
        if of_kind:
            self._writes(conversation, title, f"m{self.sent}", button_of=of_kind[-1])

    @contextmanager
    def _killed_at(self, nth: int) -> Iterator[None]:
        """Kill the edge at its nth write, and start it again."""
        written = 0

        def die(_connection, _cursor, statement: str, *_more) -> None:
            nonlocal written
            written += statement.startswith(("INSERT", "UPDATE", "DELETE"))
            if written == nth:
                raise CrashError

        engine = self.services.database.engine
        event.listen(engine, "before_cursor_execute", die)
        try:
            yield
        except CrashError:
            pass
        finally:
            event.remove(engine, "before_cursor_execute", die)
        self.restart()

    def _announce(self, changes) -> None:
        async def publish() -> None:
            for change in changes:
                self.services.deliver.announce(change)

        self.waits(publish())

    # What always holds.

    def holds_of(self, stored: Stored) -> None:
        """Make sure of all that always holds, of staff who come and go as well."""
        super().holds_of(stored)
        self.nobody_is_answered_by_somebody_who_is_gone(stored)
        self.a_conversation_belongs_to_one_ticket_that_knows_it(stored)

    def nobody_is_answered_by_somebody_who_is_gone(self, stored: Stored) -> None:
        """The bot is never silent for somebody who can no longer sign in."""
        if self._is_out(CEM):
            gone = self.staff[CEM].staff_member_id
            assert gone not in {row.handler_id for row in stored.conversations.values()}

    def a_conversation_belongs_to_one_ticket_that_knows_it(self, stored: Stored) -> None:
        """Whoever has a ticket sees every conversation that they answer, and no other."""
        known = dict(stored.belonging)
        assert len(stored.belonging) == len(known)
        for conversation, ticket in stored.open_ticket.items():
            assert known.get(conversation) == (None if ticket is None else ticket.id)


@pytest.mark.slow(reason="25 random lives of 30 steps each")
def test_merges_leaving_replies_and_crashes_lose_nobody(seeded_database: Path, triage: Triage):
    """Random lives of tickets of one patient and another, each step checked."""
    parts = {"database": seeded_database, "triage": TriageInDoubt(triage, DOUBTED)}
    machine = type("Life", (LifeOfTickets,), parts)
    quick = settings(
        max_examples=25,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(machine, settings=quick)
