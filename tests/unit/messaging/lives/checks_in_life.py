"""What the lives of conversations hold of dangers: sure ones, checks and their answers, and cards of another time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis.stateful import Bundle, rule
from sqlalchemy import select

from bot.bootstrap import Services
from bot.conversations.models import Conversation, Message
from bot.conversations.store import StoredMessage
from bot.escalation.models import SafetyRecord, Ticket
from bot.reply import Reply
from bot.triage import RedFlag, Triage
from bot.vocabulary import Author, Handler, ReplyKind, SafetyAnswer, Shown, Urgency
from tests.factories import DOUBTED
from tests.unit.messaging.lives.stored import Stored

BUTTONS = ("Yes, now", "No", "This is not about me now")
ANSWERS = ("yes", "Yes, now", "yeah since noon", "no", "nope", "ok", "what do you mean?")

if TYPE_CHECKING:

    class _Life:
        """What this part needs of the whole."""

        services: Services
        triage: Triage
        sent: int
        found: dict[str, RedFlag | None]

        def _writes(
            self, conversation: str, text: str, client_id: str, *, button_of: int | None = None
        ) -> list[StoredMessage]: ...
        def _conversation(self, conversation: str) -> Conversation: ...
        def _ticket(self, conversation: str) -> Ticket | None: ...
        def _all_messages(self) -> dict[str, list[Message]]: ...

else:
    _Life = object


class ChecksAndCards(_Life):
    """Part of the life of conversations."""

    conversations = Bundle("conversations")

    def _tells(self, conversation: str, text: str, *, button_of: int | None = None) -> list[Reply]:
        """Send a message twice, as a browser does that is not sure; give the replies, which are the same."""
        self.sent += 1
        replies = self._writes(conversation, text, f"m{self.sent}", button_of=button_of)
        assert self._writes(conversation, text, f"m{self.sent}", button_of=button_of) == replies
        return [message.reply for message in replies if message.reply is not None]

    def _is_told_of(self, conversation: str, card: Reply) -> None:
        """Make sure that staff have what a card was shown for."""
        ticket = self._ticket(conversation)
        assert ticket is not None
        assert set(card.signs) <= set(ticket.signs)
        assert Urgency(ticket.urgency).rank >= Urgency(card.kind.value).rank

    @rule(conversation=conversations, text=st.sampled_from(sorted(DOUBTED)))
    def patient_tells_of_what_may_be_a_danger(self, conversation: str, text: str):
        """They are asked last of all, unless they have said no to it; by staff they are answered as ever."""
        by_staff = self._conversation(conversation).handler == Handler.STAFF.value
        replies = self._tells(conversation, text)
        checks = [reply for reply in replies if reply.kind is ReplyKind.SAFETY_CHECK]
        assert checks == replies[-1:] or self._is_settled(conversation, text)
        assert len(replies) == len(checks) if by_staff else len(replies) > len(checks)

    def _is_settled(self, conversation: str, text: str) -> bool:
        flag = self.triage.check(text)
        assert flag is not None
        theirs = [record for record in self._records() if record.conversation_id == conversation]
        return any(record.sign == flag.sign and record.answer is not None for record in theirs)

    @rule(conversation=conversations, asked=st.sampled_from(sorted(DOUBTED)), text=st.sampled_from(ANSWERS))
    def patient_answers_a_check(self, conversation: str, asked: str, text: str):
        """A yes is its card and ticket at once; nothing else is one."""
        check = next((r for r in self._tells(conversation, asked) if r.kind is ReplyKind.SAFETY_CHECK), None)
        replies = self._tells(conversation, text)
        if check is None:
            return
        cards = [reply for reply in replies if reply.card is not None]
        if text.lower().startswith("ye"):
            (card,) = replies
            assert card.about == check.about
            self._is_told_of(conversation, card)
        assert len(cards) == text.lower().startswith("ye")

    @rule(conversation=conversations, nth=st.integers(0, 5), title=st.sampled_from(BUTTONS))
    def patient_presses_an_old_button(self, conversation: str, nth: int, title: str):
        """Of any check or card of theirs, however much was said since."""
        with_button = [
            message
            for message in self._all_messages()[conversation]
            if message.reply is not None and message.reply["about"] is not None
        ]
        if not with_button:
            return
        pressed = with_button[nth % len(with_button)]
        replies = self._tells(conversation, title, button_of=pressed.id)
        if title == BUTTONS[0] and pressed.reply is not None and pressed.reply["card"] is None:
            self._is_told_of(conversation, replies[0])

    def _records(self) -> list[SafetyRecord]:
        with self.services.database.read() as session:
            return list(session.scalars(select(SafetyRecord).order_by(SafetyRecord.message_id)))

    def every_danger_has_its_card_or_its_check(self, stored: Stored) -> None:
        """The sure ones a card; the others a check, unless the patient has said of the same sign before."""
        for conversation, messages in stored.messages.items():
            told = [message.reply for message in messages if message.reply is not None]
            carded = {reply["about"] for reply in told if reply["card"] is not None}
            asked = {reply["about"] for reply in told if reply["kind"] == ReplyKind.SAFETY_CHECK}
            theirs = stored.records[conversation]
            assert {record.message_id for record in theirs if record.shown == Shown.CHECK.value} == asked
            for message in messages:
                flag = self._danger_in(message.text) if message.author == Author.PATIENT.value else None
                if flag is None:
                    continue
                if flag.sure:
                    assert message.id in carded
                elif message.id not in {record.answer_id for record in theirs}:
                    # "Yeah, since noon" is an answer, and is asked nothing.
                    said_before = {r.sign for r in theirs if r.message_id < message.id and r.answer is not None}
                    assert message.id in asked or flag.sign in said_before

    def _danger_in(self, text: str) -> RedFlag | None:
        """Say what triage finds in a message; the same words are looked at once."""
        if text not in self.found:
            # A button's title and "never mind" are known words: they are not looked at.
            is_known = text in BUTTONS or self.services.offers.is_short_reply(text)
            self.found[text] = None if is_known else self.triage.check(text)
        return self.found[text]

    def every_yes_has_its_card_and_staff_know(self, stored: Stored) -> None:
        """Whatever was said or died in between."""
        carded = {
            message.reply["about"]
            for messages in stored.messages.values()
            for message in messages
            if message.reply is not None and message.reply["card"] is not None
        }
        for records in stored.records.values():
            for record in records:
                if record.answer == SafetyAnswer.YES.value:
                    assert record.message_id in carded
                    assert record.sign in stored.signs
