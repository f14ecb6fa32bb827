"""Which of the candidates of a message are its questions, and what each takes over from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.confidence import (
    ANSWER_FROM,
    BESIDE_FROM,
    BEYOND_DOUBT_FROM,
    CLEAR_FROM,
    NOT_OURS_FROM,
    PERSON_FROM,
)
from bot.nlu.models.intent_model import RankedIntent
from bot.nlu.models.ours import doubted
from bot.nlu.text.entity_matcher import FoundEntity
from bot.vocabulary import EXCLUDED, Entities, FollowUp, Intents

Values = Mapping[str, tuple[str, ...]]

# What people say around a question; it needs no reply of its own when a question stands beside it. How they can be
# reached the edge has read and replied to.
SMALL_TALK = frozenset(
    {"greet", "goodbye", "thank_you", "affirm", "deny", "bot_challenge", "helpful", "not_helpful", Intents.GIVE_CONTACT}
)
_OWN_CASE = "personal_medical_advice"
# What is told about oneself often looks like one of these; only a question makes it one.
NEED_ASKING = frozenset({_OWN_CASE, "out_of_scope"})

# So many of a message's likeliest intents are looked at for that of a part.
_SHARED = 3
_SEVERAL = 2

# Orders to the assistant; what they are wrapped in is no question.
_ATTACK = "prompt_attack"
NOT_OURS = frozenset({_ATTACK, *NEED_ASKING})
# What a whole message may be instead of ours; clauses of it name what we are asked about all the same.
_AS_A_WHOLE = frozenset({*NOT_OURS, "abuse"})

# What goes on about the last answer; beside a clause of the same message it goes on about that one instead.
FOLLOW_UP = Intents.SWITCH_TREATMENT
TELL_MORE = Intents.TELL_MORE
FOLLOW_UPS = frozenset({FOLLOW_UP, TELL_MORE})


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A clause, or the whole message, with what the classifier makes of it: it may be a question.

    Attributes:
        start: Where it begins in the message's text.
        end: Where it ends (exclusive).
        asks: Whether it has the form of a question.
        opens: Whether it begins as a question does, which a bare topic ("side effects") does not.
        marked: Whether a question mark ends it.
        length: How many words it has.
        follow_up: How it goes on about what was spoken of, if it means nothing by itself.
        ranking: Its likeliest intents, likeliest first.
        values: The values of the entities it names, by kind.
        ours: How far it is about what is asked of the clinic, from -1 to 1.
    """

    start: int
    end: int
    asks: bool
    opens: bool = True
    marked: bool = False
    length: int = 1
    follow_up: FollowUp | None = None
    ranking: tuple[RankedIntent, ...]
    values: Values = field(default_factory=dict)
    ours: float = 1.0

    @property
    def intent(self) -> str:
        """Its likeliest intent."""
        return self.ranking[0].name

    @property
    def confidence(self) -> float:
        """How sure its likeliest intent is."""
        return self.ranking[0].confidence


def within(whole: Candidate, question: Candidate) -> Candidate:
    """Return a question as sure as it is in its message: a topic is doubted where the message is hardly ours.

    Args:
        whole: The message as one question.
        question: A question of it, or the message itself.
    """
    sure = question.confidence
    left = doubted(sure, whole.ours)
    if left == sure or not is_topic(question.intent):
        return question
    # The others keep their share of the first.
    return replace(
        question, ranking=tuple(RankedIntent(one.name, one.confidence * left / sure) for one in question.ranking)
    )


