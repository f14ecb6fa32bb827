"""Asks a trained model many texts: `python -m bot.nlu.tuning.understand --model M --texts IN.json --out OUT.json`.

OUT holds, for each text, the intents of its questions with their confidences.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.nlu.server.quiet import configure_logging, prepare_environment

_SHOWN_EVERY = 200


def main(arguments: list[str] | None = None) -> int:
    """Ask everything and write what was understood; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.tuning.understand", description=__doc__)
    for name in ("--model", "--texts", "--out"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args(arguments)
    prepare_environment()
    configure_logging()
    texts = json.loads(options.texts.read_text(encoding="utf-8"))
    answers = asyncio.run(_ask(options.model, texts))
    options.out.write_text(json.dumps(answers), encoding="utf-8")
    return 0


async def _ask(model: Path, texts: list[str]) -> list[list[tuple[str, float]]]:
    # Imported only now: Rasa takes seconds to import and reads the environment while it does.
    from rasa.core.agent import Agent

    from bot.nlu.changes.table import install_changes

    install_changes()
    agent = Agent.load(str(model))
    answers = []
    for number, text in enumerate(texts, 1):
        answers.append(_intents(await agent.parse_message(text)))
        if number % _SHOWN_EVERY == 0:
            print(f"understand: {number} of {len(texts)} texts", flush=True)
    return answers


def _intents(parsed: dict[str, Any]) -> list[tuple[str, float]]:
    asked = [(question["intent"], question["confidence"]) for question in parsed.get("questions") or ()]
    whole = (parsed["intent"]["name"], parsed["intent"]["confidence"])
    return [(str(intent), float(confidence)) for intent, confidence in asked or [whole]]


if __name__ == "__main__":
    sys.exit(main())
