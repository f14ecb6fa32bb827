"""Trains and starts what is measured, in a scratch folder: Frontdesk's three processes, and a stock Rasa project."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench import machine
from bench.turn.chats import LOOPBACK, FrontdeskChat, Opener, StockChat
from bot.cli.processes.programs import programs
from bot.cli.processes.running import free_port
from bot.cli.processes.supervisor import Program, Supervisor
from bot.cli.setting_up import environments, fingerprint, setup
from bot.cli.steps import Steps, run_logged
from bot.settings import Settings

# On a machine that others load, TensorFlow alone takes minutes to import.
_READY_WITHIN = 600.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server.

    Attributes:
        supervisor: Its processes.
        opener: Opens a conversation with it.
        ready_seconds: From starting the first process until the last one said that it is ready.
        train_seconds: Training its model, Rasa's own start included.
    """

    supervisor: Supervisor
    opener: Opener
    ready_seconds: float
    train_seconds: float

    def resident_mb(self) -> dict[str, float]:
        """Return the resident memory of each of its processes, in MB."""
        return {name: machine.resident_mb(session) for name, session in self._sessions().items()}

    def proportional_mb(self) -> float:
        """Return the memory of all of them, each page shared out among the processes that have it, in MB."""
        return sum(machine.proportional_mb(session) for session in self._sessions().values())

    def cpu_seconds(self) -> float:
        """Return how long its processes have worked so far, all threads together."""
        return sum(machine.cpu_seconds(session) for session in self._sessions().values())

    def _sessions(self) -> dict[str, int]:
        children = self.supervisor.children
        return {child.program.name: child.process.pid for child in children if child.process is not None}


@contextmanager
def frontdesk(settings: Settings, scratch: Path, steps: Steps) -> Iterator[Server]:
    """Run the edge, the actions and Rasa on free ports with databases of their own.

    Args:
        settings: Those of the project.
        scratch: An empty folder.
        steps: Where it is shown.
    """
    rasa_port, actions_port, port = free_port(), free_port(), free_port()
    own = replace(
        settings,
        host=LOOPBACK,
        port=port,
        rasa_url=f"http://{LOOPBACK}:{rasa_port}",
        database_url=f"sqlite:///{scratch / 'frontdesk.db'}",
    )
    setup.prepare_store(own, steps)
    model = scratch / "frontdesk.tar.gz"
    rasa = str(environments.RASA.executable(own.root))
    train = [rasa, "-m", "bot.nlu.tuning.train", "--out", str(model)]
    train_seconds = _train(train, "Training Frontdesk's model", own.root, scratch, steps)
    wanted = [
        _with_scratch(program, model, scratch)
        for program in programs(own, rasa_port=rasa_port, actions_port=actions_port)
    ]
    ready = f"http://{LOOPBACK}:{port}/health/ready"
    wanted[-1] = replace(wanted[-1], health_url=ready)
    with _running(wanted, own.root, scratch / "log", steps) as (supervisor, seconds):
        yield Server(
            supervisor=supervisor,
            opener=lambda: FrontdeskChat(port),
            ready_seconds=seconds,
            train_seconds=train_seconds,
        )


@contextmanager
def stock_rasa(root: Path, scratch: Path, steps: Steps) -> Iterator[Server]:
    """Make a project with `rasa init`, which also trains it, and serve it.

    Args:
        root: Our own project, in which the environment of stock Rasa is made.
        scratch: An empty folder.
        steps: Where it is shown.
    """
    with (
        setup.tensorflow_environment(root, steps) as python,
        _stock_rasa([str(python), "-m", "rasa"], scratch, steps) as server,
    ):
        yield server


@contextmanager
def _stock_rasa(rasa: list[str], scratch: Path, steps: Steps) -> Iterator[Server]:
    project = scratch / "project"
    project.mkdir()
    init = [*rasa, "init", "--no-prompt", "--init-dir", str(project)]
    train_seconds = _train(init, "Making and training a stock Rasa project", project, scratch, steps)
    port = free_port()
    serve = [*rasa, "run", "--interface", LOOPBACK, "--port", str(port)]
    program = Program(name="stock-rasa", command=serve, health_url=f"http://{LOOPBACK}:{port}/", env=setup.QUIET_RASA)
    with _running([program], project, scratch / "log", steps) as (supervisor, seconds):
        yield Server(
            supervisor=supervisor,
            opener=lambda: StockChat(port),
            ready_seconds=seconds,
            train_seconds=train_seconds,
        )


def _train(command: list[str], title: str, folder: Path, scratch: Path, steps: Steps) -> float:
    started = time.monotonic()
    with steps.step(title) as step:
        # An empty cache: Rasa would otherwise skip what an earlier run has trained.
        env = {**setup.QUIET_RASA, "RASA_CACHE_DIRECTORY": str(scratch / "cache")}
        run_logged(command, what=title.lower(), root=folder, log=scratch / "train.log", step=step, env=env)
    return time.monotonic() - started


def _with_scratch(program: Program, model: Path, scratch: Path) -> Program:
    command = [str(model) if part == str(fingerprint.MODEL) else part for part in program.command]
    # All its patients come from one address, and write without a pause.
    unlimited = {"FRONTDESK_RATE_LIMITS": "false"}
    env = {**program.env, **unlimited, "FRONTDESK_TRACKER_URL": f"sqlite:///{scratch / 'tracker.db'}"}
    return replace(program, command=command, env=env)


@contextmanager
def _running(wanted: list[Program], folder: Path, logs: Path, steps: Steps) -> Iterator[tuple[Supervisor, float]]:
    supervisor = Supervisor(wanted, root=folder, logs=logs, say=steps.say)
    try:
        with steps.step(f"Starting {', '.join(program.name for program in wanted)}"):
            started = time.monotonic()
            supervisor.start()
            for program in wanted:
                supervisor.wait_until_ready(program.name, _READY_WITHIN)
            seconds = time.monotonic() - started
        yield supervisor, seconds
    finally:
        supervisor.stop()
