"""Which clauses are follow-ups, which mean something only beside what was spoken of: "and my neck?", "how long?"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlu.text.entity_matcher import FoundEntity
from bot.nlu.text.words import Word, word_set
from bot.vocabulary import Entities, FollowUp

_PLACES = frozenset({Entities.BODY_PART, Entities.CONDITION})


_OWNERS = word_set("my his her their our your the a an this that one other left right upper lower both bad old")
# What leads from the question before to another place: a bare "knee pain" leads nowhere.
_LEADS = word_set("and or about for in on with same too")
_COMPLAINTS = word_set("pain pains ache aches problem problems trouble issues with")
_AROUND_A_PLACE = (
    _LEADS
    | _OWNERS
    | word_set("what how bout if it 's is its instead then also ok okay so pain joint joints say of deal")
)
_ASKING = word_set("what how is are do does can could may should will would must")
# Without "before" and "after": a question that says when needs nothing of what was spoken of.
_AROUND_A_MEDICINE = (
    _OWNERS
    | _ASKING
    | word_set(
        """
        and or about bout if it 's am be have has need needs to i we he she they you take takes taking use uses using
        keep on with ok okay fine allowed alright safe still too also then instead any
        some for that
        """
    )
)
_FILLERS = word_set(
    "and so ok okay but then is that it this about bout for what how exactly though tho roughly usually"
)
# What a short question says (one of these words) when its other words are fillers.
_SHORT: dict[FollowUp, frozenset[str]] = {
    FollowUp.WHY: word_set("why"),
    FollowUp.AFTER: word_set("after afterward afterwards"),
    FollowUp.BEFORE: word_set("before beforehand"),
}
_WHY = (["how", "come"], ["how", "so"])
_HOW_LONG = ["how", "long"]


def follow_up_kind(words: Sequence[Word], entities: Sequence[FoundEntity]) -> FollowUp | None:
    """Say how a stretch of text goes on about what was spoken of; None for what has a meaning of its own.

    Args:
        words: The words of the stretch.
        entities: The entities of the whole message.
    """
    start, end = (words[0].start, words[-1].end) if words else (0, 0)
    inside = [entity for entity in entities if start <= entity.start and entity.end <= end]
    kinds = {entity.kind for entity in inside}
    forms = [word.form for word in outside(words, inside)]
    if not kinds:
        return _short_kind(forms)
    rest = set(forms)
    marked = any(word.form == "?" for word in words)
    if kinds == {Entities.MEDICINE} and rest <= _AROUND_A_MEDICINE:
        # "He takes warfarin" tells.
        return FollowUp.MEDICINE if marked or not rest.isdisjoint(_ASKING) else None
    led = marked or not rest.isdisjoint(_LEADS)
    if kinds <= _PLACES and led and rest <= _AROUND_A_PLACE:
        return FollowUp.PLACE
    return None


def names_only(words: Sequence[Word], entities: Sequence[FoundEntity]) -> bool:
    """Say whether a stretch of text has nothing but names of body parts, medicines and the like ("for my knees").

    Args:
        words: The words of the stretch.
        entities: The entities of the whole message.
    """
    spoken = [word for word in words if _is_spoken(word)]
    rest = outside(words, entities)
    start, end = (words[0].start, words[-1].end) if words else (0, 0)
    place = any(entity.kind in _PLACES and start <= entity.start and entity.end <= end for entity in entities)
    # "Neck pain with PRP" names a complaint; "pain with PRP" is something to ask about.
    around = _OWNERS | _LEADS | _COMPLAINTS if place else _OWNERS | _LEADS
    return len(rest) < len(spoken) and {word.form for word in rest} <= around


def outside(words: Sequence[Word], entities: Sequence[FoundEntity]) -> list[Word]:
    """Return the words, without punctuation, that belong to no entity.

    Args:
        words: The words of a stretch of text.
        entities: The entities to leave out.
    """
    return [
        word
        for word in words
        if _is_spoken(word) and not any(entity.start <= word.start and word.end <= entity.end for entity in entities)
    ]


def _short_kind(forms: Sequence[str]) -> FollowUp | None:
    if list(forms[:2]) in _WHY and set(forms[2:]) <= _FILLERS:
        return FollowUp.WHY
    if _HOW_LONG in [list(forms[place : place + 2]) for place in range(len(forms))]:
        return FollowUp.HOW_LONG if set(forms) <= _FILLERS | {"long"} else None
    for kind, keys in _SHORT.items():
        if len(keys.intersection(forms)) == 1 and set(forms) - keys <= _FILLERS | {"not"}:
            return kind
    return None


def _is_spoken(word: Word) -> bool:
    return any(letter.isalnum() for letter in word.form)
