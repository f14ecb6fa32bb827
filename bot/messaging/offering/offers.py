"""What the bot has put to a patient, read from the transcript, and what a reply takes, refuses or takes back of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.channels import store as numbers
from bot.channels.keywords import keyword_of
from bot.channels.opting_out import OptOuts
from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.conversations.on_screen import replies_on_screen
from bot.conversations.store import StoredMessage
from bot.db.engine import Database, utc_now
from bot.escalation import store as tickets
from bot.escalation.danger import Danger, danger_of
from bot.escalation.due.promises import Promises, still_promised
from bot.knowledge.answering.question import person_options
from bot.messaging.danger.answers import OfDanger, said_of_danger
from bot.messaging.danger.checks import safety_check
from bot.messaging.offering.on_offer import Asked, Offer, topics_of
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.short_replies import Meaning, ShortReplies
from bot.vocabulary import Intents, ReplyKind, Responses

AFTER_ALL = 2**63 - 1
"""More than the id of any message."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """These options, in this order, as if their buttons had been pressed.

    Attributes:
        options: The options.
        question: What the message asks besides, to be answered before them; None if it asks nothing.
    """

    options: tuple[Option, ...]
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """Nothing is to be done but to say this.

    Attributes:
        replies: What to say.
        helped: The ticket of which the patient has said whether staff helped them, and whether they did.
    """

    replies: tuple[Reply, ...]
    helped: tuple[int, bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """The patient's request to staff is to be cancelled; `otherwise` is said if it is gone by then."""

    otherwise: Said


Outcome = Chosen | Said | Withdrawn
_ABOUT_STAFF = frozenset({Asked.NOTHING, Asked.PERSON, Asked.CONTACT, Asked.CARD})
"""With one of these on screen a "never mind" is about the request that staff have, not about a question back."""

_CRISIS = Danger(emergency=True, crisis=True)
_OTHER_DANGERS = (Danger(emergency=True), Danger(emergency=False))
_ABOUT_A_REQUEST = frozenset({Meaning.WAITING, Meaning.NUMBER, Meaning.THANKED})


