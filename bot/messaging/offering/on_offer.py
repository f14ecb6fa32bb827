"""What the replies on screen ask of the patient, and what of it can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.reply import Option, Reply
from bot.vocabulary import INTENT_PREFIX, Intents, ReplyKind


class Asked(Enum):
    """What the bot waits for."""

    NOTHING = "nothing"
    PERSON = "person"
    CHOICE = "choice"
    TREATMENT = "treatment"
    CONTACT = "contact"
    HELPED = "helped"
    CARD = "card"
    CHECK = "check"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What stands before the patient.

    Attributes:
        asked: What a "yes" or "no" would answer.
        takeable: What a "yes" can take.
        listed: The options last shown, in their order: a number counts among these.
        related: The questions that go with the newest answer: on a page they stand below it, a phone is not sent them.
        titled: All that can be chosen by its title.
        topic: The topic of the question back, if it has one.
        ticket: The ticket of which is asked whether staff helped.
        crisis: Whether the card is that for thoughts of self-harm.
        about: The patient's message that a check asks about.
    """

    asked: Asked = Asked.NOTHING
    takeable: tuple[Option, ...] = ()
    listed: tuple[Option, ...] = ()
    related: tuple[Option, ...] = ()
    titled: tuple[Option, ...] = ()
    topic: str | None = None
    ticket: int | None = None
    crisis: bool = False
    about: int | None = None

    @classmethod
    def of(cls, shown: Sequence[Reply]) -> Offer:
        """Read it from the replies on screen, newest first; some end what was asked before them.

        A check goes before all that was said with it: what can be chosen there still can, but "yes" answers the check.
        """
        check = next((reply for reply in shown if reply.kind is ReplyKind.SAFETY_CHECK), None)
        if check is not None:
            others = cls.of([reply for reply in shown if reply.kind is not ReplyKind.SAFETY_CHECK])
            return replace(others, asked=Asked.CHECK, takeable=(), about=check.about)
        ends = next((place + 1 for place, reply in enumerate(shown) if _ends_what_was_asked(reply)), len(shown))
        current = shown[:ends]
        titled = tuple(option for reply in current for option in (*reply.options, *reply.related) if option.intent)
        listed = next((reply.options for reply in current if reply.options), ())
        related = next((reply.related for reply in current if reply.related), ())
        for reply in current:
            asked = _asked_by(reply)
            if asked is not Asked.NOTHING:
                return cls(
                    asked=asked,
                    takeable=_takeable(reply),
                    listed=listed,
                    related=related,
                    titled=titled,
                    topic=reply.topic,
                    ticket=reply.rate_ticket,
                    crisis=reply.card is not None and reply.card.level == "crisis",
                )
        return cls(listed=listed, related=related, titled=titled)

    def counted(self, *, by_phone: bool) -> tuple[Option, ...]:
        """Give the options among which a number counts.

        A single button of a page is nothing to count; to a phone it was sent with its number.
        """
        if by_phone:
            return self.listed
        shown = self.listed or self.related
        return shown if len(shown) > 1 else ()


def _ends_what_was_asked(reply: Reply) -> bool:
    """Say whether a reply tells who answers now, or that contact details are stored."""
    is_thanks = reply.kind is ReplyKind.ESCALATED and reply.ticket is None and not reply.options
    return reply.kind is ReplyKind.STAFF or is_thanks


def topics_of(options: Sequence[Option]) -> tuple[Option, ...]:
    """Give those of some options that ask about a topic: what "both" and "all" mean."""
    return tuple(option for option in options if _is_topic(option))


def _asked_by(reply: Reply) -> Asked:
    if reply.card is not None:
        return Asked.CARD
    if reply.rate_ticket is not None:
        return Asked.HELPED
    takeable = _takeable(reply)
    can_refuse = len(takeable) < len(reply.options)
    # An answer's other treatments, and the way back to staff under "staff have closed this", ask nothing.
    if reply.kind is ReplyKind.STAFF or not reply.options or (reply.kind is ReplyKind.ANSWER and len(takeable) > 1):
        return Asked.NOTHING
    if not takeable:
        return Asked.CONTACT
    topics = [option.topic for option in takeable if _is_topic(option)]
    if not topics:
        # The question put to staff below an answer is offered, not asked: "ok" after an answer wants nothing.
        can_wait = reply.kind is ReplyKind.ANSWER and all(option.topic for option in takeable)
        return Asked.NOTHING if can_wait else Asked.PERSON
    if reply.kind is ReplyKind.ANSWER:
        return Asked.NOTHING
    is_of_one_topic = not can_refuse and {*topics} == {reply.topic}
    return Asked.TREATMENT if is_of_one_topic else Asked.CHOICE


def _takeable(reply: Reply) -> tuple[Option, ...]:
    return tuple(option for option in reply.options if option.intent != Intents.DENY)


def _is_topic(option: Option) -> bool:
    is_question = option.intent is not None and option.intent.startswith(INTENT_PREFIX)
    return is_question and option.intent != Intents.ASK_PERSON
