"""What a message's words say beside its topic (`heard.yml`), and what is therefore said first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from actions.opening import opening_said
from bot.bootstrap import Services
from bot.knowledge.answering.question import Answered, Question, asking_staff, person_options
from bot.reply import Option, Reply
from bot.vocabulary import ReplyKind, Responses


class Facets:
    """What topics are asked for (`heard.yml`) that code asks for by name."""

    BEST_FOR_ME = "best_for_me"
    HOURS = "hours"
    MY_APPOINTMENT = "my_appointment"
    OFFERED = "offered"
    SAYS_WHEN = "says_when"


@dataclass(frozen=True, kw_only=True)
class Aside:
    """What was heard beside a topic.

    Attributes:
        facets: What of the topic is asked for.
        feeling: How the patient feels, if they say so.
        said: What is said before the answer, besides the word on the feeling.
        alone: Whether that is all that is said.
    """

    facets: tuple[str, ...] = ()
    feeling: str | None = None
    said: tuple[str, ...] = ()
    alone: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What paragraphs of an answer may be about."""
        return (*self.facets, self.feeling) if self.feeling else self.facets


def heard_beside(services: Services, words: str, of: Collection[str], message: str) -> Aside:
    """Give what is heard beside topics.

    Args:
        services: The parts of Frontdesk.
        words: The words of the question.
        of: Its topic, or intent.
        message: All that the patient wrote: a feeling may stand beside the question.
    """
    facets = services.heard.facets(words, of)
    names = [facet.name for facet in facets]
    said = [_text(services, facet.says) for facet in facets if facet.says]
    if set(of) & services.heard.topics_of(Facets.HOURS):
        opening = opening_said(services, words)
        if opening is not None:
            said.append(opening)
            names = [*names, Facets.HOURS] if Facets.HOURS not in names else names
    if Facets.BEST_FOR_ME in names:
        said.append(services.responses.text(Responses.BEST_FOR_ME))
    feeling = services.heard.feeling(message)
    return Aside(
        facets=tuple(names),
        feeling=feeling.name if feeling else None,
        said=tuple(said),
        alone=any(facet.alone for facet in facets),
    )


def led(answered: Answered, aside: Aside) -> Answered:
    """Put what is said first before the first reply."""
    if not aside.said or not answered.replies:
        return answered
    first, *others = answered.replies
    return replace(answered, replies=(first.led_by(" ".join(aside.said)), *others))


def met(services: Services, message: str, replies: Collection[Reply]) -> list[Reply]:
    """Meet a feeling with one human sentence, before the first of the replies to a message."""
    feeling = services.heard.feeling(message)
    found = list(replies)
    if feeling is None or not found:
        return found
    said = _text(services, feeling.says)
    return found if found[0].text.startswith(said) else [found[0].led_by(said), *found[1:]]


def instead_of_refusing(services: Services, message: str, intent: str, left_out: Collection[str] = ()) -> Reply | None:
    """Give what helps somebody whose message is no question that has an answer; None if nothing was heard.

    Args:
        services: The parts of Frontdesk.
        message: The patient's words.
        intent: What the message was taken for.
        left_out: Treatments that it names only to leave them out.
    """
    facets = services.heard.facets(message, (intent,))
    names = {facet.name for facet in facets}
    said = next((facet.says for facet in facets if facet.says), None)
    if said is not None:
        return for_staff(services, Question(topic="", words=message), _text(services, said))
    if names & {Facets.OFFERED, Facets.BEST_FOR_ME}:
        return offered_told(services, "", can_choose=Facets.BEST_FOR_ME not in names, left_out=left_out)
    return None


def for_staff(services: Services, question: Question, said: str) -> Reply:
    """Say what only staff can help with, with the button that puts the question to them.

    Args:
        services: The parts of Frontdesk.
        question: The topic, empty for none, and the patient's words.
        said: What is said.
    """
    return Reply(
        kind=ReplyKind.NO_ANSWER,
        topic=question.topic or None,
        text=said,
        options=asking_staff(question, services.responses),
        confidence=question.confidence,
    )


def instead_of_asking_back(services: Services, message: str) -> Reply | None:
    """Meet somebody who says how they feel and asks nothing that was understood; None if they say no such thing."""
    feeling = services.heard.feeling(message)
    if feeling is None:
        return None
    person = person_options(services.responses)
    topics = services.answering.topic_options(feeling.topics, ())
    return Reply(
        kind=ReplyKind.NO_ANSWER,
        text=f"{_text(services, feeling.says)} {_text(services, feeling.instead)}",
        options=(*topics, person[0]) if topics else person,
    )


def offered_told(services: Services, topic: str, *, can_choose: bool = True, left_out: Collection[str] = ()) -> Reply:
    """Say what the clinic offers, with each treatment as a choice.

    Args:
        services: The parts of Frontdesk.
        topic: What was asked.
        left_out: Treatments that the patient wants left out.
        can_choose: Whether nothing asks us to choose for the patient, which this assistant cannot.
    """
    options, called = services.answering.offered(left_out)
    offered = services.responses.text(Responses.OFFERED, treatments=called)
    text = offered if can_choose else f"{services.responses.text(Responses.BEST_FOR_ME)} {offered}"
    person: tuple[Option, ...] = () if can_choose else person_options(services.responses)[:1]
    return Reply(kind=ReplyKind.ANSWER, topic=topic or None, text=text, options=(*options, *person))


def _text(services: Services, name: str) -> str:
    clinic = services.clinic
    return services.responses.text(
        name,
        clinic=clinic.name,
        phone=clinic.phone,
        emergency_number=clinic.emergency_number,
        crisis_line=clinic.crisis_line,
        **of_privacy(services),
    )


def of_privacy(services: Services) -> dict[str, str]:
    """Give the values in what is said of privacy: how long what is kept, and where to read more."""
    period, responses = services.clinic.retention.conversations, services.responses
    return {
        "kept": responses.text(Responses.KEPT_FOR, period=period) if period else responses.text(Responses.KEPT_EVER),
        "link": f"{services.settings.public_url.rstrip('/')}/privacy",
    }
