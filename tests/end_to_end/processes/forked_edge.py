"""Serves the real edge in one process after another, so that a test may kill many.

What takes a start its time is loaded once. For each line on standard input a new process serves, and its id is printed.
"""

from __future__ import annotations

import os
import sys

import uvicorn
from fastapi import FastAPI

from bot.bootstrap import build_services, read_triage
from bot.cli.leash import tie_to_parent
from bot.process.logs import configure_logging
from bot.settings import Settings, load_settings
from bot.web.app import create_app


def main() -> None:
    """Fork an edge whenever one is asked for; the one before it must have ended."""
    configure_logging()
    settings = load_settings()
    # Nothing of it connects to anything before it is used.
    app = create_app(build_services(settings, triage=read_triage(settings)))
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            tie_to_parent()
            # What it logs must not be taken for an id, nor keep open what the test reads.
            for output in (sys.stdout, sys.stderr):
                os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
            _serve(settings, app)
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        os.waitpid(pid, 0)


def _serve(settings: Settings, app: FastAPI) -> None:
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
