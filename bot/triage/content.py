"""The clinic's red-flag file, read and checked: the floor's phrases, the cues of context, the signs and the cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from ruamel.yaml.comments import CommentedMap

from bot.triage.cards import LEVELS, PLACEHOLDERS, CardWording
from bot.triage.context import AFTER, BEFORE, KINDS, Cues
from bot.triage.page import Page, read_page
from bot.triage.patterns import Pattern, PatternError, PatternReader, Phrase
from bot.triage.phrases import Phrases

SECTIONS = ("cards", "fillers", "lists", "one_dose", "context", "signs")
SIGN_LEVELS = ("emergency", "urgent")
_SIGN_KEYS = {"slug", "level", "why", "crisis", "any"}
_CUE_KEYS = {"words", BEFORE, AFTER}


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A sign of danger.

    Attributes:
        slug: Its name.
        level: "emergency" or "urgent".
        why: What it is, in plain words, for the card.
        crisis: Whether it is about self-harm.
        patterns: What the floor hears it by; none where only the learned model does.
    """

    slug: str
    level: str
    why: str
    crisis: bool
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, kw_only=True)
class OneDose:
    """What a message is made of that tells of one dose of an everyday medicine and of nothing else.

    Attributes:
        medicines: Names of medicines; one of them is in it.
        words: What else may be in it.
    """

    medicines: frozenset[str]
    words: frozenset[str]


class Rulebook:
    """Everything of the file, ready to be looked for."""

    def __init__(self, page: Page) -> None:
        """Compile the file.

        Args:
            page: The file as read.

        Raises:
            ContentError: If anything in it is wrong.
        """
        self.wordings: Mapping[str, CardWording] = _wordings(page)
        self.fillers = frozenset(page.strings(page.root, "fillers"))
        self.phrases = Phrases()
        self.cues = _cues(page)
        self.one_dose = _one_dose(page)
        finder = PatternReader(lists=_lists(page, self.fillers), fillers=self.fillers, phrases=self.phrases)
        signs = [_sign(page, entry, finder) for entry in page.entries("signs")]
        self.signs = tuple(sorted(signs, key=lambda sign: SIGN_LEVELS.index(sign.level)))


def read_rulebook(path: Path) -> Rulebook:
    """Read the file.

    Args:
        path: red_flags.yml.

    Returns:
        What it says.

    Raises:
        ContentError: If the file is missing, no YAML, or says something that cannot be used.
    """
    page = read_page(path)
    root = page.root
    for key in root:
        if key not in SECTIONS:
            raise page.fail(root, key, f"unknown section {key!r}; known are {', '.join(SECTIONS)}")
    if not root.get("signs"):
        raise page.fail(root, "signs", "there are no signs")
    rules = Rulebook(page)
    seen: set[str] = set()
    for entry in page.entries("signs"):
        slug = page.text(entry, "slug")
        if slug in seen:
            raise page.fail(entry, "slug", f"{slug!r} is there twice")
        seen.add(slug)
    return rules


def _lists(page: Page, fillers: frozenset[str]) -> dict[str, list[Phrase]]:
    lists: dict[str, list[Phrase]] = {}
    section = page.mapping(page.root, "lists")
    for name in section:
        reader = PatternReader(lists=lists, fillers=fillers, phrases=Phrases())
        lists[name] = list(dict.fromkeys(_forms(page, section, name, reader)))
    return lists


def _cues(page: Page) -> Cues:
    context = page.mapping(page.root, "context")
    for key in context:
        if key not in {"turns", *KINDS}:
            raise page.fail(context, key, f"unknown kind of cue {key!r}; known are turns, {', '.join(KINDS)}")
    reader = PatternReader(lists={}, phrases=Phrases())
    sections = {kind: page.mapping(context, kind) for kind in KINDS}
    cues = Cues(words={kind: _reach(page, section) for kind, section in sections.items()})
    for form in _forms(page, context, "turns", reader):
        cues.add_turn(form)
    for kind, section in sections.items():
        for where in (BEFORE, AFTER):
            for form in _forms(page, section, where, reader):
                cues.add(kind, where, form)
    return cues


def _one_dose(page: Page) -> OneDose:
    if "one_dose" not in page.root:
        return OneDose(medicines=frozenset(), words=frozenset())
    section = page.mapping(page.root, "one_dose")
    for key in section:
        if key not in {"medicines", "words"}:
            raise page.fail(section, key, f"unknown key {key!r}; known are medicines, words")
    return OneDose(
        medicines=frozenset(page.strings(section, "medicines")), words=frozenset(page.strings(section, "words"))
    )


def _reach(page: Page, section: CommentedMap) -> int:
    for key in section:
        if key not in _CUE_KEYS:
            raise page.fail(section, key, f"unknown key {key!r}; known are {', '.join(sorted(_CUE_KEYS))}")
    words = section.get("words")
    if not isinstance(words, int) or isinstance(words, bool):
        raise page.fail(section, "words", "'words' must be a whole number")
    return words


def _forms(page: Page, where: CommentedMap, key: str, reader: PatternReader) -> Iterable[Phrase]:
    for at, entry in enumerate(page.strings(where, key)):
        try:
            yield from reader.forms(entry)
        except PatternError as error:
            raise page.fail(where[key], at, str(error)) from error


def _sign(page: Page, entry: CommentedMap, finder: PatternReader) -> Sign:
    for key in entry:
        if key not in _SIGN_KEYS:
            raise page.fail(entry, key, f"unknown key {key!r}; known are {', '.join(sorted(_SIGN_KEYS))}")
    level = page.text(entry, "level")
    if level not in SIGN_LEVELS:
        raise page.fail(entry, "level", f"{level!r} is no level; write emergency or urgent")
    crisis = entry.get("crisis", False)
    if not isinstance(crisis, bool):
        raise page.fail(entry, "crisis", "'crisis' must be true or false")
    patterns = []
    for at, source in enumerate(page.strings(entry, "any")):
        try:
            patterns.append(finder.read(source))
        except PatternError as error:
            raise page.fail(entry["any"], at, str(error)) from error
    return Sign(
        slug=page.text(entry, "slug"),
        level=level,
        why=page.text(entry, "why"),
        crisis=crisis,
        patterns=tuple(patterns),
    )


def _wordings(page: Page) -> dict[str, CardWording]:
    cards = page.mapping(page.root, "cards")
    wordings: dict[str, CardWording] = {}
    for level in LEVELS:
        entry = page.mapping(cards, level)
        then = tuple(page.strings(entry, "then"))
        optional = {key: page.text(entry, key) if entry.get(key) else None for key in ("text_label", "also_crisis")}
        texts = {key: page.text(entry, key) for key in ("heading", "phone", "call_label")}
        for key, value in {**texts, **optional, "then": " ".join(then)}.items():
            for name in _placeholders(page, entry, key, value or ""):
                if name is not None and name not in PLACEHOLDERS:
                    raise page.fail(entry, key, f"unknown placeholder {{{name}}}; known are {', '.join(PLACEHOLDERS)}")
        wordings[level] = CardWording(**texts, **optional, then=then)  # type: ignore[arg-type]
    return wordings


def _placeholders(page: Page, entry: CommentedMap, key: str, text: str) -> list[str | None]:
    try:
        return [name for _, name, _, _ in Formatter().parse(text)]
    except ValueError as error:
        raise page.fail(entry, key, f"a placeholder is not closed: {error}") from error
