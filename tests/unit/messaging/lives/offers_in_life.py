"""What the lives of conversations hold of offers: short replies to what was put to the patient, requests taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis.stateful import Bundle, rule

from bot.bootstrap import Services
from bot.conversations.models import Conversation
from bot.conversations.store import StoredMessage
from bot.escalation.models import Ticket
from bot.knowledge.answering.question import person_options
from bot.reply import Option, Reply
from bot.vocabulary import Handler, Intents, ReplyKind, Urgency
from tests.fakes import FakeRasa

TOPICS = tuple(
    Option(title=f"Is {slug} safe?", topic="safety", treatments=(slug,), intent="ask_safety")
    for slug in ("prp", "exosomes")
)
WITHDRAWALS = ("cancel my request", "I don't need a person any more", "you can close my ticket", "no human")
SHORT = ("yes", "ok", "no", "nah", "1", "the second one", "both", "is prp saf", "no thanks", *WITHDRAWALS)

if TYPE_CHECKING:

    class _Life:
        """What this part needs of the whole."""

        rasa: FakeRasa
        services: Services
        sent: int

        def _writes(self, conversation: str, text: str, client_id: str) -> list[StoredMessage]: ...
        def _conversation(self, conversation: str) -> Conversation: ...
        def _ticket(self, conversation: str) -> Ticket | None: ...

else:
    _Life = object


class OffersAndWithdrawals(_Life):
    """Part of the life of conversations."""

    conversations = Bundle("conversations")

    def _says(self, conversation: str, text: str) -> list[StoredMessage]:
        """Send a message twice, as a browser does that is not sure; the second time gives the same."""
        self.sent += 1
        replies = self._writes(conversation, text, f"m{self.sent}")
        assert self._writes(conversation, text, f"m{self.sent}") == replies
        return replies

    def _is_answered_with(self, conversation: str, reply: Reply) -> bool:
        """Have Rasa put something to the patient; tell whether they got to read it."""
        echo, self.rasa.answer = self.rasa.answer, lambda _text: [reply]
        try:
            replies = self._says(conversation, "what is the weather like on the moon")
        finally:
            self.rasa.answer = echo
        return any(message.reply == reply for message in replies)

    @rule(conversation=conversations, text=st.sampled_from(SHORT))
    def patient_writes_shortly(self, conversation: str, text: str):
        """To whatever is on screen, or to nothing."""
        self._says(conversation, text)

    @rule(conversation=conversations, down=st.booleans())
    def patient_takes_the_offer_of_a_person(self, conversation: str, down: bool):
        """Rasa is told the choice, not the word; with Rasa down there is a ticket all the same."""
        offer = Reply(kind=ReplyKind.NO_ANSWER, text="A person?", options=person_options(self.services.responses))
        if not self._is_answered_with(conversation, offer):
            return
        self.rasa.chosen.clear()
        self.rasa.down = down
        self._says(conversation, "yes please")
        self.rasa.down = False
        if down:
            assert self._ticket(conversation) is not None
        else:
            assert [option.intent for option in self.rasa.chosen] == [Intents.ASK_PERSON]

    @rule(conversation=conversations, text=st.sampled_from(["no", "never mind", "No, thanks", "2"]))
    def patient_refuses_the_offer_of_a_person(self, conversation: str, text: str):
        """No ticket comes of it, and Rasa does not hear of it; "never mind" takes an open request back as well."""
        offer = Reply(kind=ReplyKind.NO_ANSWER, text="A person?", options=person_options(self.services.responses))
        if not self._is_answered_with(conversation, offer):
            return
        had_ticket = self._ticket(conversation) is not None
        heard = len(self.rasa.heard[conversation])
        self._says(conversation, text)
        assert len(self.rasa.heard[conversation]) == heard
        assert had_ticket or self._ticket(conversation) is None

    @rule(
        conversation=conversations, text=st.sampled_from(["both", "1 and 2", "the last", "Is prp safe", "never mind"])
    )
    def patient_chooses_among_questions(self, conversation: str, text: str):
        """Those that are named and no other; what is open with staff stays open."""
        offer = Reply(kind=ReplyKind.CLARIFY, text="Which?", options=TOPICS)
        if not self._is_answered_with(conversation, offer):
            return
        before = self._ticket(conversation)
        self.rasa.chosen.clear()
        self._says(conversation, text)
        chosen = {"both": TOPICS, "1 and 2": TOPICS, "the last": TOPICS[1:], "Is prp safe": TOPICS[:1]}
        assert self.rasa.chosen == list(chosen.get(text, ()))
        after = self._ticket(conversation)
        assert (None if before is None else before.id) == (None if after is None else after.id)

    @rule(conversation=conversations, text=st.sampled_from(WITHDRAWALS))
    def patient_withdraws(self, conversation: str, text: str):
        """An open request is gone unless it may be serious, or staff are talking: then they read it."""
        ticket = self._ticket(conversation)
        by_staff = self._conversation(conversation).handler == Handler.STAFF.value
        replies = self._says(conversation, text)
        after = self._ticket(conversation)
        if ticket is None:
            assert after is None
            assert [message.text for message in replies] == [self.services.responses.text("utter_declined")]
        elif by_staff:
            assert (replies, after) != ([], None)
        elif Urgency(ticket.urgency).rank >= Urgency.URGENT.rank:
            assert after is not None
            # Where it was a danger, the number to call comes with it.
            (refused,) = replies
            assert refused.text.startswith(self.services.responses.text("utter_cancel_refused"))
        else:
            assert after is None
            assert [message.text for message in replies] == [self.services.responses.text("utter_cancelled")]
