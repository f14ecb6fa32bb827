"""Runs the edge: `python -m bot.web`."""

from __future__ import annotations

import sys

import uvicorn

from bot.bootstrap import build_services, read_triage
from bot.errors import FrontdeskError
from bot.golive import require_ready
from bot.logs import configure_logging
from bot.memory import keep_what_stays
from bot.settings import load_settings
from bot.web.app import create_app


def main() -> None:
    """Read the settings and serve until told to stop."""
    configure_logging()
    try:
        settings = load_settings()
        services = build_services(settings, triage=read_triage(settings))
        require_ready(services)
    except FrontdeskError as error:
        sys.exit(str(error))
    services.waking.begin()
    keep_what_stays()
    app = create_app(services)
    # No access log: addresses of conversations are nobody's business, and tokens stand in live addresses.
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_level="warning", ws_max_size=65536)


if __name__ == "__main__":
    main()
