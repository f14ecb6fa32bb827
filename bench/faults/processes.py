"""Starts a real Frontdesk to be tried hard: on SQLite one process of each kind, on PostgreSQL two Rasas, two edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import make_url

from bench.faults.outside import Outside
from bot.cli.processes.programs import LOOPBACK, programs
from bot.cli.processes.running import free_port
from bot.cli.processes.supervisor import Program, Supervisor
from bot.cli.setting_up import setup
from bot.cli.steps import Steps
from bot.db.engine import Database
from bot.errors import ConflictError
from bot.settings import Settings
from bot.staff.actor import FRONTDESK
from bot.staff.integrations import Integrations
from bot.staff.people import People
from bot.staff.sign_in import StaffAccounts

READY_WITHIN = 300.0
_EMAIL = "desk@clinic.example"


@dataclass(frozen=True, kw_only=True)
class Running:
    """A Frontdesk that is up.

    Attributes:
        supervisor: Its processes.
        settings: What it runs with.
        addresses: Its edges.
        desk_token: What a desk works on tickets with.
    """

    supervisor: Supervisor
    settings: Settings
    addresses: list[str]
    desk_token: str

    def is_ready(self) -> bool:
        """Say whether every process runs."""
        return all(child.exit_status() is None for child in self.supervisor.children)


@contextmanager
def running(
    settings: Settings,
    url: str | None,
    scratch: Path,
    steps: Steps,
    *,
    outside: Outside | None = None,
    fill: Callable[[str], None] | None = None,
) -> Iterator[Running]:
    """Run it on free ports until the block ends.

    Args:
        settings: Those of the project.
        url: An empty PostgreSQL; None for SQLite in the scratch folder.
        scratch: An empty folder.
        steps: Where it is shown.
        outside: Where texts and alerts go; None for nowhere.
        fill: Puts rows into the database at an address before anything is started.

    Raises:
        ConflictError: The database is not empty.
    """
    rasa_ports = [free_port(), free_port()][: 1 if url is None else 2]
    edge_ports = [free_port() for _ in rasa_ports]
    own = replace(
        settings,
        host=LOOPBACK,
        port=edge_ports[0],
        rasa_url=",".join(f"http://{LOOPBACK}:{port}" for port in rasa_ports),
        database_url=url or f"sqlite:///{scratch / 'frontdesk.db'}",
        tracker_url=_with_schema(url) if url else f"sqlite:///{scratch / 'tracker.db'}",
        sms=None if outside is None else outside.sms,
    )
    setup.train_model(own.root, steps)
    _require_empty(own)
    setup.prepare_store(own, steps)
    if fill is not None:
        fill(own.database_url)
    wanted = [_with_redis(each, own) for each in _programs(own, rasa_ports, edge_ports)]
    if outside is not None:
        wanted = [_with_outside(each, outside) for each in wanted]
    supervisor = Supervisor(wanted, root=own.root, logs=scratch / "log", say=steps.say)
    try:
        with steps.step(f"Starting {', '.join(program.name for program in wanted)}"):
            supervisor.start()
            for program in wanted:
                supervisor.wait_until_ready(program.name, READY_WITHIN)
        addresses = [f"http://{LOOPBACK}:{port}" for port in edge_ports]
        yield Running(supervisor=supervisor, settings=own, addresses=addresses, desk_token=_connect_desk(own))
    finally:
        supervisor.stop()


def _require_empty(settings: Settings) -> None:
    database = Database.of(settings)
    try:
        with database.engine.connect() as connection:
            if database.engine.dialect.get_table_names(connection):
                raise ConflictError("The database is not empty. Give one that may be filled and thrown away.")
    finally:
        database.close()


def _with_redis(program: Program, settings: Settings) -> Program:
    return replace(program, env={**program.env, "FRONTDESK_REDIS_URL": settings.redis_url})


def _with_outside(program: Program, outside: Outside) -> Program:
    account = outside.sms
    told = {
        "FRONTDESK_PUBLIC_URL": account.webhook_url.removesuffix("/channels/sms"),
        "FRONTDESK_TWILIO_ACCOUNT_SID": account.account_sid,
        "FRONTDESK_TWILIO_AUTH_TOKEN": account.auth_token,
        "FRONTDESK_SMS_NUMBER": account.number,
        "FRONTDESK_TWILIO_URL": account.api_url,
        "FRONTDESK_WEBHOOK_URL": outside.alerts_address,
    }
    return replace(program, env={**program.env, **told})


def _programs(settings: Settings, rasa_ports: list[int], edge_ports: list[int]) -> list[Program]:
    actions_port = free_port()
    found = []
    for number, (rasa_port, port) in enumerate(zip(rasa_ports, edge_ports, strict=True), start=1):
        of_one = programs(replace(settings, port=port), rasa_port=rasa_port, actions_port=actions_port)
        if number == 1:
            found += of_one
        else:
            # The actions hold nothing between two calls: one process serves both Rasas.
            found += [replace(each, name=f"{each.name}-{number}") for each in of_one if each.name != "actions"]
    return found


def _with_schema(url: str) -> str:
    return make_url(url).update_query_dict({"options": "-csearch_path=memory"}).render_as_string(hide_password=False)


def _connect_desk(settings: Settings) -> str:
    database = Database.of(settings)
    try:
        StaffAccounts(database).ensure_first(email=_EMAIL, name="Front desk")
        made = Integrations(database).connect(
            name="Desk", staff_member_id=People(database).id_of(_EMAIL), webhook_url="", by=FRONTDESK
        )
    finally:
        database.close()
    return made.token
