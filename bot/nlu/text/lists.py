"""Cutting a clause as a list of topics: "cost and recovery time", "can I drive and go to the gym"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlu.text.question_forms import (
    HELPING_VERBS,
    LINKS,
    MAX_CLAUSES,
    QUESTION_WORDS,
    SUBJECTS,
    Clause,
    clause_of,
    opens,
    spoken,
)
from bot.nlu.text.words import Word, word_set

# Said for politeness; no item of a list.
_POLITE = word_set("please pls plz thanks thank you thx kindly")
# Words that say nothing by themselves: what has no other word is no half of a list ("will I be in and out").
_EMPTY = word_set(
    """
    i you he she it we they me my your his her our their this that these those one ones the a an some any other another
    in out on off at to of for with up down so too also just only then there here not no yes or both all each many much
    get gets got go have has had be been being been 's two three four five six seven eight nine ten first second third
    """
)
# What begins so goes on with the half before it: "between the rounds", "like three hours".
_GOES_ON = word_set(
    """
    in on at to of for from with without by between during after before until till since like as than than or not
    because if when while where who that especially including preferably mainly such
    """
)
# Where a list of topics may be cut; "n" and "+" are how they text it.
_JOINTS = frozenset({"and", "&", "plus", "n", "+", "/", ","})
_MOST_JOINTS = 3
_MOST_HALVES = 2
_LONGEST_LIST = 24


def items(words: Sequence[Word]) -> list[Clause]:
    """Cut a clause at all of its joints, as a list of topics: "side effects / downtime / price".

    Args:
        words: The clause's words.

    Returns:
        The items; none if it is no list of three or more, or too long for one.
    """
    entries: list[list[Word]] = [[]]
    for word in words:
        if word.form in _JOINTS:
            entries.append([])
        else:
            entries[-1].append(word)
    entries = [entry for entry in entries if not _is_polite(entry)]
    if len(words) > _LONGEST_LIST or not _MOST_HALVES < len(entries) <= MAX_CLAUSES or not all(map(_is_whole, entries)):
        return []
    return [clause_of(entry) for entry in entries]


def halves(words: Sequence[Word]) -> list[tuple[Clause, Clause]]:
    """Cut a clause in two at each of its joints ("and", "plus", a comma), as if each half were a question.

    Much that is one question is cut too ("back and neck pain"): only the classifier can tell.

    Args:
        words: The clause's words.

    Returns:
        The ways to cut it, those at a word before those at a comma; none if it is too long for a list of topics.
    """
    if len(words) > _LONGEST_LIST:
        return []
    places = [place for place in range(1, len(words) - 1) if words[place].form in _JOINTS]
    places.sort(key=lambda place: words[place].form == ",")
    pairs = []
    for place in places[:_MOST_JOINTS]:
        left, right = words[:place], words[place + 1 :]
        while left and left[-1].form in LINKS:
            left = left[:-1]
        while right and right[0].form in LINKS:
            right = right[1:]
        if _is_polite(right):
            continue
        if _is_whole(left) and _is_whole(right) and not _is_held_together(left):
            pairs.append((clause_of(left), clause_of(right)))
    return pairs


def _is_polite(entry: Sequence[Word]) -> bool:
    return _POLITE.issuperset(spoken(entry))


def _is_whole(half: Sequence[Word]) -> bool:
    if not half or (half[0].form in _GOES_ON and not opens(half)) or _lacks_its_verb(half):
        return False
    return any(form not in _EMPTY | HELPING_VERBS | QUESTION_WORDS for form in spoken(half))


def _lacks_its_verb(half: Sequence[Word]) -> bool:
    """Say whether a half is only the beginning of a question: the "how long" of "how long and how bad is it"."""
    forms = spoken(half)
    return forms[:1] == ["how"] and forms != ["how", "much"] and HELPING_VERBS.isdisjoint(forms) and "to" not in forms


def _is_held_together(left: Sequence[Word]) -> bool:
    """Say whether the half before an "and" wants it: "between the first and the second", "both PRP and prolo"."""
    return not {"between", "both"}.isdisjoint(word.form for word in left[-4:])


def carried(left: Clause, right: Clause) -> Clause | None:
    """Return the second half with the opening of the first, "can I" of "can I drive and go to the gym".

    Args:
        left: The half before the joint.
        right: The half after it.

    Returns:
        None if the first half does not open as a question, or the second opens one of its own.
    """
    forms = [word.form for word in left.words]
    verb = 1 if forms[0] in QUESTION_WORDS else 0
    opening = left.words[: verb + 2]
    whole = len(forms) > verb + 2 and forms[verb] in HELPING_VERBS and forms[verb + 1] in SUBJECTS
    return Clause((*opening, *right.words), asks=True, opens=True) if whole and not right.opens else None
