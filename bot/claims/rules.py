"""Which claims a text makes that no text to a patient may: cures, promises, doses, stopping a medicine.

The rules are the clinic's (`data/knowledge/claims.yml`); here stands only how they are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.claims.text import ClaimText, read_text
from bot.errors import ContentError
from bot.settings import load_settings
from bot.yaml_file import line_of, read_yaml

FILE = "claims.yml"
_NUMBER = r"(?:\d[\d.,]*|half|one|two|three|four|five|six|seven|eight|nine|ten)"
_GAP = r"(?: (?!{negations})[^ ;.]+){{0,6}}? "
_PART = re.compile(r"^(?:\.\.\.|[\w%'*|{}]+)$")
_PLAIN_WORD = re.compile(r"(?<= )\w+(?= )")
_FEW_WORDS = 2
"""What leads to a value of clinic.yml, and says nothing by itself."""
_LIMITS = ("with", "fine_with", "fine_beside", "denied_by")
_KEYS = {"slug", "reason", "any", *_LIMITS}


@dataclass(frozen=True, kw_only=True)
class ClaimWarning:
    """A claim found in a text.

    Attributes:
        rule: The slug of the rule.
        reason: What is wrong with it and what to say instead, for the writer.
        found: The words, as they stand in the text.
        start: Where they begin.
        end: Where they end (exclusive).
    """

    rule: str
    reason: str
    found: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class _Rule:
    slug: str
    reason: str
    claims: re.Pattern[str]
    beside: re.Pattern[str] | None
    fine_with: re.Pattern[str] | None
    fine_beside: re.Pattern[str] | None
    denied_by: re.Pattern[str]


class ClaimRules:
    """Finds claims; the same text always gives the same warnings."""

    def __init__(
        self, rules: Sequence[_Rule], not_negations: re.Pattern[str], advice: re.Pattern[str] | None = None
    ) -> None:
        """Keep rules that `from_file` has read."""
        self._rules = tuple(rules)
        self._not_negations = not_negations
        self._advice = advice

    @classmethod
    def from_file(cls, path: Path) -> ClaimRules:
        """Read the rules.

        Raises:
            ContentError: The file is broken; names file and line.
        """
        raw = read_yaml(path)
        lists = {str(name): _words_in(path, raw["lists"], name, {}) for name in raw.get("lists") or {}}
        items = raw.get("forbidden")
        if not isinstance(items, list) or not items:
            raise ContentError(path, "must hold a list under 'forbidden:'.", 1)
        negations = _any_of(_words_in(path, raw, "negations", lists))
        rules = [_rule(path, item, lists, negations, line_of(items, at)) for at, item in enumerate(items)]
        advice = _any_of(_words_in(path, raw, "advice", lists)) if "advice" in raw else None
        return cls(rules, _any_of(_words_in(path, raw, "not_negations", lists)), advice)

    def check(self, text: str) -> list[ClaimWarning]:
        """List the claims of a text in the order of the text, one for each rule and sentence."""
        read = read_text(text)
        found = [warning for rule in self._rules for warning in self._broken(rule, read)]
        return sorted(found, key=lambda warning: (warning.start, warning.rule))

    def more_than_advice(self, text: str) -> str | None:
        """Give the first sentence of a text that does more than tell a patient what to ask, tell or do; None if none.

        Such text needs no source; nor does what clinic.yml says (`{clinic.parking}`). A number comes from somewhere.
        """
        read = read_text(text)
        for start, sentence in read.sentences():
            # A value, alone or with what leads to it, as in "Our hours are ...".
            if " {clinic." in sentence and len(_PLAIN_WORD.findall(sentence)) <= _FEW_WORDS:
                continue
            is_advice = self._advice is not None and self._advice.search(sentence) is not None
            if not is_advice or any(word[0].isdigit() for word in sentence.split()):
                first, last = read.place(start + 1, start + len(sentence) - 1)
                return read.text[first:last]
        return None

    def _broken(self, rule: _Rule, read: ClaimText) -> list[ClaimWarning]:
        warnings = []
        before = ""
        for start, sentence in read.sentences():
            if self._applies(rule, sentence, before, read.paragraph(start)):
                match = next(
                    (m for m in rule.claims.finditer(sentence) if not self._is_denied(rule, sentence, m)), None
                )
                if match is not None:
                    first, last = read.place(start + match.start(), start + match.end())
                    warnings.append(
                        ClaimWarning(
                            rule=rule.slug, reason=rule.reason, found=read.text[first:last], start=first, end=last
                        )
                    )
            before = sentence
        return warnings

    def _applies(self, rule: _Rule, sentence: str, before: str, paragraph: str) -> bool:
        if rule.fine_with is not None and rule.fine_with.search(sentence):
            return False
        if rule.fine_beside is not None and rule.fine_beside.search(paragraph):
            return False
        return rule.beside is None or rule.beside.search(f"{before}{sentence}") is not None

    def _is_denied(self, rule: _Rule, sentence: str, match: re.Match[str]) -> bool:
        clause = sentence[: match.start()].rpartition(" ; ")[2]
        return rule.denied_by.search(self._not_negations.sub(" ", f" {clause} ")) is not None


def check_claims(text: str) -> list[ClaimWarning]:
    """List the claims that a text makes and must not, by this clinic's rules.

    Args:
        text: An answer, a fixed response or a staff member's reply.

    Raises:
        ContentError: The rules are broken.
    """
    return _clinic_rules(load_settings().knowledge_path / FILE).check(text)


def more_than_advice(text: str) -> str | None:
    """Give the first sentence of a text that is no plain advice, by this clinic's rules; None if there is none."""
    return _clinic_rules(load_settings().knowledge_path / FILE).more_than_advice(text)


