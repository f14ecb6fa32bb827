"""Where one message holds several questions: the rules that split it into clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.text.words import Word

MAX_CLAUSES = 5


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SENTENCE_ENDS = frozenset({".", "..", "...", "\u2026", "?", "!", ";"})
# What stands before an item of a list: "1." or a hyphen at the beginning of a line, "2)" anywhere.
_ITEM_MARK = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*\u2022\u2013])(?=[ \t])|(?<!\S)\(?\d{1,2}\)(?=\s)", re.MULTILINE)
# A full stop after these ends no sentence (spaCy keeps it apart from a word in lower case).
_ABBREVIATIONS = frozenset({"dr", "mr", "mrs", "ms", "vs", "approx", "st"})
_COORDINATORS = frozenset({"and", "&", "also", "plus", "but", "so", "then", "n", "+", "/"})
# What stands before these only leads in: "quick one: is there parking".
_LEADING_MARKS = frozenset({":", "("})
_LINKS = _COORDINATORS | _LEADING_MARKS | {",", "-", "\u2013", "\u2014"}

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
# What stands after the verb of a question, and seldom after one that tells: "does it", "can i".
_PRONOUNS = _set("i u ya you it they we he she there")
# "When's the second": a helping verb in short.
_SHORT_VERBS = frozenset({"'s", "'re", "'ll", "'d", "s"})
# What may stand before a question word: "roughly how long", "and for which joints".
_HEDGES = _set("roughly about approximately approx exactly")
_PREPOSITIONS = _set("for by at in to with from on after")
_ASKED_AFTER_PREPOSITIONS = frozenset({"which", "what", "whom", "whose", "how"})
# Words after which a clause asks without being a question: "tell me the price", "looking for your hours".
_ASKING_WORDS = _set(
    """
    tell know wondering wonder curious explain looking info information interested question clarify advise
    hear learn unsure describe facts details
    """
)
# After these a question follows in the order of a statement: "I'd like to hear when I can drive", "unsure whether".
_LEADS = _set(
    "tell know knowing hear learn wonder wondering curious unsure sure understand out matter question ask asking"
)
_FURTHEST_LEAD = 4
_LONGEST_LEAD = 10
# Said for politeness; no item of a list.
_POLITE = _set("please pls plz thanks thank you thx kindly")
# Requests in the form of an order.
_ORDERS = _set("tell explain describe walk compare list show")
# Words that say nothing by themselves: what has no other word is no half of a list ("will I be in and out").
_EMPTY = _set(
    """
    i you he she it we they me my your his her our their this that these those one ones the a an some any other another
    in out on off at to of for with up down so too also just only then there here not no yes or both all each many much
    get gets got go have has had be been being been 's two three four five six seven eight nine ten first second third
    """
)
# What begins so goes on with the half before it: "between the rounds", "like three hours".
_GOES_ON = _set(
    """
    in on at to of for from with without by between during after before until till since like as than than or not
    because if when while where who that especially including preferably mainly such
    """
)
# After these a question is still the same one: "can you tell me how long it takes".
_LEADS_ON = _set("me us about of on to for or matter depend depends")
_TOLD_SUBJECTS = _set("i you he she it we they the my your his her our their this that")
_PERSONS = _set("i i'm im my me we he she they you your it his her our was were am have has had")
_LONGEST_FRAGMENT = 6
_SHORTEST_QUESTION = 3
# What may stand before a question that hangs on the one before it: "if not, how much is it".
_CONDITIONS = (["if", "not"], ["if", "so"], ["if", "yes"])
# Where a list of topics may be cut; "n" and "+" are how they text it.
_JOINTS = frozenset({"and", "&", "plus", "n", "+", "/", ","})
_MOST_JOINTS = 3
_MOST_HALVES = 2
_LONGEST_LIST = 24


@dataclass(frozen=True)
class Clause:
    """A stretch of a message.

    Attributes:
        words: Its words, in order.
        asks: Whether it has the form of a question (or of a bare topic, "side effects"), not of something told.
        opens: Whether it begins as a question does ("is it", "how long"), which a bare topic does not.
    """

    words: tuple[Word, ...]
    asks: bool
    opens: bool = False


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
        for number, (part, embedded) in enumerate(parts):
            last = number == len(parts) - 1
            clause = _clause(part, ends_in_question_mark=last and ends_in_question_mark)
            clauses.append(Clause(clause.words, asks=True, opens=True) if embedded else clause)
    if len(clauses) > MAX_CLAUSES:
        chosen = sorted(range(len(clauses)), key=lambda index: (not clauses[index].asks, index))[:MAX_CLAUSES]
        clauses = [clauses[index] for index in sorted(chosen)]
    return clauses


def items(words: Sequence[Word]) -> list[Clause]:
    """Cut a clause at all of its joints, as a list of topics: "side effects / downtime / price".

    Args:
        words: The clause's words.

    Returns:
        The items; none if it is no list of three or more, or too long for one.
    """
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.form in _JOINTS:
            parts.append([])
        else:
            parts[-1].append(word)
    parts = [part for part in parts if not _is_polite(part)]
    if len(words) > _LONGEST_LIST or not _MOST_HALVES < len(parts) <= MAX_CLAUSES or not all(map(_is_whole, parts)):
        return []
    return [_clause(part) for part in parts]


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
        while left and left[-1].form in _LINKS:
            left = left[:-1]
        while right and right[0].form in _LINKS:
            right = right[1:]
        if _is_polite(right):
            continue
        if _is_whole(left) and _is_whole(right) and not _is_held_together(left):
            pairs.append((_clause(left), _clause(right)))
    return pairs


def _is_polite(part: Sequence[Word]) -> bool:
    return _POLITE.issuperset(_spoken(part))


def _is_whole(half: Sequence[Word]) -> bool:
    if not half or (half[0].form in _GOES_ON and not _opens(half)) or _lacks_its_verb(half):
        return False
    return any(form not in _EMPTY | _HELPING_VERBS | _QUESTION_WORDS for form in _spoken(half))


def _lacks_its_verb(half: Sequence[Word]) -> bool:
    """Say whether a half is only the beginning of a question: the "how long" of "how long and how bad is it"."""
    forms = _spoken(half)
    return forms[:1] == ["how"] and forms != ["how", "much"] and _HELPING_VERBS.isdisjoint(forms) and "to" not in forms


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
    verb = 1 if forms[0] in _QUESTION_WORDS else 0
    opening = left.words[: verb + 2]
    whole = len(forms) > verb + 2 and forms[verb] in _HELPING_VERBS and forms[verb + 1] in _SUBJECTS
    return Clause((*opening, *right.words), asks=True, opens=True) if whole and not right.opens else None


def without_links(words: Sequence[Word]) -> Sequence[Word]:
    """Return words without what only links them to what stood before: the "and" of "and the side effects".

    Args:
        words: The words of a stretch of text.
    """
    first = next((place for place, word in enumerate(words) if word.form not in _LINKS), 0)
    return words[first:]


def joined(first: Clause, second: Clause) -> Clause:
    """Make one clause of what is told and the question after it, as of "I am pregnant, could I have it?"."""
    return Clause((*first.words, *second.words), asks=True, opens=second.opens)


def _clause(words: Sequence[Word], *, ends_in_question_mark: bool = False) -> Clause:
    return Clause(tuple(words), _asks(words) or ends_in_question_mark, _opens(words))


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


def _parts(sentence: Sequence[Word]) -> list[tuple[list[Word], bool]]:
    """Return the clauses of a sentence, each with whether it is a question in the order of a statement."""
    parts: list[tuple[list[Word], bool]] = []
    begin = position = 0
    embedded = False
    while position < len(sentence):
        left, right = sentence[begin:position], sentence[position:]
        opener = _opener_after_link(sentence, position)
        if opener is not None and _stands_alone(left, sentence[position], sentence[opener:]):
            parts.append((list(left), embedded))
            begin, position, embedded = opener, opener, False
        elif _runs_on(left, right):
            parts.append((list(left), embedded))
            begin, embedded = position, False
        elif not embedded and not _opens(left) and _leads_to(left, right):
            parts.append((list(left), False))
            begin, embedded = position, True
        position += 1
    parts.append((list(sentence[begin:]), embedded))
    return [part for part in parts if _has_word(part[0])]


def _leads_to(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Say whether a question follows in the order of a statement: "... to hear" and "when I can drive"."""
    if len(right) < _SHORTEST_QUESTION or right[0].form not in _QUESTION_WORDS | {"whether"}:
        return False
    return any(word.form in _LEADS for word in left[-_FURTHEST_LEAD:])


