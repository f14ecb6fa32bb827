"""Turning a stored answer into the reply that a patient reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.clinic import Clinic
from bot.knowledge.models import AnswerVersion, Source, Topic, Treatment
from bot.knowledge.serving import ServedAnswer
from bot.reply import SMS_LETTERS, Citation, Claim, Drawing, Option, Reply, in_plain_text
from bot.vocabulary import INTENT_PREFIX, ReplyKind

TREATMENT_PLACE = "{treatment}"
"""Where a topic's question names the treatment."""
MOST_WORDS_FIRST = 90
"""What is read at a glance; the paragraphs after it wait behind "More"."""


def option_for(topic: Topic, treatments: Sequence[Treatment], *, unnamed: str = "treatment") -> Option:
    """Give the button that asks a topic's question about these treatments (none: in general, called `unnamed`)."""
    name = " or ".join(treatment.short_name for treatment in treatments) or unnamed
    return Option(
        title=topic.question.replace(TREATMENT_PLACE, name),
        topic=topic.slug,
        treatments=tuple(treatment.slug for treatment in treatments),
        intent=INTENT_PREFIX + topic.slug,
    )


def answer_reply(
    served: ServedAnswer,
    *,
    topic: str | None = None,
    asked_about: Sequence[str],
    clinic: Clinic,
    unset: Callable[[str], str],
    lead: str | None,
    confidence: float | None,
    topics: Mapping[str, Topic],
    treatments: Mapping[str, Treatment],
    other_options: Sequence[Option] = (),
    related: Sequence[str] = (),
    parts: Sequence[int] = (),
    nearest: int | None = None,
    is_first: bool = False,
) -> Reply:
    """Make the reply that serves an answer.

    Args:
        served: The answer and its version.
        topic: What was asked, where the answer is that of another topic.
        asked_about: Slugs of the treatments that the patient asked about.
        clinic: Fills the clinic's own values in.
        unset: Says what to ask for instead of a value that the clinic left empty. Only the short answer needs it: a
            paragraph without its value is left out.
        lead: A fixed sentence to put before the answer.
        confidence: How sure the understanding was, from 0 to 1.
        topics: All topics, for related questions.
        treatments: All treatments, for related questions.
        other_options: Further choices to offer.
        related: Topics to offer where the answer itself names none.
        parts: Which of its details speak of what the patient named: these come first, alone.
        nearest: Which of its details speaks most of what is asked: it comes right after the short answer.
        is_first: Whether it comes before all else: before the short answer, and before what speaks of something named.
    """
    version = served.version
    offered = version.body["related"] or related
    numbers = {row.source_id: row.position for row in version.citations}
    said = [
        Claim(
            text=clinic.fill(claim["text"], unset),
            citations=tuple(numbers[source] for source in claim["cites"]),
            about=tuple(claim.get("about", ())),
            heading=claim.get("heading"),
            when=claim.get("when"),
            drawing=None if claim.get("drawing") is None else Drawing.model_validate(claim["drawing"]),
        )
        for claim in version.body["details"]
    ]
    unsaid = {place for place, claim in enumerate(version.body["details"]) if not clinic.has_all_of(claim["text"])}
    parts = [place for place in parts if place not in unsaid]
    if is_first and nearest in parts:
        parts.sort(key=lambda place: place != nearest)
    own_short = Claim(
        text=clinic.fill(version.short, unset),
        citations=tuple(numbers[source] for source in version.body["short_cites"]),
    )
    # A paragraph that is read apart from its neighbours needs no heading over them all.
    alone = {place: claim.model_copy(update={"heading": None}) for place, claim in enumerate(said)}
    first = [alone[place] for place in parts]
    # A day of a timeline stays between the day before and the day after.
    if nearest is not None and nearest not in {*parts, *unsaid} and said[nearest].when is None:
        said[nearest] = alone[nearest]
    else:
        nearest = None
    left = [place for place in range(len(said)) if place not in {*parts, *unsaid}]
    # Who did not ask for it reads a part last, but one of a list in its place there.
    last = {place for place in left if said[place].about and said[place].heading is None}
    others = [said[place] for place in sorted(left, key=lambda place: (place != nearest, place in last))]
    own = _own_sms(version, numbers, clinic, unset)
    if is_first and nearest is not None:
        # A text message of the answer's own was not written for this one question.
        first, others, own = [*others[:1], *first], others[1:], None
    short, details = (read := [*first, own_short, *others])[0], read[1:]
    status = clinic.fill(version.regulatory_status, unset) if version.regulatory_status else None
    subject = [treatments[slug] for slug in asked_about if slug in treatments]
    texts = [lead, short.text, *in_plain_text(details), status]
    return Reply(
        kind=ReplyKind.ANSWER,
        topic=topic or served.topic,
        treatments=tuple(asked_about),
        text="\n\n".join(text.strip() for text in texts if text),
        citations=tuple(citation_of(row.position, row.source) for row in version.citations),
        options=tuple(other_options),
        confidence=confidence,
        lead=lead,
        short=short.text,
        short_citations=short.citations,
        short_drawing=short.drawing,
        details=tuple(details),
        sms=None if parts else _sms(own, short, details, asked=nearest is not None and not first),
        first_details=_first_details(short, details, most=len(parts) - 1 if parts else len(details)),
        answer_id=served.answer_id,
        answer_version=version.version,
        evidence=version.evidence,
        sources_differ=version.sources_differ,
        regulatory_status=status,
        sample=version.sample,
        reviewed_by=version.reviewed_by,
        reviewed_on=None if version.reviewed_on is None else version.reviewed_on.isoformat(),
        related=tuple(option_for(topics[slug], subject[:1]) for slug in offered[:3] if slug in topics),
    )


def _own_sms(
    version: AnswerVersion, numbers: Mapping[str, int], clinic: Clinic, unset: Callable[[str], str]
) -> Claim | None:
    """Give an answer's own text message, if it has one."""
    said = version.body.get("sms")
    if said is None:
        return None
    return Claim(text=clinic.fill(said["text"], unset), citations=tuple(numbers[source] for source in said["cites"]))


def _sms(own: Claim | None, short: Claim, details: Sequence[Claim], *, asked: bool) -> Claim | None:
    """Give what a text message says of an answer; None if that is all of it.

    Its own words for that, or the short answer with the paragraphs that fit beside it. The first of the details is
    said in any case where it is what was asked.
    """
    count = int(asked)
    if own is None:
        fits = (place for place in range(len(details), count, -1) if _letters(short, details[:place]) <= SMS_LETTERS)
        count = next(fits, count)
        if count == len(details):
            return None
    said = (own or short, *details[:count])
    numbers = dict.fromkeys(number for claim in said for number in claim.citations)
    return Claim(text="\n\n".join(in_plain_text(said)), citations=tuple(numbers))


def _letters(short: Claim, details: Sequence[Claim]) -> int:
    return len("\n\n".join(in_plain_text([short, *details])))


def _first_details(short: Claim, details: Sequence[Claim], *, most: int) -> int | None:
    """Give how many details, `most` at most, fit beside what is said first; None if all do."""
    words = len(short.text.split())
    for place, claim in enumerate(details[:most]):
        words += len(claim.text.split())
        if words > MOST_WORDS_FIRST:
            return place
    return None if most == len(details) else most


def citation_of(number: int, source: Source) -> Citation:
    """Give a source as a reply cites it, under a number."""
    return Citation(
        number=number,
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        published_on=source.published_on.isoformat() if source.published_on else str(source.year or "") or None,
        kind=source.kind,
        address=source.address,
    )
