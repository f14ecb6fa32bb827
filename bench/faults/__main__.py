"""Kills and freezes the processes of a Frontdesk under load, then looks for what was lost: `python -m bench.faults`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from bench import machine
from bench.faults import evidence, report
from bench.faults.checker import check
from bench.faults.outside import Outside
from bench.faults.people import ChatPatient, Desk, Person, TextingPatient
from bench.faults.processes import Running, running
from bench.faults.trouble import Server, Trouble
from bench.own_servers import own_postgresql, own_redis
from bench.terminal import say, show
from bot.cli.steps import Steps
from bot.db.engine import Database
from bot.errors import FrontdeskError
from bot.notifications.outbox import LEASE
from bot.settings import ROOT, Settings, load_settings

_RESULTS = ROOT / "bench" / "results"
_CHATS, _PHONES = 3, 2
_CHAT_PAUSE, _PHONE_PAUSE, _DESK_PAUSE = 1.5, 4.0, 5.0
_LOOKS_EVERY = 0.05
_SETTLES_SECONDS = LEASE.total_seconds() + 120.0
"""What a dead edge had in hand is tried again after its lease."""


def main(arguments: list[str] | None = None) -> int:
    """Run, check, report; the exit status is 0 only if nothing was found."""
    options = _options(arguments)
    outside = Outside()
    outside.start()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="bench-faults-", dir=options.scratch) as scratch,
            _servers(options, load_settings()) as (settings, url, servers),
        ):
            run = _run(settings, url, options, Path(scratch), outside=outside, servers=servers)
    except FrontdeskError as error:
        sys.stderr.write(f"bench.faults: {error}\n")
        return 1
    finally:
        outside.stop()
    date = datetime.now(tz=timezone.utc).date().isoformat()
    text = report.page(run, machine=machine.description(), date=date)
    show(text)
    for fault in run.faults:
        say(f"{fault.kind}: {fault.where}")
    for where in run.given_up:
        say(f"never acknowledged: {where}")
    options.out.mkdir(parents=True, exist_ok=True)
    kind = "postgresql" if options.database or options.postgresql else "sqlite"
    (options.out / f"faults-{kind}.md").write_text(text, encoding="utf-8")
    return 1 if run.faults or run.given_up else 0


@contextmanager
def _servers(options: argparse.Namespace, settings: Settings) -> Iterator[tuple[Settings, str | None, list[Server]]]:
    """Give the settings, the address of PostgreSQL if it is to be that, and the servers that may be killed."""
    with ExitStack() as started:
        if not options.postgresql:
            yield settings, options.database, []
            return
        postgresql, redis = started.enter_context(own_postgresql()), started.enter_context(own_redis())
        yield replace(settings, redis_url=redis.url), postgresql.url(postgresql.create()), [postgresql, redis]


def _run(
    settings: Settings,
    url: str | None,
    options: argparse.Namespace,
    scratch: Path,
    *,
    outside: Outside,
    servers: Sequence[Server],
) -> report.Run:
    with running(settings, url, scratch, Steps(), outside=outside) as frontdesk:
        database = Database(frontdesk.settings.database_url)
        people = _people(frontdesk, outside)
        outside.edges = frontdesk.addresses
        trouble = Trouble(frontdesk.supervisor, database, options.every, lambda: outside.in_hand > 0, servers)
        try:
            for person in people:
                person.start()
            _until(lambda: False, options.minutes * 60, frontdesk, trouble)
            trouble.mend()
            for person in people:
                person.stop()
            say("no more trouble; waiting until nothing waits any more")
            _until(lambda: not any(person.is_alive() for person in people), _SETTLES_SECONDS, frontdesk)
            settled = _until(lambda: evidence.is_settled(database), _SETTLES_SECONDS, frontdesk)
            chats = [person for person in people if isinstance(person, ChatPatient)]
            seen = {where: ids for chat in chats for where, ids in chat.seen(frontdesk.addresses[0]).items()}
            found = evidence.read(
                database,
                said=[said for person in people for said in person.said],
                seen=seen,
                received=list(outside.texts),
            )
        finally:
            for person in people:
                person.stop()
            trouble.mend()
            database.close()
    for person in people:
        person.close()
    return report.Run(
        store=_store(frontdesk, servers),
        minutes=options.minutes,
        done=trouble.done,
        evidence=found,
        faults=check(found),
        given_up=[where for person in people for where in person.given_up],
        waits=[seconds for person in people for seconds in person.waits],
        tries=sum(person.tries for person in people),
        settled_seconds=settled,
    )


def _store(frontdesk: Running, servers: Sequence[Server]) -> str:
    if len(frontdesk.addresses) == 1:
        return "SQLite, one edge"
    return f"PostgreSQL{' and Redis' if servers else ''}, two edges and two Rasas"


def _people(frontdesk: Running, outside: Outside) -> Sequence[Person]:
    edges = frontdesk.addresses
    return [
        *(ChatPatient(edges, f"chat{number}", _CHAT_PAUSE) for number in range(_CHATS)),
        *(
            TextingPatient(edges, f"phone{number}", _PHONE_PAUSE, outside.sms, first=number * 1000)
            for number in range(_PHONES)
        ),
        Desk(edges, "desk", _DESK_PAUSE, frontdesk.desk_token),
    ]


def _until(
    is_over: Callable[[], bool], seconds: float, frontdesk: Running, trouble: Trouble | None = None
) -> float | None:
    """Watch over the processes until something holds; give the seconds that took, None if it did not in time."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        frontdesk.supervisor.look()
        if trouble is not None:
            trouble.look()
        if is_over():
            return time.monotonic() - began
        time.sleep(_LOOKS_EVERY)
    return None


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long there is trouble (default: 3)")
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two faults (default: 20)")
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--postgresql",
        action="store_true",
        help="two edges and Rasas, with a PostgreSQL and a Redis that are started for it, killed and frozen too",
    )
    other.add_argument("--database", help="the same on an empty PostgreSQL of yours, which nobody kills, without Redis")
    parser.add_argument("--scratch", type=Path, help="where databases and logs go meanwhile (default: the system's)")
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the results go (default: bench/results)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
