"""Where one message holds several questions: the rules that split it into clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.nlu.text.question_forms import (
    ASKING_WORDS,
    COORDINATORS,
    HELPING_VERBS,
    LEADING_MARKS,
    LINKS,
    MAX_CLAUSES,
    QUESTION_WORDS,
    SHORT_VERBS,
    SUBJECTS,
    SUBORDINATORS,
    Clause,
    asks_behind,
    clause_of,
    opens,
)
from bot.nlu.text.words import Word, word_set

_SENTENCE_ENDS = frozenset({".", "..", "...", "\u2026", "?", "!", ";"})
# What stands before an item of a list: "1." or a hyphen at the beginning of a line, "2)" and "(b)" anywhere.
_ITEM_MARK = re.compile(
    r"^[ \t]*(?:\d{1,2}[.)]|[a-h]\)|[-*\u2022\u2013])(?=[ \t])|(?<!\S)(?:\(?\d{1,2}|\([a-hA-H])\)(?=\s)", re.MULTILINE
)
# A full stop after these ends no sentence (spaCy keeps it apart from a word in lower case).
_ABBREVIATIONS = frozenset({"dr", "mr", "mrs", "ms", "vs", "approx", "st"})
# "when I bend it", "which is why", "where it hurts" tell something; with one of the verbs after them they ask.
_RELATIVE_WORDS = frozenset({"when", "where", "who", "which", "whose"})
# What stands after the verb of a question, and seldom after one that tells: "does it", "can i".
_PRONOUNS = word_set("i u ya you it they we he she there")
# What may stand before a question word: "roughly how long", "and for which joints".
_HEDGES = word_set("roughly about approximately approx exactly")
_PREPOSITIONS = word_set("for by at in to with from on after")
_ASKED_AFTER_PREPOSITIONS = frozenset({"which", "what", "whom", "whose", "how"})
# After these a question follows in the order of a statement: "I'd like to hear when I can drive", "unsure whether".
_LEADS = word_set(
    "tell know knowing hear learn wonder wondering curious unsure sure understand out matter question ask asking"
)
_FURTHEST_LEAD = 4
_LONGEST_LEAD = 10
# After these a question is still the same one: "can you tell me how long it takes".
_LEADS_ON = word_set("me us about of on to for or matter depend depends")
_SHORTEST_QUESTION = 3
# What may stand before a question that hangs on the one before it: "if not, how much is it".
_CONDITIONS = (["if", "not"], ["if", "so"], ["if", "yes"])


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
        found = _clauses_of(sentence)
        for number, (stretch, embedded) in enumerate(found):
            last = number == len(found) - 1
            clause = clause_of(stretch, ends_in_question_mark=last and ends_in_question_mark)
            clauses.append(Clause(clause.words, asks=True, opens=True) if embedded else clause)
    if len(clauses) > MAX_CLAUSES:
        chosen = sorted(range(len(clauses)), key=lambda index: (not clauses[index].asks, index))[:MAX_CLAUSES]
        clauses = [clauses[index] for index in sorted(chosen)]
    return clauses


def _sentences(text: str, words: Sequence[Word]) -> list[list[Word]]:
    sentences: list[list[Word]] = [[]]
    marks = [match.span() for match in _ITEM_MARK.finditer(text)]
    for word in words:
        sentence = sentences[-1]
        if any(start <= word.start and word.end <= end for start, end in marks):
            sentences.append([])
            continue
        if sentence:
            after_end = sentence[-1].form in _SENTENCE_ENDS and word.form not in _SENTENCE_ENDS
            abbreviated = sentence[-1].form == "." and len(sentence) > 1 and sentence[-2].form in _ABBREVIATIONS
            if (after_end and not abbreviated) or "\n" in text[sentence[-1].end : word.start]:
                sentences.append([])
        sentences[-1].append(word)
    return [sentence for sentence in sentences if _has_word(sentence)]


def _clauses_of(sentence: Sequence[Word]) -> list[tuple[list[Word], bool]]:
    """Return the clauses of a sentence, each with whether it is a question in the order of a statement."""
    clauses: list[tuple[list[Word], bool]] = []
    begin = position = 0
    embedded = False
    while position < len(sentence):
        left, right = sentence[begin:position], sentence[position:]
        opener = _opener_after_link(sentence, position)
        if opener is not None and _stands_alone(left, sentence[position], sentence[opener:]):
            clauses.append((list(left), embedded))
            begin, position, embedded = opener, opener, _asks_whether(left, sentence[opener:])
        elif _runs_on(left, right):
            clauses.append((list(left), embedded))
            begin, embedded = position, False
        elif not embedded and not opens(left) and _leads_to(left, right):
            clauses.append((list(left), False))
            begin, embedded = position, True
        position += 1
    clauses.append((list(sentence[begin:]), embedded))
    return [clause for clause in clauses if _has_word(clause[0])]


def _leads_to(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Say whether a question follows in the order of a statement: "... to hear" and "when I can drive"."""
    if len(right) < _SHORTEST_QUESTION or right[0].form not in QUESTION_WORDS | {"whether"}:
        return False
    return any(word.form in _LEADS for word in left[-_FURTHEST_LEAD:])


