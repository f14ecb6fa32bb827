"""Sets everything up in a process that ends afterwards: `up` watches for weeks, and need not hold what this imports.

`python -m bot.cli.setting_up.preparing FD` writes the first staff account to the file descriptor, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from types import FrameType
from typing import NoReturn

from bot.cli.setting_up import last_setup
from bot.cli.steps import LEASH, Steps
from bot.errors import FrontdeskError
from bot.settings import Settings, load_settings

PATIENCE = 15.0
"""Seconds that a set-up which is told to stop gets for stopping what it runs."""


@dataclass(frozen=True, kw_only=True)
class FirstAccount:
    """The account to sign in with.

    Attributes:
        email: Its address.
        password: Its password; only when it has just been made.
    """

    email: str
    password: str | None = None


def prepare(settings: Settings, steps: Steps) -> FirstAccount:
    """Do what is left to do, if anything is.

    Args:
        settings: Where things are.
        steps: Where it is shown.

    Raises:
        SystemExit: It failed; the process that did it has said why.
    """
    with steps.step("Set up") as step:
        email = last_setup.first_account(settings)
        step.found("something is to be done" if email is None else "nothing has changed")
    # What production asks for can change without a file changing: a review that is overdue, a password.
    return FirstAccount(email=email) if email is not None and settings.env != "production" else _in_a_process()


def _in_a_process() -> FirstAccount:
    listening, telling = os.pipe()
    with os.fdopen(listening, "rb") as told:
        try:
            process = subprocess.Popen(
                # -P, as in ./frontdesk: a directory called "bot" where the command was typed is not ours.
                [*LEASH, sys.executable, "-P", "-m", "bot.cli.setting_up.preparing", str(telling)],
                pass_fds=[telling],
            )
        finally:
            os.close(telling)
        try:
            account = told.read()
            status = process.wait()
        finally:
            _end(process)
    if status != 0:
        sys.exit(1)
    return FirstAccount(**json.loads(account))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> None:
    """Do every step, and tell the first account."""
    from bot.cli.commands import staff
    from bot.cli.setting_up import setup

    signal.signal(signal.SIGTERM, _interrupt)
    try:
        settings, steps = load_settings(), Steps()
        _require_key(settings)
        last_setup.forget(settings)
        set_up_from = last_setup.sources(settings)
        setup.prepare(settings, steps)
        email, password = staff.ensure_first_account(settings)
        last_setup.note(settings, set_up_from=set_up_from, account=email)
    except FrontdeskError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        # The one that started this says so.
        sys.exit(1)
    with os.fdopen(int(sys.argv[1]), "w", encoding="utf-8") as telling:
        json.dump(asdict(FirstAccount(email=email, password=password)), telling)


def _require_key(settings: Settings) -> None:
    """Say at once, and not after half a minute of steps, that what is stored cannot be opened.

    Raises:
        EncryptionKeyError: The key is missing or another one; says what to do.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from bot.db.engine import Database

    database = Database.of(settings)
    try:
        database.keys.follow()
    except SQLAlchemyError:
        # The step that brings the database up to date says what is wrong with it.
        return
    finally:
        database.close()


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
