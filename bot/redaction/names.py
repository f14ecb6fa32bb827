"""Names of people: known given names anywhere, and other words where what stands around them says that they are one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading.folding import fold
from bot.redaction.addresses import joined
from bot.redaction.details import Detail, DetailKind
from bot.redaction.words import WORD, RedactionWords, plain_apostrophes

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir"})
_MOST_WORDS = 4
_ENDS = re.compile(r"[.!?\n]\s*$")
_LINE_OF_NAME = re.compile(r"[^\W\d_a-z]?[\w.' -]{1,60}")
_FIRST_OF_ALL = re.compile(r"\s*(?:[,:/(;-]|\u2013|\u2014|$)|\s+[(+]?\d|\s*<")


@dataclass(frozen=True, kw_only=True)
class Token:
    """A word of a text.

    Attributes:
        start: Where it begins.
        end: Where it ends, without a possessive.
        word: The same in small letters.
        capital: Whether it begins with a capital.
        initial: Whether it is one letter that stands for a name.
        owns: Whether it had a possessive.
        opens: Whether it begins a sentence.
    """

    start: int
    end: int
    word: str
    capital: bool
    initial: bool
    owns: bool
    opens: bool


class Names:
    """Finds names of people.

    Args:
        words: The lists of names and of what stands around them.
    """

    def __init__(self, words: RedactionWords) -> None:
        self._words = words
        groups = words.groups
        self._never = words.ordinary.union(*(groups[name] for name in ("eponyms", "birth_words", "id_words")))

    def find(self, text: str, details: Sequence[Detail] = (), known: Sequence[str] = ()) -> list[Detail]:
        """Give the names in a text in its plain form.

        Args:
            text: The text.
            details: What else was found in it; no name is looked for there.
            known: Names that are known to be somebody's.
        """
        of_known = frozenset(word for name in known for word in _name_words(name)) - self._words.ordinary
        text = plain_apostrophes(text)
        tokens = [token for token in _tokens(text) if not any(one.overlaps(token.start, token.end) for one in details)]
        spans = [
            self._whole(text, tokens, place)
            for place, token in enumerate(tokens)
            if token.word in of_known or self._is_name(text, tokens, place)
        ]
        spans += self._signed(text, tokens)
        return [Detail(start=start, end=end, kind=DetailKind.NAME) for start, end in joined(spans)]

    def _is_name(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        token = tokens[place]
        word = token.word
        if len(word) < 2 or word in _TITLES or self._belongs_elsewhere(text, tokens, place):
            return False
        if word in self._words.given:
            return True
        if self._said(text, tokens, place, "sure_before"):
            return self._is_free(word) or (word in self._words.also_words)
        said = self._said(text, tokens, place, "before") or self._begins_as_name(text, tokens, place)
        if word in self._words.groups["months"]:
            return said and (token.capital or self._stands_alone(text, tokens, place))
        if word in self._words.also_words:
            return (said and self._stands_alone(text, tokens, place)) or self._has_own_capital(text, tokens, place)
        return said and token.capital and self._is_free(word) and not _is_shouting(text)

    def _has_own_capital(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        """Say whether a word has a capital that neither a sentence's begin nor a title gives it."""
        token, behind = tokens[place], _right_behind(text, tokens, place)[:1]
        beside = [*behind, *(tokens[place - 1 : place] if place else ())]
        in_title = any(one.capital and not one.opens and one.word in self._words.ordinary for one in beside)
        return token.capital and not token.opens and not in_title and not _is_shouting(text)

    def _is_free(self, word: str) -> bool:
        """Say whether a word is none that a text has anyway; "I'd" is a form of one."""
        stem = word.split("'", maxsplit=1)[0]
        is_form = stem != word and (stem == "i" or stem in self._words.ordinary)
        return not is_form and word not in self._never

    def _belongs_elsewhere(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        """Say whether a word is part of a place's, a disease's, a firm's or a holiday's name."""
        groups, token = self._words.groups, tokens[place]
        before = tokens[place - 1].word if place else ""
        if token.word in groups["places"] and before in groups["place_before"]:
            return True
        if self._is_in_phrase(tokens, place):
            return True
        if token.word in groups["eponyms"] and not self._said(text, tokens, place, "sure_before"):
            return True
        behind = _right_behind(text, tokens, place)
        heads = groups["heads"] if token.owns else groups["heads"] | groups["loose_heads"]
        return any(one.word in heads for one in behind[:1]) or (
            len(behind) > 1 and token.capital and behind[0].capital and behind[1].word in groups["heads"]
        )

    def _is_in_phrase(self, tokens: Sequence[Token], place: int) -> bool:
        for phrase in self._words.phrases["eponym_phrases"]:
            for first in range(max(0, place - len(phrase) + 1), place + 1):
                if tuple(token.word for token in tokens[first : first + len(phrase)]) == phrase:
                    return True
        return False

    def _said(self, text: str, tokens: Sequence[Token], place: int, group: str) -> bool:
        """Say whether one of a group's phrases stands right before a word or its initials, in the same sentence."""
        while place > 1 and tokens[place - 1].initial:
            place -= 1
        for phrase in self._words.phrases[group]:
            first = place - len(phrase)
            if first >= 0 and tuple(_bare(token.word) for token in tokens[first:place]) == tuple(map(_bare, phrase)):
                between = text[tokens[place - 1].end : tokens[place].start]
                if not re.search(r"[.!?;\n]", between) or tokens[place - 1].word in _TITLES:
                    return True
        return False

    def _begins_as_name(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        """Say whether a message begins with this word as it begins with a name: "Chloe: yes", "gene here"."""
        if place > 2 or text[: tokens[0].start].strip() or any(not token.capital for token in tokens[:place]):
            return False
        token = tokens[place]
        if place == 0 and len(tokens) > 1 and tokens[1].word in {phrase[0] for phrase in self._words.phrases["after"]}:
            return True
        last = place
        while last + 1 < len(tokens) and tokens[last + 1].capital and self._is_free(tokens[last + 1].word):
            last += 1
        if not all(self._is_free(one.word) for one in tokens[: last + 1]):
            return False
        is_known = last > 0 or token.word in self._words.family
        return token.capital and is_known and bool(_FIRST_OF_ALL.match(text, tokens[last].end))

    def _stands_alone(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        """Say whether nothing goes on from a word as from an ordinary one ("its bill," but not "its bill is")."""
        token = tokens[place]
        behind = tokens[place + 1].word if place + 1 < len(tokens) else ""
        after = text[token.end :].lstrip(" ")[:1]
        return (
            not after or after in ",.!?;:(\n-" or behind in {"here", "from", "again", "i", "he", "she", "said", "says"}
        )

    def _whole(self, text: str, tokens: Sequence[Token], place: int) -> tuple[int, int]:
        """Give the whole name around a word of it: its title, initials, particles and the family's name."""
        first = last = place
        while first > 0 and _touches(text, tokens[first - 1], tokens[first]) and self._leads(tokens, first - 1):
            first -= 1
        while last - place < _MOST_WORDS and last + 1 < len(tokens) and _touches(text, tokens[last], tokens[last + 1]):
            if not self._follows(tokens, last + 1, tokens[place]):
                break
            last += 1
        return tokens[first].start, tokens[last].end

    def _leads(self, tokens: Sequence[Token], place: int) -> bool:
        token = tokens[place]
        is_name = token.capital and self._is_free(token.word) and not (token.opens and len(token.word) < 3)
        return token.word in _TITLES or token.initial or is_name

    def _follows(self, tokens: Sequence[Token], place: int, head: Token) -> bool:
        token = tokens[place]
        if token.word in self._words.groups["heads"]:
            return False
        if token.initial or (
            token.word in self._words.groups["particles"] and place + 1 < len(tokens) and tokens[place + 1].capital
        ):
            return True
        if token.capital:
            return self._is_free(token.word) or (head.capital and token.word in self._words.also_words)
        return (
            not head.capital
            and self._is_free(token.word)
            and (token.word in self._words.family or token.word in self._words.given)
        )

    def _signed(self, text: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Give the name that a message is signed with, or that is all of it."""
        line_start = text.rstrip().rfind("\n") + 1
        last_line = [token for token in tokens if token.start >= line_start]
        for first in range(len(tokens)):
            rest = tokens[first:]
            if not 1 <= len(rest) <= _MOST_WORDS or not self._could_be(rest, text):
                continue
            if first == 0 or rest == last_line or self._is_sign_off(text, tokens, first):
                return [(rest[0].start, rest[-1].end)]
        return []

    def _is_sign_off(self, text: str, tokens: Sequence[Token], first: int) -> bool:
        between = text[tokens[first - 1].end : tokens[first].start]
        if not re.fullmatch(r"\s*[,.!-]*\s*", between) or not re.search(r"[,.!\n-]", between):
            return False
        words = tuple(token.word for token in tokens[:first])
        return any(words[-len(phrase) :] == phrase for phrase in self._words.phrases["sign_offs"])

    def _could_be(self, tokens: Sequence[Token], text: str) -> bool:
        """Say whether some last words of a text could all be a name's, one of them no mere initial."""
        if re.search(r"\w", text[tokens[-1].end :]) or _is_shouting(text):
            return False
        known = [token.word in self._words.given or token.word in self._words.also_words for token in tokens]
        return all(
            token.initial or is_known or (token.capital and self._is_free(token.word))
            for token, is_known in zip(tokens, known, strict=True)
        ) and any(token.capital and len(token.word) > 1 for token in tokens)


def _tokens(text: str) -> list[Token]:
    found = []
    for match in WORD.finditer(text):
        raw = match.group().rstrip(".")
        end = match.start() + len(raw)
        initial = len(raw) == 1 and (match.group().endswith(".") or raw.isupper()) and raw not in {"I", "A"}
        owns = raw.lower().endswith("'s") and len(raw) > 3
        if owns:
            raw = raw[:-2]
            end -= 2
        before = text[: match.start()]
        found.append(
            Token(
                start=match.start(),
                end=end + (initial and text[end : end + 1] == "."),
                word=raw.lower(),
                capital=raw[0].isupper(),
                initial=initial,
                owns=owns,
                opens=not before.strip() or bool(_ENDS.search(before)),
            )
        )
    return found


def _name_words(name: str) -> list[str]:
    return [token.word for token in _tokens(plain_apostrophes(fold(name))) if len(token.word) > 1]


def _right_behind(text: str, tokens: Sequence[Token], place: int) -> Sequence[Token]:
    """Give the one or two words that follow a word with nothing but spaces between."""
    last = place
    while last < place + 2 and last + 1 < len(tokens) and _touches(text, tokens[last], tokens[last + 1]):
        last += 1
    return tokens[place + 1 : last + 1]


def _touches(text: str, left: Token, right: Token) -> bool:
    return text[left.end : right.start] in {" ", "-", ". ", "'s ", "' "}


def _bare(word: str) -> str:
    return word.replace("'", "").rstrip(".")


def _is_shouting(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 12 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters)