def _runs_on(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Say whether a second question follows without a link: "how soon does it work how long does it last"."""
    forms, after = [word.form for word in left], [word.form for word in right[:4]]
    if len(forms) < _SHORTEST_QUESTION or len(after) < _SHORTEST_QUESTION:
        return False
    asked = after[0] == "how" and not HELPING_VERBS.isdisjoint(after[2:])
    inverted = after[0] in HELPING_VERBS and after[1] in _PRONOUNS
    # "Can you tell me how many sessions" still waits for its "do I need".
    latest = max((place for place, form in enumerate(forms) if form in QUESTION_WORDS), default=0)
    whole = forms[0] in QUESTION_WORDS | HELPING_VERBS and not (HELPING_VERBS | SHORT_VERBS).isdisjoint(forms[latest:])
    unfinished = ASKING_WORDS | LINKS | _LEADS_ON | HELPING_VERBS | QUESTION_WORDS | _PREPOSITIONS
    return (asked or inverted) and whole and forms[-1] not in unfinished


def _opener_after_link(sentence: Sequence[Word], position: int) -> int | None:
    """Return where a question opens after the link ("and", ", also", ...) at `position`, if one does."""
    if sentence[position].form not in LINKS:
        return None
    opener = position + 1
    while opener < len(sentence) and sentence[opener].form in LINKS:
        opener += 1
    if [word.form for word in sentence[opener : opener + 2]] in _CONDITIONS:
        opener += 2
    right = sentence[opener:]
    if _opens_question(right):
        return opener
    # After a comma ", by which time" only tells, and ", whether by car or train" goes on.
    linked = any(word.form in COORDINATORS | {"if"} for word in sentence[position:opener])
    begins_clause = bool(right) and right[0].form in SUBORDINATORS
    asks = (
        _asks_with_preposition(right)
        or _asks_whether(sentence[:position], right)
        or (begins_clause and asks_behind(right))
    )
    return opener if linked and asks else None


def _asks_with_preposition(words: Sequence[Word]) -> bool:
    forms = [word.form for word in words[:2]]
    return len(words) > 2 and forms[0] in _PREPOSITIONS and forms[1] in _ASKED_AFTER_PREPOSITIONS


def _asks_whether(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Say whether it is the second of what somebody wants to know: "what it means and whether it hurts".

    "If" says as much where something was to be told, and no condition: "explain what it is and if I can have it".
    """
    if len(right) < _SHORTEST_QUESTION or right[1].form == "or":
        return False
    if right[0].form == "whether":
        return True
    to_be_told = any(word.form in _LEADS | {"explain", "describe"} for word in left)
    is_condition = asks_behind(right) or any(word.form in {",", "then"} for word in right)
    return right[0].form == "if" and to_be_told and not is_condition


def _opens_question(words: Sequence[Word]) -> bool:
    if len(words) < 2:  # A lone "why" belongs to what stands before it.
        return False
    first, second = words[0].form, words[1].form
    if first in _HEDGES:
        return second == "how" and len(words) > 2
    if first in _RELATIVE_WORDS:
        return second in HELPING_VERBS | SHORT_VERBS or (first, second) == ("which", "one")
    if first in QUESTION_WORDS:
        return second not in {"not", "n't", "ever"}
    if first in HELPING_VERBS:
        return (
            second in SUBJECTS
            or second.isdigit()
            or (first in {"does", "do", "did"} and second not in {"not", "n't", "so"})
        )
    if first in {"tell", "explain"}:
        return second in {"me", "us", "how", "what", "why"}
    if first == "i" and any(word.form in {"know", "wondering", "curious"} for word in words[1:5]):
        return True
    # "..., and I was also hoping to learn how long it takes"
    return any(_leads_to(words[:place], words[place:]) for place in range(2, min(len(words), _LONGEST_LEAD)))


def _stands_alone(left: Sequence[Word], link: Word, right: Sequence[Word]) -> bool:
    """Say whether what stands before the link is whole, so that the question after it is one of its own."""
    forms = [word.form for word in left]
    if not any(form.isalnum() for form in forms):
        return False
    if link.form in LEADING_MARKS:
        return True
    if link.form not in COORDINATORS and (forms[0] in SUBORDINATORS or right[0].form in _RELATIVE_WORDS):
        # "If I take aspirin, can I ..." is one question; ", which is ..." goes on about what was said.
        return forms[0] not in SUBORDINATORS and right[0].form in {"when", "where"}
    begins_question = forms[0] in QUESTION_WORDS or forms[0] in HELPING_VERBS
    # "How long and how painful is it": the first half has no verb of its own.
    return not begins_question or len(forms) >= _SHORTEST_QUESTION or forms == ["how", "much"]


def _has_word(words: Sequence[Word]) -> bool:
    return any(any(letter.isalpha() for letter in word.form) for word in words)