@lru_cache(maxsize=1)
def _clinic_rules(path: Path) -> ClaimRules:
    return ClaimRules.from_file(path)


def _rule(
    path: Path, item: object, lists: Mapping[str, tuple[str, ...]], negations: re.Pattern[str], line: int | None
) -> _Rule:
    if not isinstance(item, dict) or not {"slug", "reason", "any"} <= set(item) <= _KEYS:
        raise ContentError(path, f"each rule needs slug, reason and any; allowed are {', '.join(sorted(_KEYS))}.", line)
    # "The FDA has not approved": what is denied in between is no claim.
    gap = _GAP.format(negations=negations.pattern.removeprefix("(?<= )"))
    claims = [pattern.replace(" ... ", gap) for pattern in _words_in(path, item, "any", lists)]
    limits = {key: _any_of(_words_in(path, item, key, lists)) for key in _LIMITS if key in item}
    return _Rule(
        slug=str(item["slug"]),
        reason=str(item["reason"]),
        claims=re.compile(rf"(?<= )(?:{'|'.join(claims)})(?= )"),
        beside=limits.get("with"),
        fine_with=limits.get("fine_with"),
        fine_beside=limits.get("fine_beside"),
        denied_by=limits.get("denied_by", negations),
    )


def _words_in(path: Path, node: object, key: object, lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Read a list of words as patterns."""
    words = node.get(key) if isinstance(node, dict) else None
    if not isinstance(words, list) or not words:
        raise ContentError(path, f"'{key}' must be a list of words.", line_of(node, key))
    for at, word in enumerate(words):
        if not isinstance(word, str):
            raise ContentError(path, f"'{key}': {word!r} must be a text; put it into quotes.", line_of(words, at))
    return tuple(_pattern(path, str(word), lists, line_of(words, at)) for at, word in enumerate(words))


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<= )(?:{'|'.join(patterns)})(?= )")


def _pattern(path: Path, line: str, lists: Mapping[str, tuple[str, ...]], number: int | None) -> str:
    """Turn a line of the file into a regular expression over words that single spaces part."""
    parts = line.casefold().split()
    if not parts or parts[0] == "..." or parts[-1] == "...":
        raise ContentError(path, f"'{line}' must begin and end with a word.", number)
    for part in parts:
        if not _PART.match(part):
            raise ContentError(path, f"'{line}': '{part}' cannot be read; the head of the file says how.", number)
    return " ".join(part if part == "..." else _choice(path, part, lists, number) for part in parts)


def _choice(path: Path, part: str, lists: Mapping[str, tuple[str, ...]], number: int | None) -> str:
    choices: list[str] = []
    for word in part.split("|"):
        if word == "{number}":
            choices.append(_NUMBER)
        elif word.startswith("{"):
            if word.strip("{}") not in lists:
                raise ContentError(path, f"there is no list '{word.strip('{}')}' in this file.", number)
            choices.extend(lists[word.strip("{}")])
        else:
            choices.append(re.escape(word.replace("_", " ")).replace(r"\ ", " ").replace(r"\*", r"[\w']*"))
    return f"(?:{'|'.join(choices)})"
