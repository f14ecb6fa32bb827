"""What has the form of a question, told by how it begins: a clause, and the words that make it ask or open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.text.words import Word, word_set

COORDINATORS = frozenset({"and", "&", "also", "plus", "but", "so", "then", "n", "+", "/"})
# What stands before these only leads in: "quick one: is there parking".
LEADING_MARKS = frozenset({":", "("})
LINKS = COORDINATORS | LEADING_MARKS | {",", "-", "\u2013", "\u2014"}
QUESTION_WORDS = frozenset({"how", "what", "why", "when", "where", "who", "which", "whose", "hows", "whats"})
HELPING_VERBS = word_set(
    """
    is are was were do does did can could will would should may might must am have has had shall
    isn doesn don can't won't ca wo
    """
)
SUBJECTS = word_set(
    """
    i you he she it we they u ya there this that these those one anyone anybody someone everyone people patients
    the a an my your his her our their any all most some both each insurance medicare medicaid treatment treatments
    injections injection shots shot results pain doctors recovery it's n't
    """
)
SUBORDINATORS = word_set(
    "if when whenever because since after before while as although though once unless until given considering"
)
SHORT_VERBS = frozenset({"'s", "'re", "'ll", "'d", "s"})
"""A helping verb in short, as in "when's the second"."""
# What may stand before a question's own words: "after the last one does the doctor see me", "for a knee how many".
_FRONTS = SUBORDINATORS | word_set("for by at in to with from on during besides apart")
_INVERTED = word_set("is are was were do does did can could will would should may might must")
_PRONOUNS = word_set("i u you he she it we they there who that which to")
# "When I bend it", "where it hurts" tell something; with a verb right after them they ask.
_RELATIVE = frozenset({"when", "where", "who", "which", "whose"})
_NEAR = 3
# Words after which a clause asks without being a question: "tell me the price", "looking for your hours".
ASKING_WORDS = word_set(
    """
    tell know wondering wonder curious explain looking info information interested question clarify advise
    hear learn unsure describe facts details
    """
)
# Requests in the form of an order.
_ORDERS = word_set("tell explain describe walk compare list show")
_TOLD_SUBJECTS = word_set("i you he she it we they the my your his her our their this that")
_PERSONS = word_set("i i'm im my me we he she they you your it his her our was were am have has had")
_LONGEST_BARE_TOPIC = 6


@dataclass(frozen=True)
class Clause:
    """A stretch of a message that may be a question of its own.

    Attributes:
        words: Its words, in order.
        asks: Whether it has the form of a question (or of a bare topic, "side effects"), not of something told.
        opens: Whether it begins as a question does ("is it", "how long"), which a bare topic does not.
    """

    words: tuple[Word, ...]
    asks: bool
    opens: bool = False


def without_links(words: Sequence[Word]) -> Sequence[Word]:
    """Return words without what only links them to what stood before: the "and" of "and the side effects".

    Args:
        words: The words of a stretch of text.
    """
    first = next((place for place, word in enumerate(words) if word.form not in LINKS), 0)
    return words[first:]


def clause_of(words: Sequence[Word], *, ends_in_question_mark: bool = False) -> Clause:
    """Make a clause of words, by the form that they have.

    Args:
        words: Its words.
        ends_in_question_mark: Whether the sentence ends so after them.
    """
    return Clause(tuple(words), _asks(words) or ends_in_question_mark, opens(words))


def _asks(words: Sequence[Word]) -> bool:
    forms = spoken(words)
    if not forms:
        return False
    if opens(words) or not ASKING_WORDS.isdisjoint(forms):
        return True
    # "Side effects of PRP" asks; "My knee hurts" tells.
    return len(forms) <= _LONGEST_BARE_TOPIC and _PERSONS.isdisjoint(forms)


def opens(words: Sequence[Word]) -> bool:
    """Say whether words begin as a question does, or as an order that asks ("explain")."""
    forms = spoken(words)
    begin = next((index for index, form in enumerate(forms) if form not in LINKS), len(forms))
    lead, *after = forms[begin:] or [""]
    if lead == "when" and not _TOLD_SUBJECTS.isdisjoint(after[:1]):  # "When I get the shot, ..." only says when.
        return False
    return lead in QUESTION_WORDS or lead in HELPING_VERBS or lead in _ORDERS or asks_behind(words[begin:])


def asks_behind(words: Sequence[Word]) -> bool:
    """Say whether a question follows what stands before it for its sake: "if it fails what is next".

    Args:
        words: Words that begin with a preposition, or as a clause does that only says when or on what condition.
    """
    forms = spoken(words)
    if not forms or forms[0] not in _FRONTS:
        return False
    for place in range(2, len(forms) - 1):
        form, after = forms[place], forms[place + 1 : place + 1 + _NEAR]
        if form in QUESTION_WORDS:
            verbs = HELPING_VERBS | SHORT_VERBS
            if form in {"hows", "whats"} or not verbs.isdisjoint(after[:1] if form in _RELATIVE else after):
                return True
        elif form in _INVERTED and after[0] in SUBJECTS and forms[place - 1] not in _PRONOUNS:
            return True
    return False


def spoken(words: Sequence[Word]) -> list[str]:
    """Return the forms of the words that are spoken, without marks."""
    return [word.form for word in words if word.form.isalnum() or "'" in word.form]
