"""Runs the action server in one process, on loopback unless told otherwise: `python -m actions --port 5055`."""

from __future__ import annotations

import argparse
import warnings
from typing import Any

import uvicorn
from rasa_sdk.executor import ActionExecutor

from actions.base import services
from actions.server import ActionServer
from bot.process.logs import configure_logging
from bot.process.memory import keep_what_stays


class Executor(ActionExecutor):
    """Runs actions that read no domain: endpoints.yml tells Rasa not to send it, which rasa_sdk would refuse."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:  # noqa: ARG002
        """Give the domain of a call, empty where none was sent."""
        return payload.get("domain") or {}


def main() -> None:
    """Register the actions of this package and serve them until told to stop."""
    configure_logging()
    # rasa_sdk 3.21 serves Rasa 3.6.21 (the end-to-end tests show it); its warning would come with every start.
    warnings.filterwarnings("ignore", message="You are using an old version of rasa")
    parser = argparse.ArgumentParser(prog="actions")
    parser.add_argument("--host", default="127.0.0.1", help="another only in a network of our own: it has no sign-in")
    parser.add_argument("--port", type=int, default=5055)
    options = parser.parse_args()
    executor = Executor()
    executor.register_package("actions")
    # Now, so that no patient's first question waits for it.
    services()
    keep_what_stays()
    # Rasa keeps its connection for the next turn.
    uvicorn.run(
        ActionServer(executor),
        host=options.host,
        port=options.port,
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=120,
    )


if __name__ == "__main__":
    main()
