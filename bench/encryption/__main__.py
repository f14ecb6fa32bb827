"""Measures what encryption costs, a store with a key beside one without: `python -m bench.encryption --keep`."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import insert

from bench import machine
from bench.measures import markdown_table, percentile
from bench.terminal import say, show
from bot.cli.commands.database import upgrade
from bot.conversations import store
from bot.conversations.models import Conversation, Message
from bot.db.engine import Database, utc_now
from bot.escalation.desk import conversations_store
from bot.escalation.desk.conversations_store import ConversationFilter
from bot.reply import Reply
from bot.sealing import new_key, read_keys
from bot.settings import ROOT, load_settings
from bot.vocabulary import Channel, ReplyKind

RESULTS = ROOT / "bench" / "results" / "encryption.md"
IN_A_CONVERSATION = 10
_AT_ONCE = 5_000
_TIMES = 400
_SEARCHES = 5
_WORDS = ("zibble", "quorn", "flarp", "mimsy", "tove", "wabe", "gyre", "gimble", "brillig", "rath", "borogove")
_SEARCHED = {
    "Look for a word that nobody said": "jabberwock",
    "Look for a word that many said": "brillig",
    "Look for a phone number": "312 555 0199",
}


@click.command()
@click.option("--messages", default=100_000, show_default=True, help="How many each store has.")
@click.option("--keep", is_flag=True, help="Write bench/results/encryption.md.")
def main(messages: int, *, keep: bool) -> None:
    """Fill both stores alike, then do the same on each, in turn."""
    with tempfile.TemporaryDirectory() as place:
        databases = [_filled(Path(place) / name, messages, key) for name, key in (("plain", ""), ("keyed", new_key()))]
        load = machine.load()
        rows: list[tuple[str, float, float]] = [
            ("Store a message and its reply", *_beside(databases, _store, _TIMES)),
            ("Read a conversation of ten messages", *_beside(databases, _read, _TIMES)),
            *((what, *_beside(databases, _searching(words), _SEARCHES)) for what, words in _SEARCHED.items()),
        ]
        sizes = [f"{(Path(place) / name).stat().st_size / 1e6:.0f} MB" for name in ("plain", "keyed")]
        for database in databases:
            database.close()
    table = markdown_table(
        ["", "without a key", "with a key", "more"], [*_cells(rows), ["The database file", *sizes, ""]]
    )
    page = (
        f"# What encryption costs\n\nMade by `python -m bench.encryption`: {messages:,} messages on SQLite, each thing "
        f"done on one store and the other in turn. Milliseconds of the processor, the median.\n\n"
        f"{machine.description()}; load by others {load:.1f}.\n\n{table}\n"
    )
    show(page)
    if keep:
        RESULTS.write_text(page, encoding="utf-8")


def _filled(path: Path, messages: int, key: str) -> Database:
    settings = replace(load_settings({}), database_url=f"sqlite:///{path}", encryption_keys=read_keys(key))
    upgrade(settings)
    database = Database.of(settings)
    say(f"storing {messages:,} messages {'with' if key else 'without'} a key ...")
    chance, now = random.Random(7), utc_now()  # noqa: S311 (made-up words)
    for begun in range(0, messages, _AT_ONCE):
        numbers = range(begun, min(begun + _AT_ONCE, messages))
        with database.write() as session:
            chats = sorted({number // IN_A_CONVERSATION for number in numbers if number % IN_A_CONVERSATION == 0})
            if chats:
                values = [
                    {"id": f"c{chat}", "token_hash": "x", "channel": Channel.WEB_CHAT.value, "created_at": now,
                     "patient_name": f"Pat {chance.choice(_WORDS)}", "patient_phone": f"+1312555{chat % 10000:04}"}
                    for chat in chats
                ]  # fmt: skip
                session.execute(insert(Conversation), values)
            session.execute(insert(Message), [_message(number, chance, now) for number in numbers])
    return database


def _message(number: int, chance: random.Random, now: object) -> dict[str, object]:
    is_asked = number % 2 == 0
    said = " ".join(chance.choices(_WORDS, k=12 if is_asked else 90))
    reply = None if is_asked else Reply(kind=ReplyKind.ANSWER, text=said).model_dump(mode="json")
    return {
        "conversation_id": f"c{number // IN_A_CONVERSATION}", "author": "patient" if is_asked else "bot", "text": said,
        "reply": reply, "created_at": now, "handled_at": now,
    }  # fmt: skip


def _beside(databases: Sequence[Database], act: Callable[[Database, int], None], times: int) -> tuple[float, float]:
    """Give how many milliseconds of the processor it takes on each, done in turn."""
    taken: list[list[float]] = [[] for _ in databases]
    for time_of in range(times):
        for database, took in zip(databases, taken, strict=True):
            begun = time.process_time()
            act(database, time_of)
            took.append((time.process_time() - begun) * 1000)
    plain, keyed = (percentile(took, 0.5) for took in taken)
    return plain, keyed


def _store(database: Database, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 (made-up words)
    reply = Reply(kind=ReplyKind.ANSWER, text=" ".join(chance.choices(_WORDS, k=90)))
    with database.write() as session:
        text = " ".join(chance.choices(_WORDS, k=12))
        asked = store.add_inbound(session, conversation_id="c0", text=text, client_message_id=f"m{number}")
    with database.write() as session:
        store.add_bot_message(session, conversation_id="c0", reply=reply, in_reply_to=asked.id)


def _read(database: Database, number: int) -> None:
    with database.read() as session:
        store.transcript(session, f"c{number + 1}")


def _searching(words: str) -> Callable[[Database, int], None]:
    def search(database: Database, _number: int) -> None:
        with database.read() as session:
            conversations_store.page(session, ConversationFilter(words=words))

    return search


def _cells(rows: Sequence[tuple[str, float, float]]) -> list[list[str]]:
    return [[what, f"{plain:.2f}", f"{keyed:.2f}", f"{keyed - plain:.2f}"] for what, plain, keyed in rows]


if __name__ == "__main__":
    main()
