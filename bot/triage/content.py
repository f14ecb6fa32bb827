"""The red-flag file of the clinic's clinicians, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.triage.cards import LEVELS, PLACEHOLDERS, CardWording
from bot.triage.context import Judged
from bot.triage.cues import KINDS, WHOLE_KINDS, WORD_LISTS, CueWords
from bot.triage.page import Page, read_page
from bot.triage.patterns import DEFAULT_WITHIN, Pattern, PatternError, PatternReader
from bot.triage.phrases import Phrases
from bot.triage.spelling import Spelling
from bot.triage.text import split

SECTIONS = ("cards", "fillers", "mild", "real_words", "lists", "idioms", "context", "findings", "signs")
_FINDING_KEYS = {
    "slug",
    "any",
    "all_of",
    "plain",
    "new_only",
    "can_end",
    "can_stay",
    "asking_tells",
    "why",
    "level",
    "crisis",
}
REAL_WORDS = Path(__file__).parent / "real_words.txt"
_SIGN_LEVELS = ("emergency", "urgent")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something a message may report; a sign where it has a level.

    Attributes:
        slug: Its name.
        patterns: How it is worded.
        all_of: Sets of other findings that together make it.
        level: "emergency" or "urgent"; empty for a part of other signs.
        why: What it is, in plain words, for the card.
        crisis: Whether it is about self-harm.
        plain: Whether it counts however it is said ("an injection in the neck").
        judged: How strictly its context is read.
    """

    slug: str
    patterns: tuple[Pattern, ...]
    all_of: tuple[frozenset[str], ...]
    level: str
    why: str
    crisis: bool
    plain: bool
    judged: Judged


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
        self.mild = frozenset(page.strings(page.root, "mild"))
        self.fillers = frozenset(page.strings(page.root, "fillers")) | self.mild
        self.phrases, self.idioms, self.cues, self.whole_cues = Phrases(), Phrases(), Phrases(), Phrases()
        lists = _lists(page, self.fillers)
        finder = PatternReader(lists=lists, fillers=self.fillers, phrases=self.phrases)
        exact_lists = _lists(page, frozenset())
        _add_exact(page, page.root, "idioms", "idiom", PatternReader(lists=exact_lists, phrases=self.idioms))
        context = page.mapping(page.root, "context")
        cue_reader = PatternReader(lists=exact_lists, phrases=self.cues)
        for kind in KINDS:
            _add_exact(page, context, kind, kind, cue_reader)
        whole_reader = PatternReader(lists=exact_lists, phrases=self.whole_cues)
        for kind in WHOLE_KINDS:
            _add_exact(page, context, kind, kind, whole_reader)
        self.steer = CueWords(
            **{name: frozenset(split(" ".join(page.strings(context, name))).words) for name in WORD_LISTS}
        )
        parts = [_finding(page, entry, finder, is_sign=False) for entry in page.entries("findings")]
        signs = [_finding(page, entry, finder, is_sign=True) for entry in page.entries("signs")]
        self.findings = tuple(parts + signs)
        self.signs = tuple(sorted(signs, key=lambda sign: _SIGN_LEVELS.index(sign.level)))
        _check_references(page, self.findings)
        known = set(self.cues.vocabulary) | set(self.whole_cues.vocabulary) | set(self.idioms.vocabulary) | self.fillers
        known |= self.steer.new_thought | self.steer.personal | self.steer.aux
        self._spelling = Spelling(
            self.phrases.vocabulary, known | set(page.strings(page.root, "real_words")) | read_real_words()
        )

    def readings(self, words: Sequence[str]) -> list[list[str]]:
        """Correct mistyped words of the signs.

        Args:
            words: The words of a message.

        Returns:
            The likeliest reading first; further ones where a mistyped word may stand for several.
        """
        words = self._spelling.respaced(words)
        candidates = {word: self._spelling.candidates(word) for word in set(words)}
        most = max(map(len, candidates.values()), default=1)
        return [[candidates[word][min(turn, len(candidates[word]) - 1)] for word in words] for turn in range(most)]


