"""The fault benchmark: its checker finds what was planted and nothing else, its faults come one at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.faults import trouble
from bench.faults.checker import Evidence, Said, Stored, Text, Ticket, check
from bench.faults.outside import Outside
from bot.bootstrap import Services
from bot.channels.twilio import Twilio
from bot.cli.processes.supervisor import Program, Supervisor
from bot.db.engine import utc_now

PHONE = "+15550199001"


def sound() -> Evidence:
    """Give two conversations in which all went well: a chat with a danger that staff have now, and one by text."""
    said = [
        Said(conversation_id="c1", client_id="a"),
        Said(conversation_id="c1", client_id="b", is_danger=True),
        Said(conversation_id="c1", client_id="c"),
        Said(conversation_id=PHONE, client_id="SM1", by_text=True),
        Said(conversation_id="c1", client_id="a", author="staff"),
    ]
    chat = {"conversation_id": "c1"}
    by_text = {"conversation_id": "c2", "phone": PHONE}
    stored = [
        Stored(number=10, author="patient", client_id="a", **chat),  # type: ignore[arg-type]
        Stored(number=20, author="bot", in_reply_to=10, kind="answer", text="one", **chat),  # type: ignore[arg-type]
        Stored(number=30, author="patient", client_id="b", **chat),  # type: ignore[arg-type]
        Stored(number=40, author="bot", in_reply_to=30, kind="emergency", text="call", **chat),  # type: ignore[arg-type]
        Stored(number=50, author="patient", client_id="SM1", **by_text),  # type: ignore[arg-type]
        Stored(number=60, author="bot", in_reply_to=50, kind="answer", text="two", **by_text),  # type: ignore[arg-type]
        Stored(number=70, author="patient", client_id="c", **chat),  # type: ignore[arg-type]
        Stored(number=80, author="staff", client_id="a", text="hello", **chat),  # type: ignore[arg-type]
    ]
    texts = [Text(number=number, phone=PHONE, text=text) for number, text in enumerate(("two", "more"), start=1)]
    return Evidence(
        said=said,
        stored=stored,
        tickets=[Ticket(number=1, conversation_id="c1", urgency="emergency", has_alert=True)],
        under_staff=frozenset({"c1"}),
        seen={"c1": [10, 20, 30, 40, 70, 80]},
        outbox=texts,
        received=texts,
    )


def kinds(evidence: Evidence) -> list[str]:
    """Give the kinds of faults that are found."""
    return [fault.kind for fault in check(evidence)]


def without(number: int) -> Callable[[Evidence], Evidence]:
    """Plant the loss of a stored message, from the browser too."""

    def plant(evidence: Evidence) -> Evidence:
        stored = [message for message in evidence.stored if message.number != number]
        return replace(evidence, stored=stored, seen={"c1": [each for each in evidence.seen["c1"] if each != number]})

    return plant


def doubled(number: int) -> Callable[[Evidence], Evidence]:
    """Plant a second copy of a stored message at the end."""

    def plant(evidence: Evidence) -> Evidence:
        (again,) = (replace(message, number=90) for message in evidence.stored if message.number == number)
        return replace(evidence, stored=[*evidence.stored, again], seen={"c1": [*evidence.seen["c1"], 90]})

    return plant


def swapped(evidence: Evidence) -> Evidence:
    """Plant a swap: what was written first stands later."""
    names = {"a": "c", "c": "a"}
    stored = [
        replace(each, client_id=names.get(each.client_id, each.client_id)) if each.author == "patient" else each
        for each in evidence.stored
    ]
    return replace(evidence, stored=stored)


def changed(number: int, **values: object) -> Callable[[Evidence], Evidence]:
    """Plant another value in a stored message."""

    def plant(evidence: Evidence) -> Evidence:
        stored = [
            replace(message, **values) if message.number == number else message  # type: ignore[arg-type]
            for message in evidence.stored
        ]
        return replace(evidence, stored=stored)

    return plant


def test_nothing_is_found_where_all_went_well():
    """A message that staff have needs no reply of the bot."""
    assert kinds(sound()) == []
    assert kinds(Evidence()) == []


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (without(10), ["message lost"]),
        (without(80), ["message lost"]),
        (doubled(10), ["message stored twice"]),
        (swapped, ["messages out of order", "replies out of order"]),
        (without(40), ["no card"]),
        (doubled(20), ["answered twice"]),
        (changed(70, handled=False), ["message unanswered"]),
        (changed(60, in_reply_to=None), ["message unanswered"]),
        (changed(40, kind="answer"), ["no card"]),
        (lambda evidence: replace(evidence, tickets=[]), ["no ticket of a card"]),
        (
            lambda evidence: replace(evidence, tickets=[replace(evidence.tickets[0], has_alert=False)]),
            ["no alert of a card"],
        ),
        (lambda evidence: replace(evidence, seen={"c1": [10, 20, 30, 70, 80]}), ["browser and store differ"]),
        (lambda evidence: replace(evidence, received=evidence.received[:1]), ["text lost"]),
        (lambda evidence: replace(evidence, received=[*evidence.received, evidence.received[0]]), ["text sent twice"]),
        (lambda evidence: replace(evidence, received=evidence.received[::-1]), ["texts out of order"]),
        (lambda evidence: replace(evidence, outbox=evidence.outbox[:1]), ["text from nowhere"]),
        (
            lambda evidence: replace(evidence, outbox=[evidence.outbox[0], replace(evidence.outbox[1], is_sent=False)]),
            ["text still waits"],
        ),
    ],
)
def test_what_was_planted_is_found(plant: Callable[[Evidence], Evidence], found: list[str]):
    """That, and nothing else."""
    assert kinds(plant(sound())) == found


def test_a_card_comes_before_other_replies():
    """Danger first."""
    evidence = sound()
    chatter = Stored(number=35, conversation_id="c1", author="bot", in_reply_to=30, kind="smalltalk", text="hm")
    stored = [*evidence.stored[:3], chatter, *evidence.stored[3:]]

    found = kinds(replace(evidence, stored=stored, seen={"c1": [10, 20, 30, 35, 40, 70, 80]}))

    assert found == ["card not first"]


def test_the_provider_of_texts_lists_what_it_took_as_the_product_asks_for_it():
    """Who was killed before hearing that a text was taken finds it there, under the id that was never heard."""
    outside = Outside()
    outside.start()
    try:
        twilio = Twilio(outside.sms)
        sid = twilio.send(1, to=PHONE, sender=outside.sms.number, words={"Body": "hello"})
        twilio.send(2, to=PHONE, sender=outside.sms.number, words={"Body": "other words"})

        listed = twilio.listed(to=PHONE, body="hello", since=utc_now().date())
    finally:
        outside.stop()

    assert sid is not None
    assert listed == [sid]


class Server:
    """A server that keeps what was done to it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.done: list[str] = []

    def start(self) -> None:
        """Keep it."""
        self.done.append("start")

    def kill(self) -> None:
        """Keep it."""
        self.done.append("kill")

    def freeze(self) -> None:
        """Keep it."""
        self.done.append("freeze")

    def thaw(self) -> None:
        """Keep it."""
        self.done.append("thaw")


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Supervisor]:
    """Run two processes that only wait."""
    wait = [sys.executable, "-c", "import time; time.sleep(600)"]
    programs = [Program(name=name, command=wait) for name in ("rasa", "edge")]
    supervisor = Supervisor(programs, root=tmp_path, logs=tmp_path, say=lambda _line: None, first_wait=0.01)
    supervisor.start()
    yield supervisor
    supervisor.stop()


