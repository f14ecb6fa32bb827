"""Runs the edge: `python -m bot.web`."""

from __future__ import annotations

import sys

import structlog
import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services, build_services, read_triage
from bot.errors import FrontdeskError
from bot.golive import require_ready
from bot.process.logs import configure_logging
from bot.process.memory import keep_what_stays
from bot.settings import load_settings
from bot.web.app import create_app
from bot.web.door.slow_clients import SERVING, connections_at_once

logger = structlog.get_logger(__name__)


def main() -> None:
    """Read the settings and serve until told to stop."""
    configure_logging()
    try:
        settings = load_settings()
        services = build_services(settings, triage=read_triage(settings))
        _read_changes(services)
        require_ready(services)
    except FrontdeskError as error:
        sys.exit(str(error))
    services.waking.begin()
    keep_what_stays()
    app = create_app(services)
    uvicorn.run(app, host=settings.host, port=settings.port, limit_concurrency=connections_at_once(), **SERVING)


def _read_changes(services: Services) -> None:
    """Take what the console changed of clinic.yml; a store that is down is asked again (`background`)."""
    try:
        services.clinic_settings.refresh()
    except SQLAlchemyError as error:
        logger.warning("clinic_not_read", problem=type(error).__name__)
        return
    for conflict in services.clinic_settings.conflicts():
        logger.warning("clinic_told_twice", value=conflict.name)


if __name__ == "__main__":
    main()
