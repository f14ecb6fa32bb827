"""`frontdesk staff`: accounts of the people who answer patients."""

from __future__ import annotations

import json

import click

from bot.clinic import load_clinic
from bot.db.engine import Database
from bot.settings import Settings, load_settings
from bot.staff.actor import FRONTDESK
from bot.staff.integrations import Integrations
from bot.staff.passwords import new_password
from bot.staff.people import People
from bot.staff.second_factor import SecondFactor
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role


def ensure_first_account(settings: Settings) -> tuple[str, str | None]:
    """Make the first account if there is none.

    Returns:
        Its email address, and its new password, or None when there were accounts already.
    """
    clinic = load_clinic(settings.clinic_path)
    email = f"admin@{clinic.email.partition('@')[2] or 'clinic.example'}"
    database = Database.of(settings)
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
    database = Database.of(load_settings())
    StaffAccounts(database).add(email=email, name=name, role=Role(role), password=password, is_given=True)
    click.echo(f"{email} can sign in with the password {password}")


@command.command("set-password")
@click.argument("email")
def set_password_command(email: str) -> None:
    """Give an account a new password, print it, and end its sign-ins and one-time links."""
    database = Database.of(load_settings())
    click.echo(f"The new password of {email} is {StaffAccounts(database).reset_password(email)}")


def _people() -> People:
    return People(Database.of(load_settings()))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_command(*, as_json: bool) -> None:
    """List accounts."""
    for person in _people().all():
        fields = {**vars(person), "role": person.role.value}
        state = "shut out" if person.is_shut_out else "invited" if person.is_invited else "active"
        click.echo(json.dumps(fields) if as_json else f"{person.email}  {person.name}  {person.role.value}  {state}")


@command.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="The name that patients see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value, show_default=True)
def invite_command(email: str, name: str, role: str) -> None:
    """Make an account and print the link that sets its password once."""
    click.echo(_link(_people().invite(email=email, name=name, role=Role(role), by=FRONTDESK)))


@command.command("reset-link")
@click.argument("email")
def reset_link_command(email: str) -> None:
    """Print a link that sets a new password once."""
    people = _people()
    click.echo(_link(people.reset_link(people.id_of(email), FRONTDESK)))


@command.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def role_command(email: str, role: str) -> None:
    """Give somebody another role."""
    people = _people()
    people.set_role(people.id_of(email), Role(role), FRONTDESK)
    click.echo(f"{email} is {role} now.")


@command.command("shut-out")
@click.argument("email")
def shut_out_command(email: str) -> None:
    """Let somebody sign in no more, end their sign-ins, and give their tickets back to all."""
    # The first account is made at set-up, which has no need of all this.
    from bot.bootstrap import build_services

    services = build_services(load_settings())
    services.leaving.shut_out(services.people.id_of(email), FRONTDESK)
    click.echo(f"{email} can no longer sign in.")


@command.command("let-in")
@click.argument("email")
def let_in_command(email: str) -> None:
    """Let somebody sign in again."""
    people = _people()
    people.let_in(people.id_of(email), FRONTDESK)
    click.echo(f"{email} can sign in again.")


@command.command("reset-second-factor")
@click.argument("email")
def reset_second_factor_command(email: str) -> None:
    """Take the codes from an account whose owner has lost them; their sign-ins end, and they are told by email."""
    from bot.escalation.ways_out import tell_by_email

    settings = load_settings()
    database = Database.of(settings)
    SecondFactor(database, tell_by_email(settings)).reset(People(database).id_of(email), FRONTDESK)
    told = "They are told by email." if settings.smtp_url else "No email is set up, so tell them yourself."
    click.echo(f"{email} signs in with the password alone now. {told}")


@command.command("connect")
@click.argument("name")
@click.option("--as", "email", required=True, help="The staff member in whose name the program works.")
@click.option("--webhook", default="", help="The address that is told what happens to tickets.")
def connect_command(name: str, email: str, webhook: str) -> None:
    """Give a program a token for tickets, and print it once (see docs/connecting.md)."""
    database = Database.of(load_settings())
    staff_member_id = People(database).id_of(email)
    made = Integrations(database).connect(name=name, staff_member_id=staff_member_id, webhook_url=webhook, by=FRONTDESK)
    click.echo(f"Token: {made.token}")
    click.echo(f"Secret of the webhook: {made.webhook_secret}")


@command.command("cut-off")
@click.argument("name")
def cut_off_command(name: str) -> None:
    """Let a program do nothing any more."""
    Integrations(Database.of(load_settings())).cut_off(name, FRONTDESK)
    click.echo(f"{name} is cut off.")


def _link(token: str) -> str:
    return f"{load_settings().public_url.rstrip('/')}/staff/join/{token}"
