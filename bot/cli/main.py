"""The command group of `./frontdesk`: which commands there are, and how an error reaches the terminal."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass

import click

from bot.errors import FrontdeskError
from bot.settings import VERSION


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One command: the module of bot.cli.commands that holds it as `command`, and its line in the help."""

    module: str
    help: str


COMMANDS = {
    "up": Entry(module="up", help="Set up what is missing, start everything, print the addresses."),
    "test": Entry(module="checks", help="Run all checks and tests."),
    "ask": Entry(module="ask", help="Ask one question, or a file of them, from the terminal."),
    "evaluate": Entry(module="evaluate", help="Measure understanding, answers and red flags."),
    "train": Entry(module="train", help="Train the Rasa model, if what it learns from has changed."),
    "learn": Entry(module="learn", help="Learn what staff have taught; the edge starts it by itself."),
    "knowledge": Entry(module="knowledge", help="Check, load and write out the approved answers."),
    "golive": Entry(module="golive", help="Show what is left to do before patients use it."),
    "clinic": Entry(module="clinic", help="Write what the console changed into the form of clinic.yml."),
    "database": Entry(module="database", help="Create, migrate and copy the database."),
    "keys": Entry(module="safekeeping.keys", help="Encrypt what is stored, and change the keys."),
    "backup": Entry(module="safekeeping.backup", help="Save the databases and what belongs to them into one file."),
    "restore": Entry(module="safekeeping.restore", help="Put a backup in the place of what is there."),
    "tickets": Entry(module="tickets", help="List, show, answer and resolve what was passed to staff."),
    "appointments": Entry(module="appointments", help="Put a file of appointments into the clinic's book."),
    "patients": Entry(module="patients", help="Export or forget what is stored of one person."),
    "retention": Entry(module="retention", help="Delete what is older than clinic.yml says, as every night."),
    "report": Entry(module="report", help="Show what was asked, what became of it, and how long staff took."),
    "bench": Entry(module="bench", help="Measure turns, growth, training, a soak and two of each, beside stock Rasa."),
    "sbom": Entry(module="sbom", help="List everything that Frontdesk is made of (CycloneDX)."),
    "widget": Entry(module="widget", help="The line that puts the chat on a clinic's website."),
    "staff": Entry(module="staff", help="Staff accounts: add, invite, reset, shut out."),
}


class Commands(click.Group):
    """A group that imports a command only when it is called, so that a broken one stops no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Name every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click's signature)
        """Import and give the command called `cmd_name`."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = importlib.import_module(f"bot.cli.commands.{entry.module}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  (click's signature)
        """Write the table of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of ours becomes one clear line and exit status 1."""
        try:
            return super().invoke(ctx)
        except FrontdeskError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version=VERSION, prog_name="frontdesk")
def frontdesk() -> None:
    """Answer a clinic's patients from approved answers, and hand the rest to staff."""
    # Only where the command logs at all: the process that watches over the others does not, and stays small.
    if "structlog" in sys.modules:
        from bot.process.logs import configure_logging

        configure_logging(to_stderr=True)