class Offers:
    """The one owner of what "yes", "no", "2" and "never mind" mean; the transcript is all it goes by."""

    def __init__(
        self,
        database: Database,
        clinic: Clinic,
        responses: FixedResponses,
        short_replies: ShortReplies,
        opt_outs: OptOuts,
    ) -> None:
        """Take the store, the clinic's numbers, the fixed wordings, and what reads short replies and hears opt-outs."""
        self._database = database
        self._responses = responses
        self._short_replies = short_replies
        self._opt_outs = opt_outs
        self._emergency_number = clinic.emergency_number
        self._promises = Promises(clinic, responses)

    def taken_up(self, message: StoredMessage) -> Outcome | None:
        """Give what a message comes to that is a short reply to what is on screen; None if it is to be understood."""
        text, conversation_id = message.text, message.conversation_id
        with self._database.read() as session:
            offer = self._offer(session, conversation_id, before=message.id)
            chosen = self._chosen(session, conversation_id, text, offer)
            if chosen is not None:
                return chosen
            meaning = self._short_replies.meaning(text)
            if meaning is None:
                return self._beside_question(text, offer)
            if meaning is Meaning.PERSON:
                return Chosen(options=person_options(self._responses)[:1])
            if meaning in _ABOUT_A_REQUEST:
                return self._of_the_request(session, conversation_id, meaning, offer)
            if meaning is Meaning.OPT_OUT:
                return Said(replies=(self._opt_outs.confirmation(session, conversation_id),))
            if meaning in {Meaning.WITHDRAWN, Meaning.TAKEN_BACK}:
                has_request = tickets.find_unresolved(session, conversation_id) is not None
                is_about_staff = meaning is Meaning.WITHDRAWN or offer.asked in _ABOUT_STAFF
                declined = self._says(Responses.DECLINED)
                return Withdrawn(otherwise=declined) if has_request and is_about_staff else declined
        if offer.asked is Asked.NOTHING:
            return None
        return self._refused(offer) if meaning is Meaning.NO else self._taken(offer, is_sure=meaning is Meaning.YES)

    def is_short_reply(self, text: str) -> bool:
        """Tell whether a text is nothing but known words ("never mind"), or a button's under a card or a check."""
        titles = (Responses.OPTION_NOT_NOW, Responses.OPTION_SAFE, Responses.OPTION_YES_NOW, Responses.OPTION_NO)
        is_title = any(text == self._responses.text(title) for title in titles)
        return is_title or keyword_of(text) is not None or self._short_replies.meaning(text) is not None

    def of_danger(self, message: StoredMessage) -> OfDanger | None:
        """Give what a message says of a danger that was seen in an earlier one; None if it says nothing of it."""
        return said_of_danger(self._database, message, self._short_replies, self._responses)

    def _beside_question(self, text: str, offer: Offer) -> Chosen | None:
        """Give what a message comes to that wishes for a person, or takes the offer of one, and asks something too."""
        found = self._short_replies.beside_question(text)
        if found is None:
            return None
        meaning, question = found
        if meaning is Meaning.YES and offer.asked is not Asked.PERSON:
            return None
        return Chosen(options=person_options(self._responses)[:1], question=question)

    def said_beside_a_person(self, replies: Sequence[Reply]) -> list[Reply]:
        """Give what of the replies to a question stands beside a person who was asked for: no offer of one.

        What was not understood needs no question back: the person will read it.
        """
        asked_back = self._asked_back()
        kept = (reply for reply in replies if reply.text not in asked_back and reply.kind is not ReplyKind.SMALLTALK)
        offer = person_options(self._responses)
        return [
            reply.model_copy(
                update={
                    "options": tuple(
                        option
                        for option in reply.options
                        if option not in offer and option.intent != Intents.ASK_PERSON
                    )
                }
            )
            for reply in kept
        ]

    def asked_whether_to_stop(self, message: StoredMessage, replies: Sequence[Reply]) -> list[Reply]:
        """Give the replies to a message, and below them the question whether its writer wants no more texts.

        That stands in place of what is said to what was not understood: two questions back are one too many.
        """
        with self._database.read() as session:
            question = self._opt_outs.question_about(session, message.conversation_id, message.text, before=message.id)
        if question is None or any(reply.opts_out or reply.text == question.text for reply in replies):
            return list(replies)
        asked_back = self._asked_back()
        return [*(reply for reply in replies if reply.text not in asked_back), question]

    def _of_the_request(self, session: Session, conversation_id: str, meaning: Meaning, offer: Offer) -> Outcome | None:
        """Give what was promised to somebody who asks after it; under a card the number to call, and nothing else."""
        is_card = offer.asked is Asked.CARD
        if meaning is Meaning.THANKED:
            return self._card_stands(offer) if is_card else None
        ticket = tickets.find_unresolved(session, conversation_id)
        if ticket is None:
            return self._card_stands(offer) if is_card else None
        if meaning is Meaning.NUMBER and danger_of(session, ticket) is None:
            return None
        promise = still_promised(session, ticket, self._promises, now=utc_now(), says_place=True)
        return Said(replies=(promise,))

    def taken(self, conversation_id: str) -> Outcome:
        """Give what a "yes" comes to that took more words than a short reply has."""
        offer = self._newest(conversation_id)
        return self._says(Responses.ASK_QUESTION) if offer.asked is Asked.NOTHING else self._taken(offer)

    def refused(self, conversation_id: str) -> Outcome:
        """Give what a "no" comes to that took more words than a short reply has."""
        offer = self._newest(conversation_id)
        return self._says(Responses.DECLINED) if offer.asked is Asked.NOTHING else self._refused(offer)

    def person_is_offered(self, conversation_id: str) -> bool:
        """Tell whether the last thing put to the patient was a person."""
        return self._newest(conversation_id).asked is Asked.PERSON

    def waits_for_word_of_danger(self, conversation_id: str) -> bool:
        """Tell whether the patient was asked just now whether something dangerous is happening."""
        with self._database.read() as session:
            shown = replies_on_screen(session, conversation_id, before=AFTER_ALL)
        return self._read(shown).asked is Asked.CHECK

    def was_asked_back(self, conversation_id: str) -> bool:
        """Tell whether the patient's last message but one was not understood, so that this is the second in a row."""
        asked_back = self._asked_back()
        with self._database.read() as session:
            shown = self._shown(session, conversation_id)
        return any(reply.text in asked_back for reply in shown)

    def _asked_back(self) -> set[str]:
        return {self._responses.text(name) for name in (Responses.DID_YOU_MEAN, Responses.NOT_UNDERSTOOD)}

    def _newest(self, conversation_id: str) -> Offer:
        with self._database.read() as session:
            return self._read(self._shown(session, conversation_id))

    def _shown(self, session: Session, conversation_id: str) -> list[Reply]:
        """Give what stood on screen when the patient wrote last."""
        newest = conversations.last_inbound_id(session, conversation_id)
        return [] if newest is None else replies_on_screen(session, conversation_id, before=newest)

    def _offer(self, session: Session, conversation_id: str, *, before: int) -> Offer:
        return self._read(replies_on_screen(session, conversation_id, before=before))

    def _read(self, shown: Sequence[Reply]) -> Offer:
        """Give what stands before the patient; who is reminded of a card still has it before them."""
        said = {reply.text for reply in shown}
        crisis = self._promises.instead_of_waiting(_CRISIS, utc_now())
        others = [self._promises.instead_of_waiting(danger, utc_now()) for danger in _OTHER_DANGERS]
        if not said.isdisjoint({crisis, self._says_card_stands().text, *others}):
            return Offer(asked=Asked.CARD, crisis=crisis in said)
        return Offer.of(shown)

    def _chosen(self, session: Session, conversation_id: str, text: str, offer: Offer) -> Outcome | None:
        """Give what naming options by title or number comes to; None for a text that names none."""
        titled = self._short_replies.titled(text, [option.title for option in offer.titled])
        if titled is not None:
            options: tuple[Option, ...] = (offer.titled[titled],)
        else:
            places = self._short_replies.places(text)
            counted = () if places is None else self._counted(session, conversation_id, offer)
            if places is None or not counted:
                return None
            among = counted if places.every is None else topics_of(counted)
            options = tuple(among[place] for place in places.among(len(among)))
            if not options:
                # "7", or "both" of four.
                return self._pick(offer) if offer.asked in {Asked.CHOICE, Asked.TREATMENT} else None
        wanted = tuple(option for option in options if option.intent != Intents.DENY)
        return Chosen(options=wanted) if wanted else self._refused(offer)

    def _counted(self, session: Session, conversation_id: str, offer: Offer) -> tuple[Option, ...]:
        return offer.counted(by_phone=numbers.writes_by_text(session, conversation_id))

    def _taken(self, offer: Offer, *, is_sure: bool = True) -> Outcome:
        match offer.asked:
            case Asked.CONTACT:
                # "Ok" says that it was read; who wants to leave a number after that just writes it.
                wanted = Said(replies=(self._promises.contact_request(),))
                return wanted if is_sure else self._says(Responses.CONTACT_DECLINED)
            case Asked.HELPED:
                helped = (offer.ticket, True) if is_sure and offer.ticket is not None else None
                return Said(replies=self._says(Responses.GLAD).replies, helped=helped)
            case Asked.CARD:
                return self._card_stands(offer)
            case Asked.CHECK:
                return self._check_again(offer)
        return Chosen(options=offer.takeable) if len(offer.takeable) == 1 else self._pick(offer)

    def _pick(self, offer: Offer) -> Said:
        """Ask for one of the choices, and show them again, so that they can still be counted."""
        text = self._responses.text(Responses.PICK_TREATMENT if offer.asked is Asked.TREATMENT else Responses.PICK_ONE)
        return Said(replies=(Reply(kind=ReplyKind.CLARIFY, text=text, topic=offer.topic, options=offer.listed),))

    def _refused(self, offer: Offer) -> Outcome:
        match offer.asked:
            case Asked.CONTACT:
                return self._says(Responses.CONTACT_DECLINED)
            case Asked.HELPED:
                helped = None if offer.ticket is None else (offer.ticket, False)
                return Said(replies=(self._person(),), helped=helped)
            case Asked.CARD:
                return self._card_stands(offer)
            case Asked.CHECK:
                return self._check_again(offer)
            case Asked.CHOICE if all(option.intent != Intents.ASK_PERSON for option in offer.listed):
                return Said(replies=(self._person(),))
        return self._says(Responses.DECLINED)

    def _person(self) -> Reply:
        text = self._responses.text(Responses.OFFER_PERSON)
        return Reply(kind=ReplyKind.NO_ANSWER, text=text, options=person_options(self._responses))

    def _check_again(self, offer: Offer) -> Said:
        """Ask for a yes or a no: an "ok" is neither, and a longer yes or no may be about another time."""
        text = self._responses.text(Responses.SAFETY_CHECK_AGAIN)
        return Said(replies=(safety_check(self._responses, text, about=offer.about or 0),))

    def _card_stands(self, offer: Offer) -> Said:
        """Say to do what the card says; after one for thoughts of self-harm, again who listens."""
        reply = self._says_card_stands()
        if offer.crisis:
            text = self._promises.instead_of_waiting(_CRISIS, utc_now())
            reply = reply.model_copy(update={"text": text})
        return Said(replies=(reply,))

    def _says_card_stands(self) -> Reply:
        text = self._responses.text(Responses.CARD_STANDS, emergency_number=self._emergency_number)
        return Reply(kind=ReplyKind.SMALLTALK, text=text)

    def _says(self, response: str) -> Said:
        return Said(replies=(Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(response)),))
