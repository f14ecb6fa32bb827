"""Where one message holds several questions: the rules that split it into clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.words import Word

MAX_CLAUSES = 5


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SENTENCE_ENDS = frozenset({".", "..", "...", "\u2026", "?", "!", ";"})
# A full stop after these ends no sentence (spaCy keeps it apart from a word in lower case).
_ABBREVIATIONS = frozenset({"dr", "mr", "mrs", "ms", "vs", "approx", "st"})
_COORDINATORS = frozenset({"and", "&", "also", "plus", "but", "so", "then"})
_LINKS = _COORDINATORS | {",", "-", "\u2013", "\u2014"}

_QUESTION_WORDS = frozenset({"how", "what", "why", "when", "where", "who", "which", "whose", "hows", "whats"})
# "when I bend it", "which is why", "where it hurts" tell something; with one of the verbs after them they ask.
_RELATIVE_WORDS = frozenset({"when", "where", "who", "which", "whose"})
_HELPING_VERBS = _set(
    """
    is are was were do does did can could will would should may might must am have has had shall
    isn doesn don can't won't ca wo
    """
)
_SUBJECTS = _set(
    """
    i you he she it we they u ya there this that these those one anyone anybody someone everyone people patients
    the a an my your his her our their any all most some both each insurance medicare medicaid treatment treatments
    injections injection shots shot results pain doctors recovery it's n't
    """
)
_SUBORDINATORS = _set(
    "if when whenever because since after before while as although though once unless until given considering"
)
# Words after which a clause asks without being a question: "tell me the price", "looking for your hours".
_ASKING_WORDS = _set(
    "tell know wondering wonder curious explain looking info information interested question clarify advise"
)
_PERSONS = _set("i i'm im my me we he she they you your it his her our was were am have has had")
_LONGEST_FRAGMENT = 6
_SHORTEST_QUESTION = 3
_LONGEST_LIST = 12


@dataclass(frozen=True)
class Clause:
    """A stretch of a message.

    Attributes:
        words: Its words, in order.
        asks: Whether it has the form of a question (or of a bare topic, "side effects"), not of something told.
    """

    words: tuple[Word, ...]
    asks: bool


def split_clauses(text: str, words: Sequence[Word]) -> list[Clause]:
    """Split a message into clauses that may be questions of their own.

    "Is it safe and does it work?" is two, "back and neck pain" is one. Of a long story the clauses that ask come
    first; never more than `MAX_CLAUSES`.

    Args:
        text: What the patient typed (line breaks end a clause).
        words: Its words.
    """
    clauses: list[Clause] = []
    for sentence in _sentences(text, words):
        ends_in_question_mark = any(word.form == "?" for word in sentence[-3:])
        parts = _parts(sentence)
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            clauses.append(Clause(tuple(part), _asks(part) or (last and ends_in_question_mark)))
    if len(clauses) > MAX_CLAUSES:
        chosen = sorted(range(len(clauses)), key=lambda index: (not clauses[index].asks, index))[:MAX_CLAUSES]
        clauses = [clauses[index] for index in sorted(chosen)]
    return clauses


def split_list(words: Sequence[Word]) -> list[Clause]:
    """Split a short message at each "and" and comma, as a list of topics: "side effects and cost of PRP".

    Much that is one question is split too ("back and neck pain"): only the classifier can tell.

    Args:
        words: The message's words.

    Returns:
        The items; none if the message is no short list.
    """
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.form in {"and", "&", "plus", ","}:
            parts.append([])
        else:
            parts[-1].append(word)
    items = [part for part in parts if _has_word(part)]
    if len(words) > _LONGEST_LIST or not 1 < len(items) <= MAX_CLAUSES:
        return []
    return [Clause(tuple(item), asks=True) for item in items]


def _sentences(text: str, words: Sequence[Word]) -> list[list[Word]]:
    sentences: list[list[Word]] = [[]]
    for word in words:
        sentence = sentences[-1]
        if sentence:
            after_end = sentence[-1].form in _SENTENCE_ENDS and word.form not in _SENTENCE_ENDS
            abbreviated = sentence[-1].form == "." and len(sentence) > 1 and sentence[-2].form in _ABBREVIATIONS
            if (after_end and not abbreviated) or "\n" in text[sentence[-1].end : word.start]:
                sentences.append([])
        sentences[-1].append(word)
    return [sentence for sentence in sentences if _has_word(sentence)]


def _parts(sentence: Sequence[Word]) -> list[list[Word]]:
    parts: list[list[Word]] = []
    begin = position = 0
    while position < len(sentence):
        opener = _opener_after_link(sentence, position)
        if opener is not None and _stands_alone(sentence[begin:position], sentence[position], sentence[opener:]):
            parts.append(list(sentence[begin:position]))
            begin = position = opener
        position += 1
    parts.append(list(sentence[begin:]))
    return [part for part in parts if _has_word(part)]


def _opener_after_link(sentence: Sequence[Word], position: int) -> int | None:
    """Return where a question opens after the link ("and", ", also", ...) at `position`, if one does."""
    if sentence[position].form not in _LINKS:
        return None
    opener = position + 1
    while opener < len(sentence) and sentence[opener].form in _LINKS:
        opener += 1
    return opener if _opens_question(sentence[opener:]) else None


def _opens_question(words: Sequence[Word]) -> bool:
    if len(words) < 2:  # A lone "why" belongs to what stands before it.
        return False
    first, second = words[0].form, words[1].form
    if first in _RELATIVE_WORDS:
        return second in _HELPING_VERBS
    if first in _QUESTION_WORDS:
        return second not in {"not", "n't", "ever"}
    if first in _HELPING_VERBS:
        return second in _SUBJECTS or (first in {"does", "do", "did"} and second not in {"not", "n't", "so"})
    if first in {"tell", "explain"}:
        return second in {"me", "us", "how", "what", "why"}
    return first == "i" and any(word.form in {"know", "wondering", "curious"} for word in words[1:5])


def _stands_alone(left: Sequence[Word], link: Word, right: Sequence[Word]) -> bool:
    """Say whether what stands before the link is whole, so that the question after it is one of its own."""
    forms = [word.form for word in left]
    if not any(form.isalnum() for form in forms):
        return False
    if link.form not in _COORDINATORS and (forms[0] in _SUBORDINATORS or right[0].form in _RELATIVE_WORDS):
        # "If I take aspirin, can I ..." is one question; ", which is ..." goes on about what was said.
        return forms[0] not in _SUBORDINATORS and right[0].form in {"when", "where"}
    begins_question = forms[0] in _QUESTION_WORDS or forms[0] in _HELPING_VERBS
    # "How long and how painful is it": the first half has no verb of its own.
    return not begins_question or len(forms) >= _SHORTEST_QUESTION or forms == ["how", "much"]


def _asks(words: Sequence[Word]) -> bool:
    forms = [word.form for word in words if word.form.isalnum() or "'" in word.form]
    if not forms:
        return False
    lead = next((index for index, form in enumerate(forms) if form not in _LINKS), 0)
    opens = forms[lead] in _QUESTION_WORDS or forms[lead] in _HELPING_VERBS
    if opens or not _ASKING_WORDS.isdisjoint(forms):
        return True
    # "Side effects of PRP" asks; "My knee hurts" tells.
    return len(forms) <= _LONGEST_FRAGMENT and _PERSONS.isdisjoint(forms)


def _has_word(words: Sequence[Word]) -> bool:
    return any(any(letter.isalnum() for letter in word.form) for word in words)
