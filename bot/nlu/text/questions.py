"""Which of the candidates of a message are its questions, and what each takes over from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.confidence import BEYOND_DOUBT_FROM
from bot.nlu.models.intent_model import RankedIntent
from bot.nlu.text.entity_matcher import FoundEntity
from bot.vocabulary import EXCLUDED, Entities, FollowUp, Intents

Values = Mapping[str, tuple[str, ...]]

# What people say around a question; it needs no reply of its own when a question stands beside it. How they can be
# reached the edge has read and replied to.
SMALL_TALK = frozenset(
    {"greet", "goodbye", "thank_you", "affirm", "deny", "bot_challenge", "helpful", "not_helpful", Intents.GIVE_CONTACT}
)
# What is told about oneself often looks like one of these; only a question makes it one.
_NEED_ASKING = frozenset({"personal_medical_advice", "out_of_scope"})

# So many of a message's likeliest intents are looked at for that of a part.
_SHARED = 3

# Orders to the assistant; what they are wrapped in is no question.
_ATTACK = "prompt_attack"

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
        follow_up: How it goes on about what was spoken of, if it means nothing by itself.
        ranking: Its likeliest intents, likeliest first.
        values: The values of the entities it names, by kind.
    """

    start: int
    end: int
    asks: bool
    opens: bool = True
    follow_up: FollowUp | None = None
    ranking: tuple[RankedIntent, ...]
    values: Values = field(default_factory=dict)

    @property
    def intent(self) -> str:
        """Its likeliest intent."""
        return self.ranking[0].name

    @property
    def confidence(self) -> float:
        """How sure its likeliest intent is."""
        return self.ranking[0].confidence


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """When a clause counts as a question of its own.

    Attributes:
        asked: The confidence that a clause needs that begins as a question does.
        told: The confidence that any other clause needs when some clause has the form of a question.
        item: The confidence that a bare topic needs ("cost and recovery time").
        shared: The confidence that is enough for either where the message as a whole is about the same (`shares`).
    """

    asked: float
    told: float
    item: float
    shared: float


def choose_questions(whole: Candidate, candidates: Sequence[Candidate], thresholds: Thresholds) -> list[Candidate]:
    """Choose what to reply to: some of the candidates, or the message as one question.

    Args:
        whole: The message as one question.
        candidates: Its candidates, in order.
        thresholds: When a candidate counts.

    Returns:
        At least one question, in order; what a candidate leaves open is filled in from the rest of the message.
    """
    if len(candidates) < 2:  # One candidate is the message itself.
        return [whole]
    attack = _attack_among((whole, *candidates), thresholds)
    if attack is not None:
        return [attack]
    sure = [candidate for candidate in candidates if _is_sure(candidate, candidates, whole, thresholds)]
    if any(candidate.intent in _NEED_ASKING for candidate in sure):
        # What stands beside a question that is not for the assistant seldom is either, unless it clearly is.
        sure = [c for c in sure if not is_topic(c.intent) or c.confidence >= thresholds.item]
    chosen = _merged([candidate for candidate in sure if candidate.intent not in SMALL_TALK] or sure)
    if not chosen or _is_torn(whole, chosen):
        return [whole]
    if len(chosen) == 1 and whole.confidence > chosen[0].confidence and whole.intent not in SMALL_TALK:
        return [whole]
    return [_completed(question, candidates, whole) for question in chosen]


def left_open(
    whole: Candidate, chosen: Sequence[Candidate], candidates: Sequence[Candidate], thresholds: Thresholds
) -> list[Candidate]:
    """Return the candidates that ask about another topic than those chosen, but unsurely which: they are asked back.

    Args:
        whole: The message as one question.
        chosen: What `choose_questions` has chosen.
        candidates: The candidates it chose from, in order.
        thresholds: When a candidate counts.
    """
    places = {(candidate.start, candidate.end) for candidate in candidates}
    not_ours = {_ATTACK, *_NEED_ASKING}
    if any(question.intent in not_ours or (question.start, question.end) not in places for question in chosen):
        return []
    asked = {question.intent for question in chosen}
    unsure = [c for c in candidates if c.opens and is_topic(c.intent) and c.confidence < thresholds.asked]
    return [_completed(candidate, candidates, whole) for candidate in unsure if candidate.intent not in asked]


def _is_torn(whole: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Say whether what is chosen asks of something that is none of our business, which the clause leaves out.

    "Franchise opportunities? How much is buy in": a clause that names no treatment is about what stands beside it.
    """
    names = (Entities.TREATMENT, Entities.TREATMENT_CUE)
    return whole.intent in _NEED_ASKING and not any(one.values.get(name) for one in chosen for name in names)


def _attack_among(candidates: Sequence[Candidate], thresholds: Thresholds) -> Candidate | None:
    """Return an order to the assistant that is clear, or surer than all beside it; "ignore my typos" is neither.

    Markup pasted after a plain question is none either: the question is clearer than all that orders wrap.
    """
    surest = max(candidates, key=lambda candidate: candidate.confidence)
    attack = max(candidates, key=lambda candidate: candidate.confidence if candidate.intent == _ATTACK else 0.0)
    if is_topic(surest.intent) and surest.confidence >= BEYOND_DOUBT_FROM:
        return None
    needed = thresholds.asked if attack is surest else thresholds.item
    return attack if attack.intent == _ATTACK and attack.confidence >= needed else None


def is_topic(intent: str) -> bool:
    """Say whether an intent asks about a topic that may have an answer."""
    return intent.startswith("ask_") and intent != "ask_person"


def stands_alone(candidate: Candidate) -> bool:
    """Say whether it asks about a topic, or of a medicine ("can I take Advil"), which its neighbour explains."""
    return is_topic(candidate.intent) or candidate.follow_up is FollowUp.MEDICINE


def shares(whole: Candidate, intent: str) -> bool:
    """Say whether a message as a whole is about an intent too: one of its likeliest is it.

    A message that asks two things lies between both, so that each is near the top, however unsure.

    Args:
        whole: The message as one question.
        intent: Of a part of it.
    """
    return intent in {ranked.name for ranked in whole.ranking[:_SHARED]}


def _is_sure(candidate: Candidate, candidates: Sequence[Candidate], whole: Candidate, thresholds: Thresholds) -> bool:
    if candidate.intent in FOLLOW_UPS:
        return stands_alone(candidate)
    if not any(other.asks for other in candidates):
        return candidate.confidence >= thresholds.asked
    if candidate.intent in _NEED_ASKING and not candidate.opens:
        return False
    needed = thresholds.asked if candidate.opens else thresholds.item if candidate.asks else thresholds.told
    if is_topic(candidate.intent) and shares(whole, candidate.intent):
        needed = min(needed, thresholds.shared)
    return candidate.confidence >= needed


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
    before = [candidate for candidate in candidates if candidate.start < question.start][::-1]
    after = [candidate for candidate in candidates if candidate.start > question.start]
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
