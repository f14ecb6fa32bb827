"""`frontdesk staff`: accounts of the people who answer patients."""

from __future__ import annotations

import click

from bot.clinic import load_clinic
from bot.db.engine import Database
from bot.settings import Settings, load_settings
from bot.staff.passwords import new_password
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role


def ensure_first_account(settings: Settings) -> tuple[str, str | None]:
    """Make the first account if there is none.

    Returns:
        Its email address, and its new password, or None when there were accounts already.
    """
    clinic = load_clinic(settings.clinic_path)
    email = f"admin@{clinic.email.partition('@')[2] or 'clinic.example'}"
    database = Database(settings.database_url)
    try:
        return email, StaffAccounts(database).ensure_first(email=email, name="Front desk")
    finally:
        database.close()


@click.group("staff")
def command() -> None:
    """Staff accounts."""


@command.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name that patients see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value, show_default=True)
def add_command(email: str, name: str, role: str) -> None:
    """Make an account and print its first password."""
    password = new_password()
    database = Database(load_settings().database_url)
    StaffAccounts(database).add(email=email, name=name, role=Role(role), password=password)
    click.echo(f"{email} can sign in with the password {password}")


@command.command("set-password")
@click.argument("email")
def set_password_command(email: str) -> None:
    """Give an account a new password, print it, and end its sign-ins."""
    database = Database(load_settings().database_url)
    click.echo(f"The new password of {email} is {StaffAccounts(database).reset_password(email)}")
