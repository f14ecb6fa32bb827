"""Which treatments a message names only to leave them out: "other than PRP", "anything but stem cells"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.nlu.text.entity_matcher import FoundEntity
from bot.nlu.text.words import Word, word_set
from bot.vocabulary import EXCLUDED, Entities

# What stands right before a name that is left out; the longest of them is meant.
_LEAVING_OUT = tuple(
    phrase.split()
    for phrase in (
        *(
            "other than",
            "apart from",
            "aside from",
            "besides",
            "beside",
            "except",
            "except for",
            "excepting",
            "excluding",
        ),
        *(
            "anything but",
            "everything but",
            "all but",
            "something but",
            "instead of",
            "rather than",
            "without",
            "minus",
        ),
        *("leave out", "leaving out", "not", "not want", "n't want", "nt want", "not need", "n't need", "not like"),
        *("n't like", "not interested in", "n't interested in", "never want", "no longer want"),
    )
)
# "Is not PRP safe?" and "why not PRP?" leave nothing out.
_ASKING_BEFORE_NOT = word_set("is are was were does do did has have can could should would will why")
_PASSED_OVER = word_set("the a an any your this more to get have try do")
_JOINING = word_set("and or nor")


def with_excluded(words: Sequence[Word], entities: Sequence[FoundEntity]) -> list[FoundEntity]:
    """Give a message's entities, treatments that are left out marked by their role.

    Args:
        words: The words of the message, in order.
        entities: Its entities, in order.
    """
    marked: list[FoundEntity] = []
    for entity in entities:
        if entity.kind == Entities.TREATMENT and _is_left_out(words, entity, marked):
            marked.append(replace(entity, role=EXCLUDED))
        else:
            marked.append(entity)
    return marked


def _is_left_out(words: Sequence[Word], entity: FoundEntity, before: Sequence[FoundEntity]) -> bool:
    stand_before = [word for word in words if word.end <= entity.start]
    if stand_before and stand_before[-1].form in _JOINING and len(stand_before) > 1:
        end = stand_before[-2].end
        return any(other.role == EXCLUDED and other.end == end for other in before)
    forms = [word.form for word in stand_before]
    while forms and forms[-1] in _PASSED_OVER:
        forms.pop()
    said = max((phrase for phrase in _LEAVING_OUT if forms[-len(phrase) :] == phrase), key=len, default=None)
    if said is None:
        return False
    return said != ["not"] or not _ASKING_BEFORE_NOT.intersection(forms[-2:-1])
