"""`frontdesk ask`: questions from the terminal, through the same road as the web chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

import click

from bot.bootstrap import running_services
from bot.cli.processes.running import rasa_running
from bot.conversations.trials import Trial, trying
from bot.errors import ContentError
from bot.evaluation.dialogue import Dialogue, Talked, talk_all
from bot.reply import Reply
from bot.settings import Settings, load_settings

PUBLIC_FIELDS = (
    "kind",
    "topic",
    "treatments",
    "text",
    "citations",
    "options",
    "ticket",
    "confidence",
    "answer_id",
    "answer_version",
)
"""What of a reply `--jsonl` prints; the first eight are a stable surface."""


@click.command("ask")
@click.argument("question", required=False)
@click.option("--jsonl", type=click.File("r", encoding="utf-8"), help="A file with one JSON object a line, or -.")
@click.option("--live", is_flag=True, help="Keep what is asked in the clinic's store, and pass its tickets to staff.")
def command(question: str | None, jsonl: IO[str] | None, *, live: bool) -> None:
    """Ask one QUESTION, or a file of them, from the terminal; staff hear nothing of it unless with --live."""
    if (question is None) == (jsonl is None):
        raise click.UsageError('Give a question in quotes, or --jsonl with a file (or -), as in: ask "does it hurt?"')
    dialogues = [Dialogue(id="1", turns=(question or "",))] if jsonl is None else read_dialogues(jsonl, jsonl.name)
    with rasa_running(load_settings()) as settings, _trial(settings, live=live) as trial:
        asyncio.run(_print_all(settings, trial, dialogues, as_json=jsonl is not None))


def read_dialogues(lines: Iterable[str], name: str) -> list[Dialogue]:
    """Read dialogues, one JSON object a line: {"id", "text"} or {"id", "turns": [...]}.

    Raises:
        ContentError: A line is something else; the message names it.
    """
    dialogues = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as error:
            raise ContentError(name, "is not valid JSON.", number) from error
        turns = _turns(item)
        if turns is None:
            raise ContentError(name, 'needs an object with "id" and "text", or "id" and "turns" (a list).', number)
        dialogues.append(Dialogue(id=str(item["id"]), turns=turns))
    return dialogues


def public(reply: Reply) -> dict[str, Any]:
    """Give a reply as `--jsonl` prints it."""
    fields = reply.model_dump(mode="json")
    shown = {name: fields[name] for name in PUBLIC_FIELDS}
    shown["options"] = [
        {"title": option.title, "topic": option.topic, "treatments": list(option.treatments)}
        for option in reply.options
    ]
    return shown


def _turns(item: object) -> tuple[str, ...] | None:
    if not isinstance(item, dict) or "id" not in item:
        return None
    if isinstance(item.get("text"), str):
        return (item["text"],)
    turns = item.get("turns")
    if isinstance(turns, list) and all(isinstance(turn, str) for turn in turns):
        return tuple(turns)
    return None


def _trial(settings: Settings, *, live: bool) -> AbstractContextManager[Trial | None]:
    if live:
        return nullcontext()
    click.echo("This is a trial: tickets are not sent to staff. --live sends them.", err=True)
    return trying(settings.root)


async def _print_all(settings: Settings, trial: Trial | None, dialogues: Sequence[Dialogue], *, as_json: bool) -> None:
    services = running_services(settings, trial=trial)
    try:
        async for talked in talk_all(services, dialogues):
            click.echo(_as_json(talked) if as_json else _as_text(talked))
    finally:
        await services.close()


def _as_json(talked: Talked) -> str:
    replies = [[public(reply) for reply in turn] for turn in talked.replies]
    return json.dumps({"id": talked.dialogue.id, "replies": replies}, ensure_ascii=False)


def _as_text(talked: Talked) -> str:
    parts = []
    for turn in talked.replies:
        for reply in turn:
            parts.append(reply.text)
            parts.extend(f"  [{source.number}] {source.title}, {source.publisher}" for source in reply.citations)
            parts.extend(f"  > {option.title}" for option in reply.options)
    return "\n".join(parts)