@pytest.mark.only_sqlite(reason="cutting the connections of a server is a fault of its own")
def test_servers_are_killed_and_frozen_among_the_processes_and_each_is_mended(
    processes: Supervisor, services: Services, monkeypatch: pytest.MonkeyPatch
):
    """One fault at a time: the next one waits until what is frozen or gone is back."""
    monkeypatch.setattr(trouble, "FROZEN_SECONDS", 0.0)
    monkeypatch.setattr(trouble, "GONE_SECONDS", 0.0)
    servers = [Server("postgresql"), Server("redis")]
    made = trouble.Trouble(processes, services.database, 0.0, lambda: True, servers)
    states = []

    while len(made.done) < 9:
        made.look()
        states.append([server.done[-1:] for server in servers])
        processes.look()
    made.mend()

    assert [done.what.partition(",")[0].partition(" for ")[0] for done in made.done] == [
        "every edge killed while a text was being handed over",
        "edge killed",
        "postgresql killed",
        "rasa frozen",
        "rasa killed",
        "postgresql frozen",
        "edge frozen",
        "redis killed",
        "redis frozen",
    ]
    assert [server.done for server in servers] == [["kill", "start", "freeze", "thaw"]] * 2
    assert not any(sum(state in (["kill"], ["freeze"]) for state in both) > 1 for both in states)
