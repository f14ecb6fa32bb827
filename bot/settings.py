"""The settings of a running Frontdesk: environment variables in, one frozen dataclass out."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "production")
PUBLIC_URL = "FRONTDESK_PUBLIC_URL"
SMS_VARIABLES = ("FRONTDESK_TWILIO_ACCOUNT_SID", "FRONTDESK_TWILIO_AUTH_TOKEN", "FRONTDESK_SMS_NUMBER", PUBLIC_URL)
EVERY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (looked up only)
SHORTEST_SECRET = 32
SMS_PATH = "/channels/sms"
"""Where the edge takes what Twilio calls it with."""


@dataclass(frozen=True, kw_only=True)
class SmsSettings:
    """The clinic's account at Twilio.

    Attributes:
        account_sid: The account, as Twilio names it.
        auth_token: Its secret: signs what Twilio sends us, and opens what we send.
        number: The clinic's number at Twilio, as `+15550142`.
        api_url: Where Twilio's interface is.
        webhook_url: The address that Twilio calls, as the clinic entered it there: part of what is signed.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    number: str
    api_url: str
    webhook_url: str

    @property
    def messages_url(self) -> str:
        """Where a text to send is posted."""
        return f"{self.api_url.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}/Messages.json"

    @property
    def credentials(self) -> tuple[str, str]:
        """Name and password for it."""
        return self.account_sid, self.auth_token


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are and how they run; read once at start, then passed in.

    Attributes:
        env: `development` or `production`.
        root: The project's folder.
        database_url: SQLAlchemy address of the store.
        tracker_url: That of Rasa's memory, as Rasa is given it.
        rasa_url: Address of Rasa's HTTP server.
        rasa_timeout: Seconds to wait for Rasa before the patient is told that the assistant is down.
        host: Address the edge listens on.
        port: Port the edge listens on.
        clinic_path: The clinic's own file, clinic.yml.
        knowledge_path: The folder of answers, sources, topics, treatments and red flags.
        domain_path: Rasa's domain file, which holds every fixed wording.
        secure_cookies: Whether staff cookies are sent over HTTPS only.
        public_url: How staff reach the console from outside, for links in emails.
        smtp_url: The mail server; empty for no email.
        smtp_authorities: The certificate authorities to trust for the mail server; None for the machine's.
        mail_from: The address that emails come from.
        webhook_url: What is called for urgent and unclaimed tickets; empty for none.
        webhook_secret: What the webhook's calls are signed with.
        widget_secret: What the clinic's website signs with who its visitors are; empty if it does not say.
        sms: The account that texts are sent by; None for no SMS.
    """

    env: str
    root: Path
    database_url: str
    tracker_url: str
    rasa_url: str
    rasa_timeout: float
    host: str
    port: int
    clinic_path: Path
    knowledge_path: Path
    domain_path: Path
    secure_cookies: bool
    public_url: str
    smtp_url: str
    smtp_authorities: Path | None
    mail_from: str
    webhook_url: str
    webhook_secret: str
    widget_secret: str
    sms: SmsSettings | None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Args:
        environ: Variables to read; the process's own by default.

    Raises:
        SettingsError: A value is not allowed; the message names the variable and what is.
    """
    env = os.environ if environ is None else environ
    name = env.get("FRONTDESK_ENV", "development")
    if name not in ENVIRONMENTS:
        raise SettingsError(f"FRONTDESK_ENV is {name!r}; allowed are {', '.join(ENVIRONMENTS)}.")
    root = Path(env.get("FRONTDESK_ROOT", str(ROOT)))
    return Settings(
        env=name,
        root=root,
        database_url=env.get("FRONTDESK_DATABASE_URL", f"sqlite:///{root / 'var' / 'frontdesk.db'}"),
        tracker_url=env.get("FRONTDESK_TRACKER_URL", f"sqlite:///{root / 'var' / 'tracker.db'}"),
        rasa_url=env.get("FRONTDESK_RASA_URL", "http://127.0.0.1:5005"),
        rasa_timeout=_seconds(env, "FRONTDESK_RASA_TIMEOUT", 8.0),
        host=env.get("FRONTDESK_HOST", "127.0.0.1"),
        port=_port(env, "FRONTDESK_PORT", 8000),
        clinic_path=Path(env.get("FRONTDESK_CLINIC", str(root / "clinic.yml"))),
        knowledge_path=Path(env.get("FRONTDESK_KNOWLEDGE", str(root / "data" / "knowledge"))),
        domain_path=Path(env.get("FRONTDESK_DOMAIN", str(root / "domain.yml"))),
        secure_cookies=_flag(env, "FRONTDESK_SECURE_COOKIES", default=name == "production"),
        public_url=env.get(PUBLIC_URL)
        or local_address(env.get("FRONTDESK_HOST", ""), env.get("FRONTDESK_PORT", "8000")),
        smtp_url=_address(env, "FRONTDESK_SMTP_URL", ("smtp", "smtps", "smtp+tls")),
        smtp_authorities=_certificates(env, "FRONTDESK_SMTP_CA"),
        mail_from=env.get("FRONTDESK_MAIL_FROM", "frontdesk@localhost"),
        webhook_url=_address(env, "FRONTDESK_WEBHOOK_URL", ("http", "https")),
        webhook_secret=env.get("FRONTDESK_WEBHOOK_SECRET", ""),
        widget_secret=_secret(env, "FRONTDESK_WIDGET_SECRET"),
        sms=_sms(env),
    )


