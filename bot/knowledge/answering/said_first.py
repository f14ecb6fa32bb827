"""What an answer says before its own words: which treatment it is about, and what the clinic has not said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum

from bot.clinic import Clinic
from bot.knowledge.answering.names_cache import Names
from bot.knowledge.answering.question import GENERAL, joined
from bot.knowledge.answering.render import TREATMENT_PLACE
from bot.knowledge.models import Topic
from bot.knowledge.serving import ServedAnswer
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import Responses


class Named(Enum):
    """Where the patient named the treatment that an answer is about."""

    HERE = "in the question"
    BEFORE = "in the conversation"
    BOOKED = "in their appointment"
    NOWHERE = "nowhere"


_LEADS = {
    Named.BEFORE: Responses.STILL_ABOUT,
    Named.BOOKED: Responses.BOOKED_FOR,
    Named.NOWHERE: Responses.ASSUMED_TREATMENT,
}


def is_of_a_treatment(topic: Topic) -> bool:
    """Tell whether a topic is asked of a treatment: hours and a visit are not."""
    return TREATMENT_PLACE in topic.question


def said_of_the_treatment(
    names: Names, found: ServedAnswer, slugs: Sequence[str], named: Named, responses: FixedResponses
) -> list[str]:
    """Say which treatment an answer is about that the question does not name; nothing if it is a general one.

    Args:
        names: All treatments.
        found: The answer.
        slugs: The treatments it is given for.
        named: Where these were named.
        responses: The fixed wordings.
    """
    about = [names.treatments[slug] for slug in (*slugs, *found.treatments) if slug in names.treatments]
    if any(treatment.kind == GENERAL for treatment in about):
        return []
    called = joined([names.treatments[slug].short_name for slug in slugs])
    return [responses.text(_LEADS[named], treatment=called)]


def led_by_uses(
    names: Names,
    reply: Reply,
    listed: Mapping[str, Collection[str]],
    places: Collection[str],
    responses: FixedResponses,
) -> Reply:
    """Say before a table which of its treatments are used for what was named: that is what "do you do knees?" asks.

    Args:
        names: All treatments.
        reply: The reply with the table.
        listed: For a treatment, what its sources say that it is used for; a row of the table alone does not say so.
        places: The conditions and body parts that were named.
        responses: The fixed wordings.
    """
    told = set() if reply.table is None else {row.cells[0] for row in reply.table.rows}
    used = [
        row.short_name for row in names.treatments.values() if row.name in told and set(places) & set(listed[row.slug])
    ]
    return reply.led_by(responses.text(Responses.USED_FOR, treatments=joined(used))) if used else reply


def said_of_gaps(found: ServedAnswer, parts: Sequence[int], clinic: Clinic, responses: FixedResponses) -> list[str]:
    """Say what to ask for, where the paragraphs that were asked for hold nothing but what the clinic left empty."""
    texts = [found.version.body["details"][place]["text"] for place in parts]
    if any(clinic.has_all_of(text) for text in texts):
        return []
    unsaid = dict.fromkeys(name for text in texts for name in clinic.unsaid_in(text))
    return [responses.unset(name) for name in unsaid]
