"""Runs the action server in one process, on loopback only: `python -m actions --port 5055`."""

from __future__ import annotations

import argparse
import warnings
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from bot.logs import configure_logging


class Executor(ActionExecutor):
    """Runs actions that read no domain: endpoints.yml tells Rasa not to send it, which rasa_sdk would refuse."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:  # noqa: ARG002
        """Give the domain of a call, empty where none was sent."""
        return payload.get("domain") or {}


def main() -> None:
    """Register the actions of this package and serve them until told to stop.

    rasa_sdk's own start-up runs four processes; a clinic's actions need one.
    """
    configure_logging()
    # rasa_sdk 3.21 serves Rasa 3.6.21 (the end-to-end tests show it); its warning would come with every start.
    warnings.filterwarnings("ignore", message="You are using an old version of rasa")
    parser = argparse.ArgumentParser(prog="actions")
    parser.add_argument("--port", type=int, default=5055)
    port = parser.parse_args().port
    executor = Executor()
    executor.register_package("actions")
    app = create_app(executor)
    # Rasa keeps its connection for the next turn.
    app.config.KEEP_ALIVE_TIMEOUT = 120
    app.prepare(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
