"""What must be true before patients use a Frontdesk: each point, how it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.bootstrap import Services
from bot.errors import SettingsError
from bot.knowledge import history_store
from bot.knowledge.exchange.versions import in_service
from bot.knowledge.reviewing import coverage, upkeep
from bot.knowledge.reviewing.upkeep import Care
from bot.staff import passwords
from bot.staff import store as staff
from bot.staff.permissions import Permission, may
from bot.vocabulary import Role

DEFAULT_PASSWORDS = ("password", "admin", "changeme", "frontdesk", "letmein", "12345678", "welcome")
"""What people set "for now"; first passwords that Frontdesk makes are random."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of the checklist.

    Attributes:
        name: What it is about.
        done: Whether it is all right.
        blocks: Whether production does not start without it.
        state: How it stands.
        todo: What to do if it is not all right.
    """

    name: str
    done: bool
    blocks: bool
    state: str
    todo: str = ""


def checklist(services: Services) -> list[Point]:
    """Look at every point; those that keep production from starting come first."""
    return [*blocking(services), *_advised(services)]


def blocking(services: Services) -> list[Point]:
    """Look at the points without which production does not start."""
    return [_clinic(services), _emergency_number(services), _samples(services), _passwords(services)]


def require_ready(services: Services) -> None:
    """Let production start only when it is ready; development always starts.

    Raises:
        SettingsError: A point is open; the message names each and what to do.
    """
    if services.settings.env != "production":
        return
    still_open = [point for point in blocking(services) if not point.done]
    if still_open:
        lines = [f"- {point.name}: {point.state} {point.todo}" for point in still_open]
        raise SettingsError(
            "\n".join(
                [
                    "FRONTDESK_ENV=production does not start until this is done (./frontdesk golive shows all points):",
                    *lines,
                ]
            )
        )


def _clinic(services: Services) -> Point:
    return Point(
        name="Clinic",
        done=not services.clinic.sample,
        blocks=True,
        state=f"clinic.yml is {'a made-up one' if services.clinic.sample else services.clinic.name}.",
        todo="Put your own values into clinic.yml and remove the line 'sample: true'.",
    )


def _emergency_number(services: Services) -> Point:
    number = services.clinic.emergency_number
    is_set = any(letter.isdigit() for letter in number)
    return Point(
        name="Emergency number",
        done=is_set,
        blocks=True,
        state=f"Patients in danger are told to call {number}." if is_set else f"'{number}' cannot be called.",
        todo="Set emergency_number in clinic.yml to the number that works where your patients are.",
    )


def _samples(services: Services) -> Point:
    with services.database.read() as session:
        served = [version for answer in history_store.all_answers(session) if (version := in_service(answer))]
    samples = sum(version.sample for version in served)
    return Point(
        name="Answers",
        done=bool(served) and samples == 0,
        blocks=True,
        state=f"{samples} of {len(served)} answers in service are samples that no clinician has reviewed.",
        todo="Review each in the console (Answers, status Not reviewed), or retire it. An edit that a clinician "
        "approves is no sample. If your files name a reviewer: ./frontdesk staff add EMAIL --name NAME --role "
        "clinician, then ./frontdesk knowledge import.",
    )


def _passwords(services: Services) -> Point:
    with services.database.read() as session:
        accounts = staff.password_hashes(session)
    guessed = [
        email
        for email, known_hash in accounts
        if any(passwords.password_matches(known_hash, guess) for guess in DEFAULT_PASSWORDS)
    ]
    return Point(
        name="Passwords",
        done=not guessed,
        blocks=True,
        state=f"Anybody could guess that of {', '.join(guessed)}." if guessed else f"{len(accounts)} staff accounts.",
        todo="./frontdesk staff set-password EMAIL makes a new one.",
    )


def _advised(services: Services) -> list[Point]:
    today = services.clinic.today()
    with services.database.read() as session:
        unsettled = coverage.grid(session, services.serving_rules()).unsettled()
        overdue = [item for item in upkeep.stale(session, today) if item.care is Care.OVERDUE]
        roles = [Role(role) for role in staff.roles(session)]
    clinicians = sum(may(role, Permission.REVIEW_AS_CLINICIAN) for role in roles)
    writers = sum(may(role, Permission.WRITE_ANSWERS) for role in roles)
    enough = services.clinic.one_person_approves or (clinicians >= 1 and writers >= 2)
    return [
        Point(
            name="Coverage",
            done=not unsettled,
            blocks=False,
            state=f"{len(unsettled)} topics of treatments are neither answered nor left to staff.",
            todo="./frontdesk knowledge coverage names them.",
        ),
        Point(
            name="Reviews",
            done=not overdue,
            blocks=False,
            state=f"{len(overdue)} answers are not served because their review ran out.",
            todo="./frontdesk knowledge stale names them and their owners.",
        ),
        Point(
            name="Two people",
            done=enough,
            blocks=False,
            state=f"{writers} people may write answers, {clinicians} may review them as clinicians.",
            todo="Add accounts (./frontdesk staff add), or set one_person_approves in clinic.yml.",
        ),
        Point(
            name="HTTPS",
            done=services.settings.secure_cookies,
            blocks=False,
            state=f"Staff cookies are sent {'over HTTPS only' if services.settings.secure_cookies else 'in the open'}.",
            todo="Put a proxy with HTTPS before Frontdesk and start with FRONTDESK_ENV=production.",
        ),
    ]