def local_address(host: str, port: int | str) -> str:
    """Give an address of the edge as it is typed into a browser on this machine.

    Args:
        host: What it listens on; every address of a kind is reached by that kind's loopback.
        port: The port.
    """
    name = EVERY_ADDRESS.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    raw = env.get(name)
    if raw is None:
        return default
    if raw.lower() in {"1", "true", "yes"}:
        return True
    if raw.lower() in {"0", "false", "no"}:
        return False
    raise SettingsError(f"{name} is {raw!r}; allowed are true and false.")


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    raw = env.get(name, "")
    if raw and not (urlsplit(raw).scheme in schemes and urlsplit(raw).hostname):
        # Not the value: it may hold a password.
        raise SettingsError(f"{name} is no address; it begins with {' or '.join(f'{s}://' for s in schemes)}.")
    return raw


def _secret(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if value and len(value) < SHORTEST_SECRET:
        raise SettingsError(f"{name} is too short to keep anything; give at least {SHORTEST_SECRET} random characters.")
    return value


def _certificates(env: Mapping[str, str], name: str) -> Path | None:
    if not env.get(name):
        return None
    import ssl

    path = Path(env[name])
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        # That of a file without certificates is an OSError too.
        raise SettingsError(f"{name} is {str(path)!r}; give a file of certificates in PEM form.") from error
    return path


def _sms(env: Mapping[str, str]) -> SmsSettings | None:
    values = {name: env.get(name, "").strip() for name in SMS_VARIABLES}
    if not any(values[name] for name in SMS_VARIABLES if name != PUBLIC_URL):
        return None
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise SettingsError(
            f"SMS is set up by half: {', '.join(missing)} is missing. Set {', '.join(SMS_VARIABLES)}, or none of the "
            f"first three."
        )
    account_sid, auth_token, number, _public_url = values.values()
    if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
        raise SettingsError("FRONTDESK_SMS_NUMBER is no phone number with its country, such as +15550142.")
    if not re.fullmatch(r"[A-Za-z0-9]+", account_sid):
        raise SettingsError("FRONTDESK_TWILIO_ACCOUNT_SID is no account; it begins with AC and has letters and digits.")
    return SmsSettings(
        account_sid=account_sid,
        auth_token=auth_token,
        number=number,
        api_url=_address(env, "FRONTDESK_TWILIO_URL", ("https", "http")) or "https://api.twilio.com",
        webhook_url=f"{_address(env, PUBLIC_URL, ('https', 'http')).rstrip('/')}{SMS_PATH}",
    )


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    raw = env.get(name)
    if raw is None:
        return default
    try:
        value = float(raw)
    except ValueError:
        value = 0.0
    if not 0 < value <= 120:
        raise SettingsError(f"{name} is {raw!r}; give seconds, more than 0 and at most 120.")
    return value


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, str(default))
    if not raw.isdigit() or not 0 < int(raw) < 65536:
        raise SettingsError(f"{name} is {raw!r}; give a port from 1 to 65535.")
    return int(raw)
