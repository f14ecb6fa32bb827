"""A slip in the red-flag file stops the start and names its line; the file is short enough to be read and signed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.triage.content import Rulebook, read_rulebook
from bot.triage.floor import Floor
from tests.unit.triage.conftest import DANGER, RED_FLAGS

CARD = """    heading: Call
    phone: '{phone}'
    call_label: Call
    then: []
"""
GOOD = f"""cards:
  emergency:
{CARD}  urgent:
{CARD}  crisis:
{CARD}fillers: [the]
lists:
  chest: [chest]
context:
  turns: [but]
  denied:
    words: 6
    before: [no]
    after: [ruled out]
  past:
    words: 9
    before: [history of]
  supposed:
    words: 12
    before: [if]
  someone:
    words: 12
signs:
- slug: chest_pain
  level: emergency
  why: chest pain
  any:
  - "{{chest}} pain"
"""
# A piece of the file, what a slip makes of it, what is told, and in which line: the one that holds these words.
SLIPS = [
    ("signs:", "sings:", "unknown section 'sings'", "sings:"),
    (
        'signs:\n- slug: chest_pain\n  level: emergency\n  why: chest pain\n  any:\n  - "{chest} pain"\n',
        "",
        "no signs",
        "c",
    ),
    ("cards:\n", "cards: []\nleft:\n", "unknown section 'left'", "left:"),
    (f"  crisis:\n{CARD}", "", "'crisis' must be a mapping", "emergency:"),
    ("    phone: '{phone}'\n", "", "'phone' is missing", "heading: Call"),
    ("'{phone}'", "'{fax}'", "unknown placeholder {fax}", "{fax}"),
    ("'{phone}'", "'{}'", "unknown placeholder {}", "{}"),
    ("'{phone}'", "'{phone'", "placeholder", "'{phone'"),
    ("    then: []\n", "    then: Call us.\n", "'then' must be a list", "then: Call us."),
    ("    then: []\n", "    then: [1]\n", "put it in quotes", "then: [1]"),
    ("fillers: [the]", "fillers: the", "'fillers' must be a list", "fillers:"),
    ("fillers: [the]", "fillers: [7]", "put it in quotes", "fillers:"),
    ("lists:\n  chest: [chest]", "lists: [chest]", "'lists' must be a mapping", "lists:"),
    ("chest: [chest]", "chest: [the]", "no words but fillers", "chest: [the]"),
    ("chest: [chest]", "chest: ['{ches}']", "there is no list 'ches'", "{ches}"),
    ("context:", "one_dose:\n  medicine: [x]\ncontext:", "unknown key 'medicine'", "medicine:"),
    ("context:", "one_dose:\n  medicines: [x]\n  words: [7]\ncontext:", "put it in quotes", "words: [7]"),
    ("context:", "contexts:", "unknown section 'contexts'", "contexts:"),
    ("  past:", "  passed:", "unknown kind of cue 'passed'", "passed:"),
    ("  someone:\n    words: 12\n", "", "'someone' must be a mapping", "turns:"),
    ("    words: 6", "    words: six", "'words' must be a whole number", "words: six"),
    ("    words: 6", "    words: true", "'words' must be a whole number", "words: true"),
    ("    words: 6\n", "", "'words' must be a whole number", "before: [no]"),
    ("    after: [ruled", "    afterwards: [ruled", "unknown key 'afterwards'", "afterwards:"),
    ("before: [no]", "before: no", "'before' must be a list", "before: no"),
    ("before: [no]", "before: ['{no}']", "there is no list 'no'", "{no}"),
    ("turns: [but]", "turns: ['but +']", "cannot be read", "but +"),
    ("- slug: chest_pain\n", "- chest_pain\n- slug: x\n", "must be a mapping with a slug", "- chest_pain"),
    ("slug: chest_pain", "slug:", "'slug' is missing", "slug:"),
    ("level: emergency", "level: dire", "'dire' is no level", "level: dire"),
    ("  level: emergency\n", "", "'level' is missing", "slug: chest_pain"),
    ("  why: chest pain\n", "", "'why' is missing", "slug: chest_pain"),
    ("why: chest pain", "why: ' '", "'why' is missing", "why: ' '"),
    ("  why:", "  wy:", "unknown key 'wy'", "wy:"),
    ("  why:", "  crisis: maybe\n  why:", "'crisis' must be true or false", "crisis: maybe"),
    ('  any:\n  - "{chest} pain"', '  any: "{chest} pain"', "'any' must be a list", "any:"),
    ('"{chest} pain"', '"{lungs} pain"', "there is no list 'lungs'", "{lungs}"),
    ('"{chest} pain"', '"{chest pain"', "cannot be read", "{chest pain"),
    ('"{chest} pain"', '"chest +pain"', "cannot be read", "chest +pain"),
    ('"{chest} pain"', '"chest + "', "no words but fillers", "chest + "),
    ('"{chest} pain"', '"temperature + #fevr"', "cannot be read", "#fevr"),
    ('"{chest} pain"', '"the"', "no words but fillers", '- "the"'),
    ('"{chest} pain"', '""', "no words but fillers", '- ""'),
    ('"{chest} pain"', "7", "put it in quotes", "- 7"),
    ('"{chest} pain"', '"a|b|c|d|e|f a|b|c|d|e|f a|b|c|d|e|f a|b|c|d|e|f a|b|c|d|e|f"', "more than 6000", "a|b|c"),
    ("why: chest pain", "why: chest: pain", "", "why: chest: pain"),
    ("  why: chest pain\n", "  why: chest pain\n  why: chest pain\n", "twice", "why: chest pain"),
]


def _read(tmp_path: Path, content: str) -> Rulebook:
    path = tmp_path / "red_flags.yml"
    path.write_text(content, encoding="utf-8")
    return read_rulebook(path)


def test_small_file_is_enough(tmp_path: Path) -> None:
    """Cards, one list, the kinds of cues and one sign make a working floor."""
    floor = Floor(_read(tmp_path, GOOD))

    assert [sign.slug for sign in floor.signs("the chest pain")] == ["chest_pain"]
    assert floor.signs("no chest pain") == ()


@pytest.mark.parametrize(("there", "slip", "told", "where"), SLIPS, ids=[f"{slip[2]}: {slip[3]}" for slip in SLIPS])
def test_broken_file_names_its_line(tmp_path: Path, there: str, slip: str, told: str, where: str) -> None:
    """The error says what is wrong, in which file and in which line."""
    assert there in GOOD
    content = GOOD.replace(there, slip, 1)

    with pytest.raises(ContentError) as raised:
        _read(tmp_path, content)

    assert told in raised.value.problem
    assert raised.value.path.endswith("red_flags.yml")
    assert raised.value.line is not None
    assert where in content.splitlines()[raised.value.line - 1]


def test_slug_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """At the second one."""
    sign = GOOD[GOOD.index("- slug") :]

    with pytest.raises(ContentError, match="'chest_pain' is there twice") as raised:
        _read(tmp_path, GOOD + sign)

    assert raised.value.line == GOOD.count("\n") + 1


def test_missing_file_is_a_content_error(tmp_path: Path) -> None:
    """No file, no start."""
    with pytest.raises(ContentError, match="cannot be read"):
        read_rulebook(tmp_path / "red_flags.yml")


def test_a_clinician_can_read_and_sign_it() -> None:
    """Three hundred lines at most, none longer than a screen is wide."""
    lines = RED_FLAGS.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 300
    assert [number for number, line in enumerate(lines, 1) if len(line) > 180] == []


def test_every_sign_says_why_in_plain_words(rules: Rulebook) -> None:
    """It completes "Why: ..." on the card, with a small letter and no full stop."""
    assert [sign.slug for sign in rules.signs if not sign.why or sign.why[0].isupper() or sign.why.endswith(".")] == []


def test_the_gravest_come_first(rules: Rulebook) -> None:
    """Emergencies before signs for the same day; self-harm is an emergency."""
    levels = [sign.level for sign in rules.signs]

    assert levels == sorted(levels)
    assert {sign.level for sign in rules.signs if sign.crisis} == {"emergency"}


def test_the_model_names_no_sign_that_the_file_lacks(rules: Rulebook) -> None:
    """Else a card could not say why."""
    named = json.loads((DANGER / "model.json").read_text(encoding="utf-8"))["signs"]

    assert named
    assert set(named) <= {sign.slug for sign in rules.signs}
