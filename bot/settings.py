"""The settings of a running Frontdesk: environment variables in, one frozen dataclass out."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.outside_accounts.channels import SMS_PATH, ChannelSettings, SmsSettings
from bot.outside_accounts.sign_in_provider import CLIENT_SECRET, ProviderSettings, read_provider
from bot.sealing import KEY_FILE_VARIABLE, KEY_VARIABLE, MasterKey, read_keys

VERSION = "0.1.0"
"""Of Frontdesk; pyproject.toml says the same."""
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "production")
PUBLIC_URL = "FRONTDESK_PUBLIC_URL"
SMS_VARIABLES = ("FRONTDESK_TWILIO_ACCOUNT_SID", "FRONTDESK_TWILIO_AUTH_TOKEN", "FRONTDESK_SMS_NUMBER", PUBLIC_URL)
EVERY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (looked up only)
SHORTEST_SECRET = 32
MOST_PROXIES = 10
SHORTEST_IDLE, LONGEST_IDLE = 5, 720
"""Minutes: less would sign people out while they write, more is as long as a sign-in lasts at all."""
SECRETS = (
    KEY_VARIABLE,
    "FRONTDESK_DATABASE_URL",
    "FRONTDESK_TRACKER_URL",
    "FRONTDESK_REDIS_URL",
    "FRONTDESK_SMTP_URL",
    "FRONTDESK_METRICS_TOKEN",
    "FRONTDESK_WEBHOOK_SECRET",
    "FRONTDESK_WIDGET_SECRET",
    "FRONTDESK_TWILIO_AUTH_TOKEN",
    CLIENT_SECRET,
)
"""What may stand in a file instead, as Docker and systemd hand out secrets."""
OWN_PATHS = ("/api/", "/channels/", "/demo/", "/embed/", "/health/", "/map/", "/privacy/", "/staff/", "/static/")
"""What cannot be the path of the public address: whether it was taken off already could not be told."""
_NUMBER = r"\+[1-9]\d{6,14}"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are and how they run; read once at start, then passed in.

    Attributes:
        env: `development` or `production`.
        root: The project's folder.
        database_url: SQLAlchemy address of the store.
        tracker_url: That of Rasa's memory, as Rasa is given it.
        rasa_url: Address of Rasa's HTTP server, or of several with commas between.
        rasa_timeout: Seconds to wait for Rasa before the patient is told that the assistant is down.
        host: Address the edge listens on.
        port: Port the edge listens on.
        clinic_path: The clinic's own file, clinic.yml.
        knowledge_path: The folder of answers, sources, topics, treatments and red flags.
        domain_path: Rasa's domain file, which holds every fixed wording.
        trusted_proxies: How many proxies stand before the edge and say whom they heard from; None for one, if it is on
            this machine.
        rate_limits: Whether it is limited how often one may call.
        redis_url: Where several edges keep these counts together and tell each other what happens; empty for counts of
            their own, and for telling by the database.
        secure_cookies: Whether staff cookies are sent over HTTPS only.
        idle_minutes: After this long without a page or a form a sign-in ends.
        require_codes: Whether who sees patients must have codes of an authenticator app on.
        metrics_token: What opens /metrics; empty for nothing.
        public_url: How staff reach the console from outside, for links in emails.
        smtp_url: The mail server; empty for no email.
        smtp_authorities: The certificate authorities to trust for the mail server; None for the machine's.
        mail_from: The address that emails come from.
        webhook_url: What is called for urgent and unclaimed tickets; empty for none.
        webhook_secret: What the webhook's calls are signed with.
        widget_secret: What the clinic's website signs with who its visitors are; empty if it does not say.
        sms: The account that texts are sent by; None for no SMS.
        channel: The channel of a program of the clinic's; None for none.
        provider: Where staff may sign in besides; None for our own passwords alone.
        encryption_keys: What the store is encrypted with, the key in use first; empty for nothing.
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
    trusted_proxies: int | None
    rate_limits: bool
    redis_url: str
    secure_cookies: bool
    idle_minutes: int
    require_codes: bool
    metrics_token: str = field(repr=False)
    public_url: str
    smtp_url: str
    smtp_authorities: Path | None
    mail_from: str
    webhook_url: str
    webhook_secret: str
    widget_secret: str
    sms: SmsSettings | None
    channel: ChannelSettings | None = None
    provider: ProviderSettings | None = None
    encryption_keys: tuple[MasterKey, ...] = ()

    @property
    def path_prefix(self) -> str:
        """The path under which a proxy serves Frontdesk, as `/frontdesk`; empty for a host of its own."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def rasa_urls(self) -> tuple[str, ...]:
        """Each Rasa server's address."""
        return _each(self.rasa_url)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Args:
        environ: Variables to read; the process's own by default.

    Raises:
        SettingsError: A value is not allowed; the message names the variable and what is.
    """
    env = _with_files(os.environ if environ is None else environ)
    name = env.get("FRONTDESK_ENV", "development")
    if name not in ENVIRONMENTS:
        raise SettingsError(f"FRONTDESK_ENV is {name!r}; allowed are {', '.join(ENVIRONMENTS)}.")
    root = Path(env.get("FRONTDESK_ROOT", str(ROOT)))
    public_url = _public_url(env) or local_address(env.get("FRONTDESK_HOST", ""), env.get("FRONTDESK_PORT", "8000"))
    return Settings(
        env=name,
        root=root,
        database_url=env.get("FRONTDESK_DATABASE_URL", f"sqlite:///{root / 'var' / 'frontdesk.db'}"),
        tracker_url=env.get("FRONTDESK_TRACKER_URL", f"sqlite:///{root / 'var' / 'tracker.db'}"),
        rasa_url=_addresses(env, "FRONTDESK_RASA_URL", "http://127.0.0.1:5005"),
        rasa_timeout=_seconds(env, "FRONTDESK_RASA_TIMEOUT", 8.0),
        host=env.get("FRONTDESK_HOST", "127.0.0.1"),
        port=_port(env, "FRONTDESK_PORT", 8000),
        clinic_path=Path(env.get("FRONTDESK_CLINIC", str(root / "clinic.yml"))),
        knowledge_path=Path(env.get("FRONTDESK_KNOWLEDGE", str(root / "data" / "knowledge"))),
        domain_path=Path(env.get("FRONTDESK_DOMAIN", str(root / "domain.yml"))),
        trusted_proxies=_proxies(env, "FRONTDESK_TRUSTED_PROXIES"),
        rate_limits=_rate_limits(env, "FRONTDESK_RATE_LIMITS", production=name == "production"),
        redis_url=_address(env, "FRONTDESK_REDIS_URL", ("redis", "rediss")),
        secure_cookies=_flag(env, "FRONTDESK_SECURE_COOKIES", default=name == "production"),
        idle_minutes=_minutes(env, "FRONTDESK_IDLE_MINUTES", 120),
        require_codes=_flag(env, "FRONTDESK_REQUIRE_CODES", default=name == "production"),
        metrics_token=_secret(env, "FRONTDESK_METRICS_TOKEN"),
        public_url=public_url,
        smtp_url=_address(env, "FRONTDESK_SMTP_URL", ("smtp", "smtps", "smtp+tls")),
        smtp_authorities=_certificates(env, "FRONTDESK_SMTP_CA"),
        mail_from=env.get("FRONTDESK_MAIL_FROM", "frontdesk@localhost"),
        webhook_url=_address(env, "FRONTDESK_WEBHOOK_URL", ("http", "https")),
        webhook_secret=env.get("FRONTDESK_WEBHOOK_SECRET", ""),
        widget_secret=_secret(env, "FRONTDESK_WIDGET_SECRET"),
        sms=_sms(env),
        channel=_channel(env),
        provider=read_provider(env, public_url),
        encryption_keys=encryption_keys(env),
    )


def encryption_keys(environ: Mapping[str, str] | None = None) -> tuple[MasterKey, ...]:
    """Read the keys of the installation alone, as for Rasa's process, which has no other settings.

    Args:
        environ: As in `load_settings`.

    Raises:
        SettingsError: What is set is no key, or cannot be read.
    """
    env = os.environ if environ is None else environ
    names = (KEY_VARIABLE, KEY_FILE_VARIABLE)
    return read_keys(_with_files({name: env[name] for name in names if name in env}).get(KEY_VARIABLE, ""))


def local_address(host: str, port: int | str) -> str:
    """Give an address of the edge as it is typed into a browser on this machine.

    Args:
        host: What it listens on; every address of a kind is reached by that kind's loopback.
        port: The port.
    """
    name = EVERY_ADDRESS.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _with_files(env: Mapping[str, str]) -> Mapping[str, str]:
    """Give the variables with those secrets that stand in files, which `NAME_FILE` names."""
    read: dict[str, str] = {}
    for name in SECRETS:
        place = env.get(f"{name}_FILE", "")
        if not place or env.get(name):
            # The variable itself comes first: so is told to the processes that `up` starts.
            continue
        try:
            read[name] = Path(place).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_FILE is {place!r}, which cannot be read: {type(error).__name__}.") from error
        if not read[name]:
            raise SettingsError(f"{name}_FILE is {place!r}, and that file is empty.")
    return {**env, **read} if read else env


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    raw = env.get(name)
    if raw is None:
        return default
    if raw.lower() in {"1", "true", "yes"}:
        return True
    if raw.lower() in {"0", "false", "no"}:
        return False
    raise SettingsError(f"{name} is {raw!r}; allowed are true and false.")


def _proxies(env: Mapping[str, str], name: str) -> int | None:
    raw = env.get(name)
    if raw is None or raw == "":
        return None
    if not (raw.isascii() and raw.isdigit() and int(raw) <= MOST_PROXIES):
        raise SettingsError(
            f"{name} is {raw!r}; give how many proxies stand before the edge, from 0 to {MOST_PROXIES}."
        )
    return int(raw)


def _rate_limits(env: Mapping[str, str], name: str, *, production: bool) -> bool:
    wanted = _flag(env, name, default=production)
    if production and not wanted:
        raise SettingsError(f"{name} is false, which is for measuring only; leave it out in production.")
    return wanted


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    raw = env.get(name, "")
    if raw and not (urlsplit(raw).scheme in schemes and urlsplit(raw).hostname):
        # Not the value: it may hold a password.
        raise SettingsError(f"{name} is no address; it begins with {' or '.join(f'{s}://' for s in schemes)}.")
    return raw


def _public_url(env: Mapping[str, str]) -> str:
    raw = env.get(PUBLIC_URL, "")
    if not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*/?", urlsplit(raw).path):
        raise SettingsError(
            f"{PUBLIC_URL} is {raw!r}; in its path may be letters, digits, and - _ . ~ between slashes."
        )
    if raw and f"{urlsplit(raw).path}/".startswith(OWN_PATHS):
        raise SettingsError(f"{PUBLIC_URL} is {raw!r}; Frontdesk has pages of its own there: choose another path.")
    return raw


def _addresses(env: Mapping[str, str], name: str, default: str) -> str:
    """Give one address, or several with commas between, each of them looked at."""
    raw = env.get(name) or default
    for each in _each(raw) or ("none",):
        _address({name: each}, name, ("http", "https"))
    return raw


def _each(addresses: str) -> tuple[str, ...]:
    return tuple(address.strip().rstrip("/") for address in addresses.split(",") if address.strip())


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
    if not re.fullmatch(_NUMBER, number):
        raise SettingsError("FRONTDESK_SMS_NUMBER is no phone number with its country, such as +15550142.")
    if not re.fullmatch(r"[A-Za-z0-9]+", account_sid):
        raise SettingsError("FRONTDESK_TWILIO_ACCOUNT_SID is no account; it begins with AC and has letters and digits.")
    whatsapp = env.get("FRONTDESK_WHATSAPP_NUMBER", "").strip()
    if whatsapp and not re.fullmatch(_NUMBER, whatsapp):
        raise SettingsError("FRONTDESK_WHATSAPP_NUMBER is no phone number with its country, such as +15550142.")
    template = env.get("FRONTDESK_WHATSAPP_TEMPLATE", "").strip()
    if template and not re.fullmatch(r"HX[A-Za-z0-9]+", template):
        raise SettingsError("FRONTDESK_WHATSAPP_TEMPLATE is no template; it begins with HX and has letters and digits.")
    return SmsSettings(
        account_sid=account_sid,
        auth_token=auth_token,
        number=number,
        api_url=_address(env, "FRONTDESK_TWILIO_URL", ("https", "http")) or "https://api.twilio.com",
        webhook_url=f"{_address(env, PUBLIC_URL, ('https', 'http')).rstrip('/')}{SMS_PATH}",
        whatsapp_number=whatsapp,
        whatsapp_template=template,
    )


def _channel(env: Mapping[str, str]) -> ChannelSettings | None:
    url, secret = _address(env, "FRONTDESK_CHANNEL_URL", ("https", "http")), _secret(env, "FRONTDESK_CHANNEL_SECRET")
    if bool(url) != bool(secret):
        raise SettingsError("Set both FRONTDESK_CHANNEL_URL and FRONTDESK_CHANNEL_SECRET, or neither.")
    return ChannelSettings(url=url, secret=secret) if url else None


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


def _minutes(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, str(default))
    if not (raw.isascii() and raw.isdigit() and SHORTEST_IDLE <= int(raw) <= LONGEST_IDLE):
        raise SettingsError(f"{name} is {raw!r}; give minutes, from {SHORTEST_IDLE} to {LONGEST_IDLE}.")
    return int(raw)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, str(default))
    if not raw.isdigit() or not 0 < int(raw) < 65536:
        raise SettingsError(f"{name} is {raw!r}; give a port from 1 to 65535.")
    return int(raw)
