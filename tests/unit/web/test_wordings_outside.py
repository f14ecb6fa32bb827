"""What patients read stands in the catalogues: domain.yml, data/knowledge and bot/catalogues, and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.settings import ROOT
from bot.web.pages import HERE, STATIC

WORDS = re.compile(r"[A-Za-z][a-z']+,? [a-z][a-z']+")
"""Two words, one after the other."""
SPEAKS_TO_PATIENTS = (
    "actions",
    "bot/messaging",
    "bot/knowledge/answering",
    "bot/escalation/due",
    "bot/web/patient",
    "bot/web/widget",
    "bot/web/errors.py",
    "bot/channels/sms_text.py",
    "bot/channels/opting_out.py",
    "bot/plans/wording.py",
    "bot/calendar.py",
    "bot/reply.py",
)
STANDS_OUTSIDE = {
    # What no patient reads: the action server's, which only Rasa calls, queries, a header, and the parts of a program.
    "actions/__main__.py": 2,
    "actions/server.py": 3,
    "bot/knowledge/answering/search.py": 2,
    "bot/knowledge/answering/said_first.py": 3,
    "bot/web/widget/script.py": 1,
    "bot/web/widget/serving.py": 1,
    # Staff's, of a plan's day.
    "bot/plans/wording.py": 1,
}
"""How many texts of each file are none of a catalogue's. Whoever moves one counts down; nobody counts up."""
_LOGS = frozenset({"debug", "info", "warning", "error", "exception"})
SCRIPTS = sorted(file for place in ("chat.js", "chat/*.js", "widget/*.js") for file in (STATIC / "js").glob(place))
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_SAID_IN_SCRIPT = re.compile(r"(?<!Error\()([\"`'])([A-Z][a-z']+,? [a-z][^\"`'\n]*)\1")
_FILLED_IN = re.compile(r"\{% block \w+_class %\}.*?\{% endblock %\}|\{[{%#].*?[}%#]\}", re.DOTALL)
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def _texts(file: Path) -> Iterator[str]:
    """Give the texts of a program but for what explains it, what is logged, and the words of errors it raises."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        logs = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _LOGS
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed_over.add(id(node.value))
        elif isinstance(node, ast.Raise) or logs:
            passed_over.update(id(part) for part in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed_over:
            yield node.value


def _files() -> Iterator[Path]:
    for name in SPEAKS_TO_PATIENTS:
        place = ROOT / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def test_no_program_says_words_of_its_own_to_patients() -> None:
    """A wording that stands in no catalogue is one that no translator finds."""
    found = {str(file.relative_to(ROOT)): [text for text in _texts(file) if WORDS.search(text)] for file in _files()}
    counted = {name: len(texts) for name, texts in found.items() if texts}

    assert {name: found[name] for name in counted if counted[name] != STANDS_OUTSIDE.get(name)} == {}
    assert counted.keys() == STANDS_OUTSIDE.keys()


def test_no_script_of_the_chat_says_words_of_its_own() -> None:
    """Each says what its page's catalogue holds, by name."""
    said = {
        file.name: [match.group(2) for match in _SAID_IN_SCRIPT.finditer(_COMMENT.sub("", file.read_text("utf-8")))]
        for file in SCRIPTS
    }

    assert {name: texts for name, texts in said.items() if texts} == {}
    assert _SAID_IN_SCRIPT.search('show("Thank you for asking")')


def test_no_template_of_patients_says_words_of_its_own() -> None:
    """All text in it is filled in."""
    templates = sorted((HERE / "templates" / "patient").glob("*.html"))
    left = {file.name: WORDS.findall(_TAGS.sub("", _FILLED_IN.sub("", file.read_text("utf-8")))) for file in templates}

    assert templates
    assert left == {file.name: [] for file in templates}