def choose_questions(whole: Candidate, asked: Sequence[Candidate], told: Sequence[Candidate]) -> list[Candidate]:
    """Choose what to reply to: the questions of a message, or the message as one.

    Args:
        whole: The message as one question.
        asked: The questions that its likeliest division has, in order.
        told: What else there is to read in it.

    Returns:
        At least one question, in order; what a question leaves open is filled in from the rest of the message.
    """
    person = [one for one in told if one.intent == Intents.ASK_PERSON and one.confidence >= PERSON_FROM]
    asked = sorted((*asked, *person), key=lambda question: question.start)
    attack = _attack_among((whole, *asked))
    if attack is not None:
        return [attack]
    if _is_not_ours(whole, asked):
        return [whole]
    # Only now: what a clear question is wrapped in has had its say already.
    whole, asked = within(whole, whole), [within(whole, question) for question in asked]
    clear = [question for question in asked if not _is_unsure(question) and question.intent != _ATTACK]
    if any(is_topic(question.intent) for question in clear):
        clear = [question for question in clear if question.opens or question.intent not in NEED_ASKING]
    if any(question.intent in NEED_ASKING for question in clear):
        # What stands beside a question that is not for the assistant seldom is either, unless it clearly is.
        clear = [question for question in clear if not is_topic(question.intent) or question.confidence >= BESIDE_FROM]
    chosen = [question for question in clear if question.intent not in SMALL_TALK and not _leans(question)] or clear
    if not chosen:
        return [whole]
    return [_completed(question, [*asked, *told], whole) for question in _merged(chosen)]


def left_open(
    whole: Candidate, chosen: Sequence[Candidate], asked: Sequence[Candidate], told: Sequence[Candidate]
) -> list[Candidate]:
    """Return the questions about another topic than those chosen, but unsurely which: they are asked back.

    Args:
        whole: The message as one question.
        chosen: What `choose_questions` has chosen.
        asked: What it chose from, in order.
        told: What else there is to read in the message.
    """
    asked = [within(whole, question) for question in asked]
    places = {(question.start, question.end) for question in (*asked, *told)}
    if any(question.intent in NOT_OURS or (question.start, question.end) not in places for question in chosen):
        return []
    intents = {question.intent for question in chosen}
    unsure = [question for question in asked if _is_unsure(question) and question.intent not in intents]
    return [_completed(question, [*asked, *told], whole) for question in unsure]


def _is_unsure(question: Candidate) -> bool:
    return is_topic(question.intent) and question.confidence < ANSWER_FROM


def _leans(question: Candidate) -> bool:
    """Say whether it only goes on about its neighbour; of a medicine ("can I take Advil") it asks by itself."""
    return question.intent in FOLLOW_UPS and question.follow_up is not FollowUp.MEDICINE


def _is_not_ours(whole: Candidate, asked: Sequence[Candidate]) -> bool:
    """Say whether the message is none of our business, though clauses of it sound as if they were.

    "Franchise opportunities? How much is buy in": a clause says little of what it is about. A message that asks two
    things of ours, or one of a treatment beside what is not ours, is understood by these, if one of them is clear.
    """
    if whole.intent not in _AS_A_WHOLE or whole.confidence < NOT_OURS_FROM:
        return False
    topics = [question for question in asked if is_topic(question.intent) and question.confidence >= ANSWER_FROM]
    if not any(question.confidence >= CLEAR_FROM for question in topics):
        return True
    beside = any(question.intent in _AS_A_WHOLE for question in asked)
    named = any(
        question.values.get(kind) for question in topics for kind in (Entities.TREATMENT, Entities.TREATMENT_CUE)
    )
    return len(topics) < _SEVERAL and not (beside and named)


