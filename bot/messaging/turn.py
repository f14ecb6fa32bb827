"""The way of a stored message to its replies: danger first, then staff if they handle it, else Rasa."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import structlog
from anyio.to_thread import run_sync

from bot.conversations.store import StoredMessage
from bot.errors import ConflictError, RasaUnavailableError
from bot.escalation.lifecycle import Tickets
from bot.messaging.contact import Contacts
from bot.messaging.danger.alarm import RedFlagAlarm
from bot.messaging.danger.card import RedFlagCard, RedFlagCards, card_shown, gravest
from bot.messaging.danger.checks import Check, SafetyChecks
from bot.messaging.danger.reminder import DangerReminder
from bot.messaging.deliver import Deliver
from bot.messaging.feed import Feed, Typing
from bot.messaging.files import PassedFiles
from bot.messaging.going_on import GoingOnByText
from bot.messaging.offering.check_ins import CheckIns
from bot.messaging.offering.offers import Chosen, Offers, Said, Withdrawn
from bot.messaging.waking import LONGEST_WAKING, Waking
from bot.messaging.without_rasa import WithoutRasa
from bot.process.metrics import Metrics, Part
from bot.rasa_client.client import RasaClient
from bot.reply import Option, Reply
from bot.vocabulary import EscalationReason, Handler, ReplyKind, SafetyAnswer

logger = structlog.get_logger(__name__)

WAKING_PATIENCE, LONGEST_PATIENCE = 3.0, 15.0
"""Seconds to wait for an assistant that is waking: before a look-up by words, and where that finds nothing."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A stored message, and what stood in its conversation when it was taken.

    Attributes:
        message: The message.
        handler: Who answers.
        earlier_replies: The replies to it that are stored already.
        has_files: Whether pictures or other files came with it.
        opted_out: Whether the patient wants no messages from us.
        is_late: Whether it comes from the store, so that nobody sits before the screen and waits.
        too_late: Whether it has waited for so long that the bot's answer would be out of place: it is for staff.
        more_too_late: Whether the same patient has written more that is too late, so that this one needs no word yet.
    """

    message: StoredMessage
    handler: Handler
    earlier_replies: tuple[StoredMessage, ...]
    has_files: bool = False
    opted_out: bool = False
    is_late: bool = False
    too_late: bool = False
    more_too_late: bool = False


class Turn:
    """Brings a stored message to its replies; of one conversation it must be given one at a time."""

    def __init__(
        self,
        *,
        feed: Feed,
        deliver: Deliver,
        tickets: Tickets,
        rasa: RasaClient,
        cards: RedFlagCards,
        checks: SafetyChecks,
        alarm: RedFlagAlarm,
        reminder: DangerReminder,
        waking: Waking,
        contacts: Contacts,
        without_rasa: WithoutRasa,
        offers: Offers,
        metrics: Metrics,
        files: PassedFiles,
        check_ins: CheckIns,
        going_on: GoingOnByText,
    ) -> None:
        """Take the parts that a message passes through."""
        self._feed = feed
        self._deliver = deliver
        self._tickets = tickets
        self._rasa = rasa
        self._cards = cards
        self._checks = checks
        self._alarm = alarm
        self._reminder = reminder
        self._waking = waking
        self._contacts = contacts
        self._without_rasa = without_rasa
        self._offers = offers
        self._metrics = metrics
        self._files = files
        self._check_ins = check_ins
        self._going_on = going_on

    async def take(self, accepted: Accepted) -> list[StoredMessage]:
        """Handle a message; give the replies to it, none while staff handle it."""
        with self._metrics.timing(Part.TURN):
            replies = await self._handled(accepted)
        self._metrics.count_turn(message.reply for message in replies)
        return replies

    async def _handled(self, accepted: Accepted) -> list[StoredMessage]:
        message = accepted.message
        # A card that a crash left without its ticket is on the patient's screen: what it says is what staff are told.
        shown = card_shown(accepted.earlier_replies)
        if shown is not None:
            return await self._sound_alarm(accepted, shown)
        said = await run_sync(self._offers.of_danger, message)
        # A button's title is ours, and so are the short replies: there is no danger in them.
        is_known = (said is not None and said.pressed) or self._offers.is_short_reply(message.text)
        with self._metrics.timing(Part.DANGER):
            found = None if is_known else await run_sync(self._cards.find, message.text)
        if said is not None and said.said is SafetyAnswer.YES:
            asked = await run_sync(self._checks.says_yes, said.about, message)
            about_asked = replace(asked, reply=asked.reply.model_copy(update={"about": said.about}))
            found = gravest([about_asked, *([found] if found is not None and found.sure else [])]) or about_asked
            return await self._sound_alarm(accepted, found)
        if found is not None and found.sure:
            return await self._sound_alarm(accepted, found)
        if said is not None and said.said is SafetyAnswer.NO:
            calm = await run_sync(self._checks.says_no, said.about, message)
            return await self._deliver.bot_replies(
                message.conversation_id, [calm], in_reply_to=message.id, even_under_staff=True
            )
        if said is not None:
            calm, words = await run_sync(self._checks.says_not_now, said.about, said.shown, message)
            ticket = await run_sync(self._tickets.open_ticket_of, message.conversation_id)
            if ticket is not None:
                # Staff who have it before them see what the patient says of the card.
                self._deliver.announce_ticket(ticket, message.conversation_id)
            if words is None:
                return await self._deliver.answer(message, [calm])
            return await self._go_on(replace(accepted, message=replace(message, text=words)), None, (calm,))
        check = None if found is None else await run_sync(self._checks.check_for, message, found)
        if accepted.opted_out and check is not None and check.is_faint:
            check = None
        linked = await self._link(message, check)
        return await self._go_on(accepted, check) if linked is None else linked

    async def _link(self, message: StoredMessage, check: Check | None) -> list[StoredMessage] | None:
        """Have a message answered that is a code, or wants one, whoever handles the conversation; None if it is not."""
        replies = await run_sync(self._going_on.replies_to, message)
        if replies is None:
            return None
        return await self._deliver.bot_replies(
            message.conversation_id, replies, in_reply_to=message.id, check=check, even_under_staff=True
        )

    async def _go_on(
        self, accepted: Accepted, check: Check | None, before: tuple[Reply, ...] = ()
    ) -> list[StoredMessage]:
        """Have a message answered in which there is no danger for sure.

        Args:
            accepted: The message.
            check: What is asked after its answer.
            before: What is said before its answer.
        """
        message = accepted.message
        left = await self._leave(accepted, check)
        if left is not None:
            return left
        passed = await run_sync(self._files.of, message) if accepted.has_files else None
        if passed is not None and passed.are_all:
            return await self._deliver.answer(message, [*before, *passed.replies], check)
        self._feed.publish(message.conversation_id, Typing(conversation_id=message.conversation_id))
        is_check_in = await run_sync(self._check_ins.asks, message)
        read = await run_sync(self._check_ins.replies_to, message) if is_check_in else None
        if read is not None:
            return await self._deliver.answer(message, [*before, *read], check)
        outcome = await run_sync(self._offers.taken_up, message)
        if not self._contacts.otherwise(message.text):
            # Nothing but a number or an address: there is nothing to ask about.
            check = None
        if isinstance(outcome, Withdrawn):
            return await self._withdraw(message, outcome, check)
        replies = await self._say(message, outcome) if isinstance(outcome, Said) else await self._ask(accepted, outcome)
        if check is not None and check.is_faint and any(reply.opts_out for reply in replies):
            check = None
        if is_check_in and outcome is None and check is None:
            replies = await run_sync(self._check_ins.after, message, replies)
        elif outcome is None:
            replies = await run_sync(self._offers.asked_whether_to_stop, message, replies)
        if check is not None:
            # One question of that kind at a time, and this one is about what was written last.
            replies = [reply for reply in replies if reply.kind is not ReplyKind.SAFETY_CHECK]
        replies = await run_sync(self._reminder.before, message, await self._contacts.answer(message, replies))
        besides = () if passed is None else passed.replies
        return await self._deliver.answer(message, [*before, *replies, *besides], check)

    async def _leave(self, accepted: Accepted, check: Check | None) -> list[StoredMessage] | None:
        """Leave a message to staff that the assistant is not to answer; None if it is."""
        message = accepted.message
        if accepted.opted_out:
            return await self._leave_unanswered(message, check)
        if accepted.handler is Handler.STAFF or accepted.too_late:
            left = await self._deliver.leave_to_staff(message, check)
            if left is not None:
                return left
            if accepted.too_late:
                return await self._pass_to_staff(message, check, silent=accepted.more_too_late)
        return None

    async def _sound_alarm(self, accepted: Accepted, found: RedFlagCard) -> list[StoredMessage]:
        return await self._alarm.sound(accepted.message, found, shown=accepted.earlier_replies)

    async def _leave_unanswered(self, message: StoredMessage, check: Check | None) -> list[StoredMessage]:
        """Show staff what somebody writes who wants no messages from us, and say nothing but a check."""
        ticket = await self._open_ticket(message, EscalationReason.OPTED_OUT)
        asked = await self._deliver.bot_replies(message.conversation_id, [], in_reply_to=message.id, check=check)
        self._deliver.announce_ticket(ticket, message.conversation_id)
        return asked

    async def _pass_to_staff(self, message: StoredMessage, check: Check | None, *, silent: bool) -> list[StoredMessage]:
        """Give staff a message that nobody answered in time; the patient is told so once, after the last of them."""
        replies = await run_sync(self._without_rasa.too_late, message)
        # The last of them tells of the ticket, which is the same for all.
        return await self._deliver.answer(message, [] if silent else replies, check)

    async def _withdraw(self, message: StoredMessage, outcome: Withdrawn, check: Check | None) -> list[StoredMessage]:
        """Cancel the patient's request to staff because they said so in words."""
        cancel = partial(self._tickets.cancel, message.conversation_id, in_reply_to=message.id, handles=check is None)
        try:
            change = await run_sync(cancel)
        except ConflictError:
            return await self._deliver.answer(message, await self._say(message, outcome.otherwise), check)
        self._deliver.announce(change)
        asked = [] if check is None else await self._deliver.answer(message, [], check)
        return [*change.messages, *asked]

    async def _say(self, message: StoredMessage, said: Said) -> list[Reply]:
        if said.helped is not None:
            ticket, helped = said.helped
            await run_sync(partial(self._tickets.rate, message.conversation_id, ticket, helped=helped))
        return list(said.replies)

    async def _ask(self, accepted: Accepted, chosen: Chosen | None) -> list[Reply]:
        """Ask Rasa what a message comes to, or what it asks beside a choice and then each option that it chooses.

        Contact details are not for Rasa: what the message says besides is asked, and nothing where that is all.
        """
        replies: list[Reply] = []
        if chosen is not None and self._going_on.is_chosen(chosen.options):
            return await run_sync(self._going_on.send_code, accepted.message)
        if chosen is None:
            words = self._contacts.otherwise(accepted.message.text)
            if not words:
                return replies
            return await self._ask_rasa(replace(accepted, message=replace(accepted.message, text=words)), None)
        question = None if chosen.question is None else self._contacts.otherwise(chosen.question)
        if question:
            answered = await self._ask_rasa(accepted, Option(title=question))
            replies += self._offers.said_beside_a_person(answered)
        for option in chosen.options:
            # Said once, also where the question has led to staff already.
            said = {reply.text for reply in replies}
            replies += [reply for reply in await self._ask_rasa(accepted, option) if reply.text not in said]
        return replies

    async def _ask_rasa(self, accepted: Accepted, chosen: Option | None) -> list[Reply]:
        message = accepted.message
        replies = await self._said_while_waking(accepted, chosen) if self._waking.is_on else []
        if replies:
            return replies
        try:
            with self._metrics.timing(Part.RASA):
                if chosen is not None and chosen.intent is not None:
                    replies = await self._rasa.choose(message.conversation_id, chosen)
                else:
                    words = message.text if chosen is None else chosen.title
                    replies = await self._rasa.send(message.conversation_id, words)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
        # No reply at all is what Rasa gives when its action server is down.
        return replies or await run_sync(self._without_rasa.while_down, message, chosen)

    async def _said_while_waking(self, accepted: Accepted, chosen: Option | None) -> list[Reply]:
        """Wait a moment for Rasa, then give what can be said without it; if that is nothing, wait on."""
        patience = LONGEST_WAKING if accepted.is_late else WAKING_PATIENCE if chosen is None else 0.0
        if await self._waking.wait(patience):
            return []
        replies = await run_sync(self._without_rasa.while_waking, accepted.message, chosen)
        if not replies:
            await self._waking.wait(LONGEST_PATIENCE)
        return replies

    async def _open_ticket(self, message: StoredMessage, reason: EscalationReason) -> int:
        return await run_sync(
            partial(self._tickets.open, message.conversation_id, reason=reason, message_id=message.id)
        )
