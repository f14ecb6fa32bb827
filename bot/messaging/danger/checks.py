"""What a danger that is not sure comes to: a check beside the answer, and what the patient's answer to it sets off."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.escalation import safety_store
from bot.messaging.danger.card import RedFlagCard, RedFlagCards
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import Intents, ReplyKind, Responses, SafetyAnswer, Shown

FAINT_BELOW = 0.3
"""Of angry opt-outs hardly one looks more dangerous to the model."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check that is to be put to a patient.

    Attributes:
        reply: What they are asked.
        sign: The slug of the sign it is about.
        level: What the card would say.
        is_faint: Whether it rests on a faint guess of the model alone: too little to text somebody who wants no texts.
    """

    reply: Reply
    sign: str
    level: str
    is_faint: bool


def safety_check(responses: FixedResponses, text: str, *, about: int) -> Reply:
    """Give the question whether a danger is there now, with its two buttons.

    Args:
        responses: The fixed wordings.
        text: The question.
        about: The patient's message in which the danger was seen.
    """
    options = (
        Option(title=responses.text(Responses.OPTION_YES_NOW), intent=Intents.AFFIRM),
        Option(title=responses.text(Responses.OPTION_NO), intent=Intents.DENY),
    )
    return Reply(kind=ReplyKind.SAFETY_CHECK, text=text, options=options, about=about)


def _is_crisis(card: Reply) -> bool:
    return card.card is not None and card.card.level == "crisis"


class SafetyChecks:
    """Makes checks, and keeps what patients say of them and of cards."""

    def __init__(self, database: Database, cards: RedFlagCards, clinic: Clinic, responses: FixedResponses) -> None:
        """Take the store, what makes cards, the clinic's numbers and the fixed wordings."""
        self._database = database
        self._cards = cards
        self._responses = responses
        self._clinic = clinic

    def check_for(self, message: StoredMessage, found: RedFlagCard) -> Check | None:
        """Give the check for a message; None where the patient has said no to one of the same sign."""
        signs, level = found.reply.signs or ("",), found.reply.kind.value
        is_faint = found.guessed is not None and found.guessed < FAINT_BELOW
        if _is_crisis(found.reply):
            # Asked each time: a no may be said to be left alone. Whatever is answered, who listens has been named.
            text = self._responses.text(Responses.SAFETY_CHECK_CRISIS, crisis_line=self._clinic.crisis_line)
            question = safety_check(self._responses, text, about=message.id)
            return Check(reply=question, sign=signs[0], level=level, is_faint=is_faint)
        with self._database.read() as session:
            refused = safety_store.refused_signs(session, message.conversation_id)
        sign = next((sign for sign in signs if sign not in refused), None)
        if sign is None:
            return None
        # Where nothing tells which sign it is, the level stands for one.
        card = found.reply.card if signs[0] != level else None
        why = "" if card is None else " or ".join(card.why)
        name = Responses.SAFETY_CHECK_WHY if why else Responses.SAFETY_CHECK
        question = safety_check(self._responses, self._responses.text(name, why=why), about=message.id)
        return Check(reply=question, sign=sign, level=level, is_faint=is_faint)

    def says_yes(self, about: int, said_by: StoredMessage) -> RedFlagCard:
        """Note a yes to a check; give the card of the message that was asked about, as if it had been sure."""
        with self._database.write() as session:
            safety_store.answer(session, about, Shown.CHECK, SafetyAnswer.YES, answer_id=said_by.id)
            record = safety_store.find(session, about, Shown.CHECK)
            text = conversations.text_of(session, about)
        found = self._cards.find(text)
        if found is not None:
            return found
        # The rules have changed since; the patient's yes stands.
        return self._cards.of_level("emergency" if record is None else record.level)

    def says_no(self, about: int, said_by: StoredMessage) -> Reply:
        """Note a no to a check; give what is said to it."""
        with self._database.write() as session:
            safety_store.answer(session, about, Shown.CHECK, SafetyAnswer.NO, answer_id=said_by.id)
            text = conversations.text_of(session, about)
        found = self._cards.find(text)
        is_crisis = found is not None and _is_crisis(found.reply)
        return self._calm(Responses.SAFETY_NO_CRISIS if is_crisis else Responses.SAFETY_NO)

    def says_not_now(self, about: int, card: Reply, said_by: StoredMessage) -> tuple[Reply, str | None]:
        """Note that a card is not about the patient now.

        Returns:
            What is said to it, and the words that are now to be answered as if there had been no card; None where they
            have been: a check stood beside their answer, or this was said before.
        """
        with self._database.write() as session:
            safety_store.add(
                session,
                message_id=about,
                conversation_id=said_by.conversation_id,
                shown=Shown.CARD,
                sign=next(iter(card.signs), ""),
                level=card.kind.value,
            )
            safety_store.answer(session, about, Shown.CARD, SafetyAnswer.NOT_NOW, answer_id=said_by.id)
            record = safety_store.find(session, about, Shown.CARD)
            is_first = record is not None and record.answer_id == said_by.id
            is_answered = safety_store.find(session, about, Shown.CHECK) is not None
            text = conversations.text_of(session, about)
        calm = self._calm(Responses.SAFETY_SAFE if _is_crisis(card) else Responses.SAFETY_NOT_NOW)
        words = text if is_first and not is_answered else None
        return calm.model_copy(update={"takes_back": about}), words

    def _calm(self, response: str) -> Reply:
        numbers = {
            "phone": self._clinic.phone,
            "emergency_number": self._clinic.emergency_number,
            "crisis_line": self._clinic.crisis_line,
        }
        return Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(response, **numbers))