def _runs_on(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Say whether a second question follows without a link: "how soon does it work how long does it last"."""
    forms, after = [word.form for word in left], [word.form for word in right[:4]]
    if len(forms) < _SHORTEST_QUESTION or len(after) < _SHORTEST_QUESTION:
        return False
    asked = after[0] == "how" and not _HELPING_VERBS.isdisjoint(after[2:])
    inverted = after[0] in _HELPING_VERBS and after[1] in _PRONOUNS
    # "Can you tell me how many sessions" still waits for its "do I need".
    latest = max((place for place, form in enumerate(forms) if form in _QUESTION_WORDS), default=0)
    whole = forms[0] in _QUESTION_WORDS | _HELPING_VERBS and not (_HELPING_VERBS | _SHORT_VERBS).isdisjoint(
        forms[latest:]
    )
    unfinished = _ASKING_WORDS | _LINKS | _LEADS_ON | _HELPING_VERBS | _QUESTION_WORDS | _PREPOSITIONS
    return (asked or inverted) and whole and forms[-1] not in unfinished


def _opener_after_link(sentence: Sequence[Word], position: int) -> int | None:
    """Return where a question opens after the link ("and", ", also", ...) at `position`, if one does."""
    if sentence[position].form not in _LINKS:
        return None
    opener = position + 1
    while opener < len(sentence) and sentence[opener].form in _LINKS:
        opener += 1
    if [word.form for word in sentence[opener : opener + 2]] in _CONDITIONS:
        opener += 2
    if _opens_question(sentence[opener:]):
        return opener
    # After a comma ", by which time" only tells.
    linked = any(word.form in _COORDINATORS for word in sentence[position:opener])
    return opener if linked and _asks_with_preposition(sentence[opener:]) else None


def _asks_with_preposition(words: Sequence[Word]) -> bool:
    forms = [word.form for word in words[:2]]
    return len(words) > 2 and forms[0] in _PREPOSITIONS and forms[1] in _ASKED_AFTER_PREPOSITIONS


def _opens_question(words: Sequence[Word]) -> bool:
    if len(words) < 2:  # A lone "why" belongs to what stands before it.
        return False
    first, second = words[0].form, words[1].form
    if first in _HEDGES:
        return second == "how" and len(words) > 2
    if first in _RELATIVE_WORDS:
        return second in _HELPING_VERBS | _SHORT_VERBS or (first, second) == ("which", "one")
    if first in _QUESTION_WORDS:
        return second not in {"not", "n't", "ever"}
    if first in _HELPING_VERBS:
        return (
            second in _SUBJECTS
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
    if link.form in _LEADING_MARKS:
        return True
    if link.form not in _COORDINATORS and (forms[0] in _SUBORDINATORS or right[0].form in _RELATIVE_WORDS):
        # "If I take aspirin, can I ..." is one question; ", which is ..." goes on about what was said.
        return forms[0] not in _SUBORDINATORS and right[0].form in {"when", "where"}
    begins_question = forms[0] in _QUESTION_WORDS or forms[0] in _HELPING_VERBS
    # "How long and how painful is it": the first half has no verb of its own.
    return not begins_question or len(forms) >= _SHORTEST_QUESTION or forms == ["how", "much"]


def _asks(words: Sequence[Word]) -> bool:
    forms = _spoken(words)
    if not forms:
        return False
    if _opens(words) or not _ASKING_WORDS.isdisjoint(forms):
        return True
    # "Side effects of PRP" asks; "My knee hurts" tells.
    return len(forms) <= _LONGEST_FRAGMENT and _PERSONS.isdisjoint(forms)


def _opens(words: Sequence[Word]) -> bool:
    forms = _spoken(words)
    begin = next((index for index, form in enumerate(forms) if form not in _LINKS), len(forms))
    lead, *after = forms[begin:] or [""]
    if lead == "when" and not _TOLD_SUBJECTS.isdisjoint(after[:1]):  # "When I get the shot, ..." only says when.
        return False
    return lead in _QUESTION_WORDS or lead in _HELPING_VERBS or lead in _ORDERS


def _spoken(words: Sequence[Word]) -> list[str]:
    return [word.form for word in words if word.form.isalnum() or "'" in word.form]


def _has_word(words: Sequence[Word]) -> bool:
    return any(any(letter.isalpha() for letter in word.form) for word in words)
