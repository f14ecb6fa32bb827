"""What must be true before patients use a Frontdesk: each point, how it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.bootstrap import Services
from bot.errors import SettingsError
from bot.knowledge import history_store
from bot.knowledge.exchange.versions import in_service
from bot.knowledge.reviewing import coverage, upkeep
from bot.knowledge.reviewing.upkeep import Care
from bot.process.outside_connections import in_the_open
from bot.sealing import KEY_FILE_VARIABLE
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
        why: What goes wrong for patients or staff while it is open.
        page: The page of the console on which it is done; empty where it is done on the server.
    """

    name: str
    done: bool
    blocks: bool
    state: str
    todo: str
    why: str
    page: str = ""


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
        todo="Put your own values into clinic.yml (hours, phone and prices can be changed in the console too), then "
        "remove the line 'sample: true'.",
        why="Patients would be told another clinic's phone number, hours and prices.",
        page="/staff/clinic",
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
        why="It is the first thing on the card that a patient in danger sees.",
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
        why="Production serves only what somebody of your clinic has approved.",
        page="/staff/knowledge?state=sample",
    )


def _passwords(services: Services) -> Point:
    with services.database.read() as session:
        accounts = staff.password_hashes(session)
    guessed = [email for email, known_hash in accounts if _anybody_could_guess(known_hash)]
    return Point(
        name="Passwords",
        done=not guessed,
        blocks=True,
        state=f"Anybody could guess that of {', '.join(guessed)}."
        if guessed
        else f"Nobody could easily guess that of {_counted(len(accounts), 'staff account')}.",
        todo="./frontdesk staff set-password EMAIL makes a new one; so does a password link under People.",
        why="Whoever guesses it reads what patients wrote.",
        page="/staff/people",
    )


@lru_cache(maxsize=256)
def _anybody_could_guess(password_hash: str) -> bool:
    """Try the usual passwords; checking one takes long on purpose, and the outcome stays true of a hash."""
    return any(passwords.password_matches(password_hash, guess) for guess in DEFAULT_PASSWORDS)


def _told_twice(services: Services) -> Point:
    names = [conflict.name for conflict in services.clinic_settings.conflicts()]
    return Point(
        name="Console and clinic.yml",
        done=not names,
        blocks=False,
        state=f"They differ on {', '.join(names)}." if names else "They do not contradict each other.",
        todo="Decide for each which of the two holds, under Clinic in the console.",
        why="Somebody changed a value in one place, and patients are told the other.",
        page="/staff/clinic",
    )


def _advised(services: Services) -> list[Point]:
    today, zone = services.clinic.today(), ZoneInfo(services.clinic.timezone)
    with services.database.read() as session:
        unsettled = coverage.grid(session, services.serving_rules()).unsettled()
        overdue = [item for item in upkeep.stale(session, today, zone) if item.care is Care.OVERDUE]
        roles = [Role(role) for role in staff.roles(session)]
    clinicians = sum(may(role, Permission.REVIEW_AS_CLINICIAN) for role in roles)
    writers = sum(may(role, Permission.WRITE_ANSWERS) for role in roles)
    enough = services.clinic.one_person_approves or (clinicians >= 1 and writers >= 2)
    return [
        _told_twice(services),
        Point(
            name="Coverage",
            done=not unsettled,
            blocks=False,
            state=f"Neither answered nor left to staff: {_counted(len(unsettled), 'topic')} of treatments.",
            todo="Write an answer, or leave the topic to staff. ./frontdesk knowledge coverage names them.",
            why="Patients who ask about them get no answer, and nobody has decided that.",
            page="/staff/knowledge/coverage",
        ),
        Point(
            name="Reviews",
            done=not overdue,
            blocks=False,
            state=f"Not served because the review ran out: {_counted(len(overdue), 'answer')}.",
            todo="Let each be reviewed again. ./frontdesk knowledge stale names them and their owners.",
            why="Patients who ask about them are offered a person instead.",
            page="/staff/knowledge/care",
        ),
        _plans(services),
        Point(
            name="Two people",
            done=enough,
            blocks=False,
            state=f"{_counted(writers, 'person', 'people')} may write answers, {clinicians} review as clinicians.",
            todo="Invite people (or ./frontdesk staff add), or set one_person_approves in clinic.yml.",
            why="Nobody approves what they wrote themselves, and a clinician must approve what is medical.",
            page="/staff/people",
        ),
        Point(
            name="Encryption",
            done=bool(services.settings.encryption_keys),
            blocks=False,
            state="What patients and staff write is encrypted where it is stored."
            if services.settings.encryption_keys
            else "No key is set: what patients and staff write is stored in plain form.",
            todo=f"./frontdesk keys make FILE, set {KEY_FILE_VARIABLE} to it for all processes, start them again, then "
            "./frontdesk keys encrypt.",
            why="Whoever gets hold of the disk or of a backup reads it.",
        ),
        _connections(services),
        Point(
            name="HTTPS",
            done=services.settings.secure_cookies,
            blocks=False,
            state=f"Staff cookies are sent {'over HTTPS only' if services.settings.secure_cookies else 'in the open'}.",
            todo="Put a proxy with HTTPS before Frontdesk and start with FRONTDESK_ENV=production.",
            why="Otherwise anybody on the same network can read along.",
        ),
    ]


def _connections(services: Services) -> Point:
    still_open = in_the_open(services.settings)
    return Point(
        name="Connections",
        done=not still_open,
        blocks=False,
        state=f"To another machine in the open, or unchecked: {', '.join(still_open)}."
        if still_open
        else "What is called on other machines is called encrypted, and its certificate is checked.",
        todo="For PostgreSQL add sslmode=verify-full (and sslrootcert=FILE); for Redis rediss://, for Rasa https://, "
        "for mail smtps:// or smtp+tls://. Or run them on this machine.",
        why="Whoever is on the network between reads what patients wrote, and the passwords.",
    )


def _plans(services: Services) -> Point:
    with services.database.read() as session:
        messages, unapproved = services.appointments.plans.count(session)
    return Point(
        name="Plans",
        done=unapproved == 0,
        blocks=False,
        state=f"Not approved by a clinician: {unapproved} of {_counted(messages, 'message')} around treatments.",
        todo="Let a clinician go through them in the console (Answers, Plans).",
        why="Production sends none of them, and patients who have an appointment are told nothing.",
        page="/staff/knowledge/plans",
    )


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
