"""Whatever happens, in whatever order: nobody is lost, nobody is talked over, and nothing is shown twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.bootstrap import Services, build_services
from bot.conversations.models import Conversation, Message
from bot.conversations.store import StoredMessage
from bot.db.engine import utc_now
from bot.errors import ConflictError
from bot.escalation.due.deadlines import Deadlines
from bot.escalation.models import Ticket
from bot.escalation.store import find_unresolved
from bot.messaging.feed import MessageStored
from bot.settings import Settings, load_settings
from bot.staff.actor import Actor
from bot.triage import RedFlag, Triage
from bot.vocabulary import Author, EscalationReason, Handler, ReplyKind, TicketStatus
from tests.factories import ALWAYS, DOUBTED, EMERGENCY, a_clinic, a_conversation, a_staff_member
from tests.fakes import FakeRasa, TriageInDoubt
from tests.unit.messaging.lives.checks_in_life import ChecksAndCards
from tests.unit.messaging.lives.offers_in_life import OffersAndWithdrawals
from tests.unit.messaging.lives.stored import Stored

if TYPE_CHECKING:
    from bot.rasa_client.client import RasaClient

PEOPLE = ("Ana", "Ben")
SPOKEN_BY_BOT = {ReplyKind.ANSWER, ReplyKind.CLARIFY, ReplyKind.NO_ANSWER, ReplyKind.SMALLTALK}


class CrashError(BaseException):
    """The edge is killed: nothing after this point runs."""


class LifeOfConversations(OffersAndWithdrawals, ChecksAndCards, RuleBasedStateMachine):
    """Two staff members, some patients, a bot that may be slow or killed, and a clock."""

    database: Path
    triage: Triage
    conversations = Bundle("conversations")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.database, self.folder / "frontdesk.db")
        self.settings: Settings = replace(load_settings({}), database_url=f"sqlite:///{self.folder / 'frontdesk.db'}")
        self.loop = asyncio.new_event_loop()
        self.now = utc_now()
        self.sent = 0
        self.shown: dict[str, list[int]] = {}
        self.found: dict[str, RedFlag | None] = {}
        self.start()
        self.staff = {
            name: Actor(
                staff_member_id=a_staff_member(self.services.database, email=f"{name}@x.example", name=name), name=name
            )
            for name in PEOPLE
        }

    def start(self) -> None:
        """Start the edge on the database as it is."""
        self.rasa = FakeRasa()
        self.services: Services = build_services(self.settings, rasa=cast("RasaClient", self.rasa), triage=self.triage)
        self.deadlines = Deadlines(self.services.database, a_clinic(hours=ALWAYS), self.services.responses)
        self.waits(self.services.receive.recover())

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.waits(self.services.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    def waits(self, coroutine):
        """Run a piece of the edge to its end, and note what live connections were shown."""
        listening = [(conversation, self.services.feed.listen(conversation)) for conversation in self.shown]
        queues = [(conversation, listen.__enter__()) for conversation, listen in listening]
        try:
            return self.loop.run_until_complete(coroutine)
        finally:
            for conversation, queue in queues:
                events = [queue.get_nowait() for _ in range(queue.qsize())]
                self.shown[conversation] += [e.message.id for e in events if isinstance(e, MessageStored)]
            for _conversation, listen in listening:
                listen.__exit__(None, None, None)

    # What happens.

    @initialize(target=conversations)
    def first_patient(self):
        """There is a patient."""
        return self.patient_comes()

    @rule(target=conversations)
    def patient_comes(self):
        """Somebody opens the chat."""
        conversation = self.waits(a_conversation(self.services))
        self.shown[conversation] = []
        return conversation

    def _writes(
        self, conversation: str, text: str, client_id: str, *, button_of: int | None = None
    ) -> list[StoredMessage]:
        received = self.waits(self.services.receive.receive(conversation, text, client_id, in_reply_to=button_of))
        return list(received.replies)

    @rule(conversation=conversations, text=st.sampled_from(["hello", "does it hurt?", EMERGENCY]))
    def patient_writes(self, conversation: str, text: str):
        """A message; a browser that is not sure sends it again and gets the same."""
        self.sent += 1
        first = self._writes(conversation, text, f"m{self.sent}")
        assert self._writes(conversation, text, f"m{self.sent}") == first

    @rule(conversation=conversations, down=st.booleans())
    def patient_asks_for_a_person(self, conversation: str, down: bool):
        """By the button, which works while Rasa is down."""
        self.rasa.down = down
        self.waits(self.services.receive.ask_for_person(conversation))
        self.rasa.down = False

    @rule(conversation=conversations)
    def patient_writes_while_rasa_is_down(self, conversation: str):
        """A ticket is opened for it."""
        self.rasa.down = True
        self.sent += 1
        self._writes(conversation, "is anybody there?", f"m{self.sent}")
        self.rasa.down = False

    @rule(conversation=conversations)
    def patient_cancels(self, conversation: str):
        """They go on with the bot."""
        try:
            self.waits(self.services.receive.go_on_with_bot(conversation))
        except ConflictError:
            assert self._ticket(conversation) is None

    @rule(conversation=conversations, name=st.sampled_from(PEOPLE))
    def staff_take_while_the_bot_thinks(self, conversation: str, name: str):
        """The bot's reply comes late, and is not shown."""
        ticket = self.services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
        self.rasa.before_answering = lambda: self._try_to_take(ticket, name)
        self.sent += 1
        replies = self._writes(conversation, "still there?", f"m{self.sent}")
        self.rasa.before_answering = None
        assert replies == []

    @rule(conversation=conversations)
    def edge_is_killed_while_the_bot_thinks(self, conversation: str):
        """After the restart the message has its one reply, and sending it again gives the same."""
        self.sent += 1

        def die() -> None:
            raise CrashError

        self.rasa.before_answering = die
        handler = self._conversation(conversation).handler
        try:
            self._writes(conversation, "how long does it take?", f"m{self.sent}")
        except CrashError:
            assert handler == Handler.BOT.value
        self.restart()
        self._writes(conversation, "how long does it take?", f"m{self.sent}")

    @rule()
    def restart(self):
        """The edge stops and starts."""
        self.waits(self.services.close())
        self.start()

    @rule(conversation=conversations, name=st.sampled_from(PEOPLE))
    def staff_take(self, conversation: str, name: str):
        """Whoever has a ticket keeps it."""
        ticket = self._ticket(conversation)
        if ticket is not None:
            self._try_to_take(ticket.id, name)

    def _try_to_take(self, ticket_id: int, name: str) -> None:
        before = self.services.tickets.view(ticket_id).assignee_name
        if before in {None, name}:
            self.services.deliver.announce(self.services.tickets.take(ticket_id, self.staff[name]))
        else:
            with pytest.raises(ConflictError, match=f"{before} has taken this ticket"):
                self.services.tickets.take(ticket_id, self.staff[name])

    @rule(conversation=conversations)
    def both_take_at_once(self, conversation: str):
        """One gets it."""
        ticket = self._ticket(conversation)
        if ticket is None:
            return
        takes = [asyncio.to_thread(self._try_to_take_quietly, ticket.id, name) for name in PEOPLE]

        async def both() -> list[str | None]:
            return list(await asyncio.gather(*takes))

        winners = [name for name in self.waits(both()) if name]
        theirs = {None, *(self.staff[name].staff_member_id for name in PEOPLE)}
        assert len(winners) == (ticket.assignee_id in theirs)

    def _try_to_take_quietly(self, ticket_id: int, name: str) -> str | None:
        try:
            self.services.tickets.take(ticket_id, self.staff[name])
        except ConflictError:
            return None
        return name

    @rule(conversation=conversations)
    def staff_reply(self, conversation: str):
        """Whoever has the ticket."""
        ticket = self._ticket(conversation)
        if ticket is not None and ticket.status == TicketStatus.ASSIGNED.value:
            name = self._conversation(conversation).handler_name or ""
            self.services.replies.send(ticket.id, text="I am here.", by=self.staff[name])

    @rule(conversation=conversations, name=st.sampled_from(PEOPLE))
    def staff_resolve(self, conversation: str, name: str):
        """The bot answers again."""
        ticket = self._ticket(conversation)
        if ticket is not None:
            self.services.tickets.resolve(ticket.id, by=self.staff[name])

    @rule(conversation=conversations, name=st.sampled_from(PEOPLE), to=st.sampled_from(PEOPLE))
    def staff_give_on(self, conversation: str, name: str, to: str):
        """From one to the other."""
        ticket = self._ticket(conversation)
        if ticket is not None:
            self.services.tickets.assign(ticket.id, to=self.staff[to].staff_member_id or 0, by=self.staff[name])

    @rule(conversation=conversations, name=st.sampled_from(PEOPLE))
    def staff_hand_back(self, conversation: str, name: str):
        """To all."""
        ticket = self._ticket(conversation)
        if ticket is not None and ticket.assignee_id is not None:
            self.services.tickets.hand_back(ticket.id, self.staff[name])

    @rule(conversation=conversations, name=st.sampled_from(PEOPLE), hours=st.integers(1, 48))
    def staff_snooze(self, conversation: str, name: str, hours: int):
        """An urgent one that nobody has stays awake."""
        ticket = self._ticket(conversation)
        if ticket is None:
            return
        until = utc_now() + dt.timedelta(hours=hours)
        try:
            self.services.tickets.snooze(ticket.id, until=until, by=self.staff[name])
        except ConflictError:
            assert ticket.assignee_id is None

    @rule(minutes=st.sampled_from([1, 10, 30, 24 * 60]))
    def time_passes(self, minutes: int):
        """Promises run out, staff fall silent, tickets wake up."""
        self.now += dt.timedelta(minutes=minutes)
        for change in self.deadlines.pass_time(self.now):
            self.services.deliver.announce(change)

    # What always holds.

    @invariant()
    def all_holds(self):
        """After each step, of what is stored then."""
        self.holds_of(Stored.read(self.services.database, self.shown))

    def holds_of(self, stored: Stored) -> None:
        """Make sure of all that always holds."""
        self.every_message_of_a_patient_has_a_reply_a_ticket_or_a_handler(stored)
        self.one_handler_who_is_the_assignee(stored)
        self.one_unresolved_ticket_each(stored)
        self.replies_stand_after_their_message_and_are_never_doubled(stored)
        self.nothing_is_shown_twice_and_all_in_order()
        self.every_danger_has_its_card_or_its_check(stored)
        self.every_yes_has_its_card_and_staff_know(stored)

    def every_message_of_a_patient_has_a_reply_a_ticket_or_a_handler(self, stored: Stored) -> None:
        """Nothing is lost."""
        for conversation, messages in stored.messages.items():
            handled_by_staff = stored.conversations[conversation].handler == Handler.STAFF.value
            replied = {message.in_reply_to for message in messages}
            for message in messages:
                if message.author == Author.PATIENT.value:
                    assert message.handled_at is not None
                    assert message.id in replied or handled_by_staff or stored.tickets[conversation]

    def one_handler_who_is_the_assignee(self, stored: Stored) -> None:
        """The conversation and its ticket never disagree on who answers."""
        for conversation in self.shown:
            row, ticket = stored.conversations[conversation], stored.open_ticket[conversation]
            assignee = None if ticket is None else ticket.assignee_id
            assert row.handler_id == assignee
            assert (row.handler == Handler.STAFF.value) == (assignee is not None)
            assert (row.handler_name is None) == (assignee is None)

    def one_unresolved_ticket_each(self, stored: Stored) -> None:
        """A second need joins the first."""
        for tickets in stored.tickets.values():
            assert len([ticket for ticket in tickets if ticket.status != TicketStatus.RESOLVED.value]) <= 1

    def replies_stand_after_their_message_and_are_never_doubled(self, stored: Stored) -> None:
        """The bot answers a message at one time only; sent again, killed or late, no second answer comes."""
        for messages in stored.messages.values():
            spoken = [
                (message.in_reply_to, message.text)
                for message in messages
                if message.reply is not None and ReplyKind(message.reply["kind"]) in SPOKEN_BY_BOT
            ]
            assert len(spoken) == len(set(spoken))
            assert all(m.in_reply_to < m.id for m in messages if m.in_reply_to is not None)

    def nothing_is_shown_twice_and_all_in_order(self) -> None:
        """On a live connection that never broke."""
        for shown in self.shown.values():
            assert shown == sorted(set(shown))

    def _all_messages(self) -> dict[str, list[Message]]:
        with self.services.database.read() as session:
            rows = session.scalars(select(Message).order_by(Message.id)).all()
        return {c: [row for row in rows if row.conversation_id == c] for c in self.shown}

    def _conversation(self, conversation: str) -> Conversation:
        with self.services.database.read() as session:
            return session.get_one(Conversation, conversation)

    def _tickets(self, conversation: str) -> list[Ticket]:
        with self.services.database.read() as session:
            return list(session.scalars(select(Ticket).where(Ticket.conversation_id == conversation)))

    def _ticket(self, conversation: str) -> Ticket | None:
        """Give the open ticket of a conversation, which may be the one that its own was merged into."""
        with self.services.database.read() as session:
            return find_unresolved(session, conversation)


@pytest.mark.slow(reason="25 random lives of 25 steps each")
def test_nobody_is_lost_and_nobody_is_talked_over(seeded_database: Path, triage: Triage):
    """Random lives of conversations and tickets, each step checked."""
    parts = {"database": seeded_database, "triage": TriageInDoubt(triage, DOUBTED)}
    machine = type("Life", (LifeOfConversations,), parts)
    quick = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(machine, settings=quick)