def _attack_among(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return an order to the assistant that is clear, or surer than all beside it; "ignore my typos" is neither.

    Markup pasted after a plain question is none either: the question is clearer than all that orders wrap.
    """
    surest = max(candidates, key=lambda candidate: candidate.confidence)
    attack = max(candidates, key=lambda candidate: candidate.confidence if candidate.intent == _ATTACK else 0.0)
    if is_topic(surest.intent) and surest.confidence >= BEYOND_DOUBT_FROM:
        return None
    needed = ANSWER_FROM if attack is surest else BESIDE_FROM
    return attack if attack.intent == _ATTACK and attack.confidence >= needed else None


def is_topic(intent: str) -> bool:
    """Say whether an intent asks about a topic that may have an answer."""
    return intent.startswith("ask_") and intent != "ask_person"


def side(intent: str) -> int:
    """Say whether an intent is what the clinic is asked (1), none of its business (-1), or neither (0).

    An own case is neither: it is about what we do, and what of it is not for the assistant its intent tells.
    """
    return 1 if is_topic(intent) else -1 if intent in _AS_A_WHOLE and intent != _OWN_CASE else 0


def shares(whole: Candidate, intent: str) -> bool:
    """Say whether a message as a whole is about an intent too: one of its likeliest is it.

    A message that asks two things lies between both, so that each is near the top, however unsure.

    Args:
        whole: The message as one question.
        intent: Of a part of it.
    """
    return intent in {ranked.name for ranked in whole.ranking[:_SHARED]}


def _merged(questions: Sequence[Candidate]) -> list[Candidate]:
    """Make one of candidates that ask the same, unless they ask it about different treatments."""
    merged: list[Candidate] = []
    for question in questions:
        for index, other in enumerate(merged):
            treatments = {question.values.get("treatment", ()), other.values.get("treatment", ())} - {()}
            if other.intent == question.intent and len(treatments) <= 1:
                merged[index] = _joined(other, question)
                break
        else:
            merged.append(question)
    return merged


def _joined(first: Candidate, second: Candidate) -> Candidate:
    surer = first if first.confidence >= second.confidence else second
    values = {
        kind: tuple(dict.fromkeys((*first.values.get(kind, ()), *second.values.get(kind, ()))))
        for kind in {**first.values, **second.values}
    }
    return replace(surer, values=values)


def _completed(question: Candidate, candidates: Sequence[Candidate], whole: Candidate) -> Candidate:
    """Fill in the entities that a candidate leaves open.

    The treatment comes from the nearest candidate before it, else after it, else from a name that stands by itself
    ("Exosomes. How do they work?"); conditions, body parts and medicines only
    from what was told before it ("I take Eliquis. Do I have to stop?").
    """
    in_order = sorted(candidates, key=lambda candidate: candidate.start)
    before = [candidate for candidate in in_order if candidate.start < question.start][::-1]
    after = [candidate for candidate in in_order if candidate.start > question.start]
    values = dict(question.values)
    for kind in (Entities.CONDITION, Entities.BODY_PART, Entities.MEDICINE):
        _fill(values, kind, [candidate for candidate in before if not candidate.asks])
    for kind in (Entities.TREATMENT, Entities.TREATMENT_CUE):
        _fill(values, kind, [*before, *after, whole])
    # "No PRP. How many sessions?": what a message leaves out, all its questions leave out.
    left_out = f"{EXCLUDED}_{Entities.TREATMENT}"
    values[left_out] = tuple(
        dict.fromkeys(slug for other in (question, *candidates, whole) for slug in other.values.get(left_out, ()))
    )
    return replace(question, values=values)


def _fill(values: dict[str, tuple[str, ...]], kind: str, near: Sequence[Candidate]) -> None:
    """Take the values of a kind from the first of these candidates that names any, unless there are some."""
    if not values.get(kind):
        values[kind] = next((candidate.values[kind] for candidate in near if candidate.values.get(kind)), ())


def values_between(entities: Sequence[FoundEntity], start: int, end: int) -> dict[str, tuple[str, ...]]:
    """Return the values of the entities in a stretch of text, by kind (a role stands before it), each once, in order.

    Args:
        entities: The entities of the whole message.
        start: Where the stretch begins.
        end: Where it ends (exclusive).
    """
    values: dict[str, tuple[str, ...]] = {}
    for entity in entities:
        if start <= entity.start and entity.end <= end:
            kind = entity.kind if entity.role is None else f"{entity.role}_{entity.kind}"
            values[kind] = tuple(dict.fromkeys((*values.get(kind, ()), entity.value)))
    return values