def read_rulebook(path: Path) -> Rulebook:
    """Read the file.

    Args:
        path: red_flags.yml.

    Returns:
        The rules.

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
    return Rulebook(page)


def read_real_words() -> set[str]:
    """Read the words that are no typing errors; bot/triage/real_words.py writes them.

    Returns:
        The words.
    """
    _, words = REAL_WORDS.read_text(encoding="utf-8").split("\n", 1)
    return set(words.split())


def _lists(page: Page, fillers: frozenset[str]) -> dict[str, list[tuple[str, ...]]]:
    lists: dict[str, list[tuple[str, ...]]] = {}
    section = page.mapping(page.root, "lists")
    for name in section:
        reader = PatternReader(lists=lists, fillers=fillers, phrases=Phrases())
        forms: dict[tuple[str, ...], None] = {}
        for at, entry in enumerate(page.strings(section, name)):
            try:
                forms.update(dict.fromkeys(reader.forms(entry)))
            except PatternError as error:
                raise page.fail(section[name], at, str(error)) from error
        lists[name] = list(forms)
    return lists


def _add_exact(page: Page, where: CommentedMap, key: str, label: str, reader: PatternReader) -> None:
    for at, entry in enumerate(page.strings(where, key)):
        try:
            for form in reader.forms(entry):
                reader.phrases.add(label, form)
        except PatternError as error:
            raise page.fail(where[key], at, str(error)) from error


def _finding(page: Page, entry: CommentedMap, finder: PatternReader, *, is_sign: bool) -> Finding:
    for key in entry:
        if key not in _FINDING_KEYS:
            raise page.fail(entry, key, f"unknown key {key!r}; known are {', '.join(sorted(_FINDING_KEYS))}")
    level = page.text(entry, "level") if is_sign else ""
    if is_sign and level not in _SIGN_LEVELS:
        raise page.fail(entry, "level", f"{level!r} is no level; write emergency or urgent")
    patterns = tuple(_patterns(page, page.sequence(entry, "any"), finder))
    combinations = page.sequence(entry, "all_of")
    if not patterns and not combinations:
        raise page.fail(entry, "slug", "needs any: or all_of:")
    return Finding(
        slug=page.text(entry, "slug"),
        patterns=patterns,
        all_of=tuple(frozenset(str(part) for part in combination) for combination in combinations),
        level=level,
        why=page.text(entry, "why") if is_sign else "",
        crisis=bool(entry.get("crisis", False)),
        plain=bool(entry.get("plain", False)),
        judged=Judged(
            emergency=level == "emergency",
            new_only=bool(entry.get("new_only", False)),
            can_end=bool(entry.get("can_end", level != "emergency")),
            asking_tells=bool(entry.get("asking_tells", False)),
            can_stay=bool(entry.get("can_stay", False)),
            crisis=bool(entry.get("crisis", False)),
        ),
    )


def _patterns(page: Page, entries: CommentedSeq, finder: PatternReader) -> Iterable[Pattern]:
    for at, entry in enumerate(entries):
        options = dict(entry) if isinstance(entry, CommentedMap) else {"match": entry}
        unknown = set(options) - {"match", "within", "firm", "named", "unless"}
        if unknown or not isinstance(options.get("match"), str):
            raise page.fail(
                entries, at, "a pattern is a text, or {match: text, within: ..., firm: ..., named: ..., unless: ...}"
            )
        try:
            yield finder.read(
                options["match"],
                within=int(options.get("within", DEFAULT_WITHIN)),
                firm=bool(options.get("firm", False)),
                named=bool(options.get("named", False)),
                unless=str(options.get("unless", "")),
            )
        except (PatternError, ValueError) as error:
            raise page.fail(entries, at, str(error)) from error


def _wordings(page: Page) -> dict[str, CardWording]:
    cards = page.mapping(page.root, "cards")
    wordings: dict[str, CardWording] = {}
    for level in LEVELS:
        entry = page.mapping(cards, level)
        then = tuple(page.strings(entry, "then"))
        optional = {key: page.text(entry, key) if entry.get(key) else None for key in ("text_label", "also_crisis")}
        texts = {key: page.text(entry, key) for key in ("heading", "phone", "call_label")}
        for key, value in {**texts, **optional, "then": " ".join(then)}.items():
            for _, name, _, _ in Formatter().parse(value or ""):
                if name is not None and name not in PLACEHOLDERS:
                    raise page.fail(entry, key, f"unknown placeholder {{{name}}}; known are {', '.join(PLACEHOLDERS)}")
        wordings[level] = CardWording(**texts, **optional, then=then)  # type: ignore[arg-type]
    return wordings


def _check_references(page: Page, findings: Sequence[Finding]) -> None:
    seen: set[str] = set()
    known = {finding.slug for finding in findings}
    entries = [*page.entries("findings"), *page.entries("signs")]
    for entry, finding in zip(entries, findings, strict=True):
        if finding.slug in seen:
            raise page.fail(entry, "slug", f"{finding.slug!r} is there twice")
        seen.add(finding.slug)
        for needed in finding.all_of:
            if missing := sorted(needed - known):
                raise page.fail(entry, "all_of", f"no finding or sign is called {missing[0]!r}")
