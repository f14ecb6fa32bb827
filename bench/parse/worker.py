"""Parses messages with a trained model, one a line, and answers each with the milliseconds of processor time it took.

A process of its own, since it runs in Rasa's environment and, to compare, in another checkout of the project.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from bot.nlu.server.quiet import configure_logging, prepare_environment

_MODEL = "models/frontdesk.tar.gz"


async def main() -> None:
    """Answer until the input ends."""
    prepare_environment()
    configure_logging()
    # Rasa reads the environment while it is imported.
    from rasa.core.agent import Agent

    from bot.nlu.changes.table import install_changes

    install_changes()
    agent = Agent.load(_MODEL)
    for line in sys.stdin:
        text = json.loads(line)
        started = time.process_time()
        await agent.parse_message(text)
        sys.stdout.write(f"{(time.process_time() - started) * 1000}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
