"""The hazard log of docs/safety.md holds: every hazard is rated, controlled, and shown by tests that exist."""

from __future__ import annotations

import ast
import re

from bot.settings import ROOT

SAFETY = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in SAFETY.splitlines() if line.startswith("| H")]
HAZARDS = {row[0]: row[1:] for row in ROWS if len(row) == 7}
TESTS = {row[0]: re.findall(r"`([^`]+)`", row[1]) for row in ROWS if len(row) == 2}
FEWEST = 20
NOT_ACCEPTABLE = 15


def test_every_hazard_has_a_test():
    """And no test is listed for a hazard that is not there."""
    assert len(HAZARDS) >= FEWEST
    assert set(HAZARDS) == set(TESTS)
    assert [number for number, named in TESTS.items() if not named] == []


def test_every_test_that_is_named_exists():
    """Renaming a test means looking at its hazard again."""
    gone = []
    for named in (name for names in TESTS.values() for name in names):
        path, _, function = named.partition("::")
        file = ROOT / "tests" / path
        there = ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if file.is_file() else ()
        if function not in {node.name for node in there if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}:
            gone.append(named)

    assert gone == []


def test_every_hazard_is_rated_before_and_after_its_control():
    """The sums are right, no control makes it worse, and what is not acceptable says so."""
    for number, (_, _, _, before, control, after) in HAZARDS.items():
        products = []
        for rating in (before, after):
            severity, likelihood, product = map(int, re.findall(r"\d+", rating))
            assert severity * likelihood == product, number
            products.append(product)
        assert products[1] <= products[0], number
        assert products[1] < NOT_ACCEPTABLE or "**Not controlled further**" in control, number


def test_the_log_is_a_draft_until_a_clinician_signs():
    """Whoever reads it must see that nobody has yet."""
    assert "Draft for a clinician's signature" in SAFETY
