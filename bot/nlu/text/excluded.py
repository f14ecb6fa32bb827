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
        *("not mean", "n't mean", "nt mean", "not talking about", "not asking about", "n't asking about"),
        *("not ask about", "n't ask about", "not about", "not for", "not with", "not including", "not counting"),
    )
)
# "Is not PRP safe?" and "why not PRP?" leave nothing out.
_ASKING_BEFORE_NOT = word_set("is are was were does do did has have can could should would will why")
# These leave out only where a clause begins: "skip PRP", but not "can I skip PRP" or "don't forget PRP".
_DISMISSING = tuple(
    phrase.split()
    for phrase in ("forget", "forget about", "ignore", "skip", "disregard", "never mind", "nevermind", "no", "no no")
)
_BEFORE_A_CLAUSE = word_set(", . ; : ! ? - and but so ok okay please just then lets well now")
_ASKED_TOO = (["not"], ["not", "for"], ["not", "with"], ["not", "about"])
# "All of them but PRP": these, so near before a "but", make it one that leaves out; "nothing but PRP" does not.
_EVERYTHING = word_set("all any every each everything anything something whatever whichever")
_FURTHEST_EVERYTHING = 4
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
    said = _ending(forms, _LEAVING_OUT)
    if said is None:
        dismissing = _ending(forms, _DISMISSING)
        if dismissing is not None:
            earlier = forms[: -len(dismissing)]
            return not earlier or earlier[-1] in _BEFORE_A_CLAUSE
        after = next((word.form for word in words if word.start >= entity.end), "")
        is_all_but = forms[-1:] == ["but"] and not _EVERYTHING.isdisjoint(forms[-1 - _FURTHEST_EVERYTHING : -1])
        return is_all_but and after not in _ASKING_BEFORE_NOT
    return said not in _ASKED_TOO or not _asks_before(forms, said)


def _ending(forms: Sequence[str], phrases: Sequence[list[str]]) -> list[str] | None:
    """Give the longest of some phrases that words end with; None if it is none of them."""
    return max((phrase for phrase in phrases if [*forms[-len(phrase) :]] == phrase), key=len, default=None)


def _asks_before(forms: Sequence[str], said: Sequence[str]) -> bool:
    """Say whether a question with "not" stands there: "why not for PRP"."""
    before = len(forms) - len(said)
    nearest = 1 if len(said) == 1 else 2
    return not _ASKING_BEFORE_NOT.isdisjoint(forms[max(0, before - nearest) : before])
