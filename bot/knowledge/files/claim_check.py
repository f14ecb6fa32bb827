"""Holds the answers and the fixed wordings as they stand in their files against the rules on claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.claims.rules import ClaimRules
from bot.errors import ContentError
from bot.yaml_file import line_of, read_yaml


def check_answers(folder: Path, rules: ClaimRules) -> None:
    """Make sure that no answer makes a claim.

    Args:
        folder: The folder of answers.
        rules: Which claims none may make.

    Raises:
        ContentError: The first claim, with its file and line, and the reason.
    """
    for path in sorted(folder.glob("*.yml")):
        for item in read_yaml(path)["answers"]:
            for node, key in _texts_of(item):
                _check(path, node, key, rules)


def check_responses(path: Path, rules: ClaimRules) -> None:
    """Make sure that no fixed wording of a domain file makes a claim.

    Raises:
        ContentError: As for `check_answers`.
    """
    for variants in (read_yaml(path).get("responses") or {}).values():
        for variant in variants:
            _check(path, variant, "text", rules)


def _texts_of(item: Any) -> Iterator[tuple[Any, str]]:
    yield item["short"], "text"
    if item.get("sms"):
        yield item["sms"], "text"
    for claim in item.get("details") or ():
        yield claim, "text"
        yield from ((claim, key) for key in ("heading", "when") if claim.get(key))
        if claim.get("drawing"):
            yield claim["drawing"], "alt"
    if item.get("regulatory_status"):
        yield item, "regulatory_status"


def _check(path: Path, node: Any, key: str, rules: ClaimRules) -> None:
    for warning in rules.check(str(node[key])):
        found = " ".join(warning.found.split())
        raise ContentError(path, f"'{found}' ({warning.rule}): {warning.reason}", line_of(node, key))
