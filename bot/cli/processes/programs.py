"""Which processes a running Frontdesk has, and what each is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from bot.cli.processes.supervisor import Program
from bot.cli.setting_up import environments, fingerprint, setup
from bot.settings import Settings, local_address

LOOPBACK = "127.0.0.1"


def programs(settings: Settings, *, rasa_port: int, actions_port: int) -> list[Program]:
    """Name the processes of a running Frontdesk; the one that faces the public comes last.

    Args:
        settings: Where things are.
        rasa_port: Port of Rasa.
        actions_port: Port of the action server.
    """
    env = child_environment(settings, actions_port=actions_port)
    rasa_python = str(environments.RASA.executable(settings.root))
    serve_rasa = [
        "-m",
        "bot.nlu.server.serve",
        "--port",
        str(rasa_port),
        "--model",
        str(settings.root / fingerprint.MODEL),
    ]
    actions_url, rasa_url = f"http://{LOOPBACK}:{actions_port}/health", f"http://{LOOPBACK}:{rasa_port}/status"
    return [
        Program(
            name="actions",
            command=[sys.executable, "-m", "actions", "--port", str(actions_port)],
            health_url=actions_url,
            env=env,
        ),
        Program(
            name="rasa",
            command=[rasa_python, *serve_rasa],
            health_url=rasa_url,
            env={**env, **setup.QUIET_RASA},
        ),
        Program(
            name="edge",
            command=[sys.executable, "-m", "bot.web"],
            health_url=f"{address(settings)}/health/live",
            env=env,
        ),
    ]


def child_environment(settings: Settings, *, actions_port: int) -> Mapping[str, str]:
    """Give the variables that tell every process where the others are.

    Args:
        settings: Where things are.
        actions_port: Port of the action server.
    """
    return {
        "FRONTDESK_ACTIONS_URL": f"http://{LOOPBACK}:{actions_port}/webhook",
        "FRONTDESK_DATABASE_URL": settings.database_url,
        "FRONTDESK_HOST": settings.host,
        "FRONTDESK_PORT": str(settings.port),
        "FRONTDESK_RASA_URL": settings.rasa_url,
        # Else every thread keeps memory of its own that it has freed: 100 MB over some thousand conversations.
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
        # A second thread gains nothing for one message's few numbers, and waiting for it takes longer than the work.
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
        "FRONTDESK_TRACKER_URL": settings.tracker_url,
        "SANIC_HOST": LOOPBACK,
    }


def address(settings: Settings) -> str:
    """Give the edge's address as it is typed into a browser on this machine.

    Args:
        settings: Where things are.
    """
    return local_address(settings.host, settings.port)
