"""Settings come from the environment, and a bad one stops the start by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.sealing import KEY_VARIABLE, new_key
from bot.settings import ROOT, SECRETS, VERSION, load_settings


def test_everything_has_a_default_for_development():
    """`./frontdesk up` works on a fresh machine."""
    settings = load_settings({})

    assert settings.env == "development"
    assert settings.host == "127.0.0.1"
    assert settings.port == 8000
    assert settings.root == ROOT
    assert settings.clinic_path == ROOT / "clinic.yml"
    assert settings.database_url == f"sqlite:///{ROOT}/var/frontdesk.db"
    assert not settings.secure_cookies


def test_other_files_follow_the_root():
    """A copy of the project elsewhere needs one variable."""
    settings = load_settings({"FRONTDESK_ROOT": "/srv/clinic"})

    assert settings.domain_path == Path("/srv/clinic/domain.yml")
    assert settings.knowledge_path == Path("/srv/clinic/data/knowledge")
    assert settings.database_url == "sqlite:////srv/clinic/var/frontdesk.db"


def test_production_sends_staff_cookies_over_https_only():
    """A cookie that opens patients' conversations must not travel in the clear."""
    assert load_settings({"FRONTDESK_ENV": "production"}).secure_cookies


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("FRONTDESK_DATABASE_URL", "postgresql://db/frontdesk", "database_url", "postgresql://db/frontdesk"),
        ("FRONTDESK_RASA_URL", "http://rasa:5005", "rasa_url", "http://rasa:5005"),
        ("FRONTDESK_RASA_TIMEOUT", "2.5", "rasa_timeout", 2.5),
        ("FRONTDESK_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("FRONTDESK_PORT", "9001", "port", 9001),
        ("FRONTDESK_CLINIC", "/etc/clinic.yml", "clinic_path", Path("/etc/clinic.yml")),
        ("FRONTDESK_KNOWLEDGE", "/etc/knowledge", "knowledge_path", Path("/etc/knowledge")),
        ("FRONTDESK_DOMAIN", "/etc/domain.yml", "domain_path", Path("/etc/domain.yml")),
        ("FRONTDESK_SECURE_COOKIES", "YES", "secure_cookies", True),
        ("FRONTDESK_SECURE_COOKIES", "0", "secure_cookies", False),
        ("FRONTDESK_TRUSTED_PROXIES", "2", "trusted_proxies", 2),
        ("FRONTDESK_TRUSTED_PROXIES", "", "trusted_proxies", None),
        ("FRONTDESK_RATE_LIMITS", "true", "rate_limits", True),
        ("FRONTDESK_REDIS_URL", "redis://cache:6379/1", "redis_url", "redis://cache:6379/1"),
        ("FRONTDESK_IDLE_MINUTES", "15", "idle_minutes", 15),
        ("FRONTDESK_REQUIRE_CODES", "true", "require_codes", True),
    ],
)
def test_a_variable_sets_its_field(variable: str, value: str, field: str, expected: object):
    """Each setting is one variable."""
    assert getattr(load_settings({variable: value}), field) == expected


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("", ""),
        ("https://chat.clinic.example", ""),
        ("https://chat.clinic.example/", ""),
        ("https://clinic.example/frontdesk/", "/frontdesk"),
        ("https://clinic.example/sites/cedar-grove", "/sites/cedar-grove"),
        ("https://clinic.example/staffing", "/staffing"),
    ],
)
def test_the_public_address_says_under_which_path_a_proxy_serves(address: str, prefix: str):
    """Most have a host of their own."""
    assert load_settings({"FRONTDESK_PUBLIC_URL": address}).path_prefix == prefix


@pytest.mark.parametrize("path", ["/staff", "/api/clinic", "/static/", "/a b", "/a//b", "/..", "/a%20b"])
def test_a_path_that_could_be_ours_or_is_none_stops_the_start(path: str):
    """A page of ours and one under the path must not be taken for each other."""
    with pytest.raises(SettingsError, match="FRONTDESK_PUBLIC_URL"):
        load_settings({"FRONTDESK_PUBLIC_URL": f"https://clinic.example{path}"})


SMS = {
    "FRONTDESK_TWILIO_ACCOUNT_SID": "AC0123",
    "FRONTDESK_TWILIO_AUTH_TOKEN": "very-secret",
    "FRONTDESK_SMS_NUMBER": "+15550142000",
    "FRONTDESK_PUBLIC_URL": "https://desk.clinic.example/",
}


OIDC = {
    "FRONTDESK_OIDC_ISSUER": "https://login.clinic.example/realms/clinic",
    "FRONTDESK_OIDC_CLIENT_ID": "frontdesk",
    "FRONTDESK_OIDC_CLIENT_SECRET": "very-secret",
}


def test_a_provider_of_sign_ins_is_set_up_whole_and_not_in_the_open():
    """Its tokens name its address letter by letter; it leads back to where staff reach Frontdesk."""
    assert load_settings({}).provider is None
    whole = {**OIDC, "FRONTDESK_PUBLIC_URL": "https://desk.clinic.example/chat/"}
    provider = load_settings({**whole, "FRONTDESK_OIDC_SECOND_FACTOR": "mfa, urn:gold"}).provider
    assert provider is not None
    assert provider.issuer == OIDC["FRONTDESK_OIDC_ISSUER"]
    assert provider.return_url == "https://desk.clinic.example/chat/staff/sign-in/provider/return"
    assert provider.second_factor == {"mfa", "urn:gold"}
    assert "very-secret" not in repr(provider)

    for name in OIDC:
        with pytest.raises(SettingsError, match=f"set up by half: {name} is missing"):
            load_settings({**OIDC, name: " "})
    for issuer in ("http://login.clinic.example", "login.clinic.example", "https://login.clinic.example/?tenant=one"):
        with pytest.raises(SettingsError, match="FRONTDESK_OIDC_ISSUER is no address"):
            load_settings({**OIDC, "FRONTDESK_OIDC_ISSUER": issuer})


def test_sms_is_off_until_it_is_set_up():
    """An address for links in emails alone sets nothing up."""
    assert load_settings({}).sms is None
    assert load_settings({"FRONTDESK_PUBLIC_URL": "https://desk.clinic.example"}).sms is None


def test_sms_knows_what_twilio_signs_and_where_texts_go():
    """Twilio's own address unless another is named; the secret is in no representation."""
    sms = load_settings(SMS).sms
    elsewhere = load_settings({**SMS, "FRONTDESK_TWILIO_URL": "http://127.0.0.1:9"}).sms

    assert sms is not None
    assert sms.webhook_url == "https://desk.clinic.example/channels/sms"
    assert sms.messages_url == "https://api.twilio.com/2010-04-01/Accounts/AC0123/Messages.json"
    assert sms.credentials == ("AC0123", "very-secret")
    assert "very-secret" not in repr(load_settings(SMS))
    assert elsewhere is not None
    assert elsewhere.messages_url == "http://127.0.0.1:9/2010-04-01/Accounts/AC0123/Messages.json"


@pytest.mark.parametrize("missing", SMS)
def test_sms_that_is_set_up_by_half_stops_the_start(missing: str):
    """And says which variable is missing, but no secret."""
    for value in ("", "  ", None):
        half = {**SMS, missing: value} if value is not None else {k: v for k, v in SMS.items() if k != missing}
        with pytest.raises(SettingsError, match=f"{missing} is missing") as raised:
            load_settings({name: given for name, given in half.items() if given is not None})
        assert "very-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FRONTDESK_SMS_NUMBER", "555-0142"),
        ("FRONTDESK_SMS_NUMBER", "+0155501420"),
        ("FRONTDESK_TWILIO_ACCOUNT_SID", "../Accounts"),
        ("FRONTDESK_TWILIO_URL", "api.twilio.com"),
        ("FRONTDESK_PUBLIC_URL", "desk.clinic.example"),
    ],
)
def test_sms_with_a_bad_value_stops_the_start(variable: str, value: str):
    """By the variable's name."""
    with pytest.raises(SettingsError, match=variable):
        load_settings({**SMS, variable: value})


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("FRONTDESK_ENV", "staging", "development, production"),
        ("FRONTDESK_RASA_TIMEOUT", "soon", "more than 0 and at most 120"),
        ("FRONTDESK_RASA_TIMEOUT", "0", "more than 0 and at most 120"),
        ("FRONTDESK_RASA_TIMEOUT", "121", "more than 0 and at most 120"),
        ("FRONTDESK_RASA_TIMEOUT", "nan", "more than 0 and at most 120"),
        ("FRONTDESK_PORT", "0", "1 to 65535"),
        ("FRONTDESK_PORT", "65536", "1 to 65535"),
        ("FRONTDESK_PORT", "-1", "1 to 65535"),
        ("FRONTDESK_PORT", "http", "1 to 65535"),
        ("FRONTDESK_SECURE_COOKIES", "maybe", "true and false"),
        ("FRONTDESK_TRUSTED_PROXIES", "all", "from 0 to 10"),
        ("FRONTDESK_TRUSTED_PROXIES", "11", "from 0 to 10"),
        ("FRONTDESK_IDLE_MINUTES", "4", "from 5 to 720"),
        ("FRONTDESK_IDLE_MINUTES", "721", "from 5 to 720"),
        ("FRONTDESK_IDLE_MINUTES", "\u0663\u0660", "from 5 to 720"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(variable: str, value: str, allowed: str):
    """Whoever starts it learns what to write."""
    with pytest.raises(SettingsError, match=re.escape(allowed)) as raised:
        load_settings({variable: value})

    assert variable in str(raised.value)
    assert repr(value) in str(raised.value)


def test_certificates_for_the_mail_server_are_read_at_the_start(tmp_path: Path):
    """A file that holds none is named, rather than every email failing later."""
    empty = tmp_path / "ca.pem"
    empty.write_text("no certificate", encoding="utf-8")

    assert load_settings({}).smtp_authorities is None
    for path in (empty, tmp_path / "missing.pem", tmp_path):
        with pytest.raises(SettingsError, match=r"FRONTDESK_SMTP_CA is .* PEM"):
            load_settings({"FRONTDESK_SMTP_CA": str(path)})


def test_a_secret_that_could_be_guessed_is_refused():
    """And is not repeated in what says so."""
    assert load_settings({"FRONTDESK_WIDGET_SECRET": "x" * 32}).widget_secret == "x" * 32
    with pytest.raises(SettingsError, match="FRONTDESK_WIDGET_SECRET is too short") as raised:
        load_settings({"FRONTDESK_WIDGET_SECRET": "hunter2"})

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(tmp_path: Path, name: str):
    """As Docker and systemd hand them out; its last line end is none of it."""
    place = tmp_path / "secret"
    forms = {"FRONTDESK_REDIS_URL": "redis://c", "FRONTDESK_SMTP_URL": "smtps://m", KEY_VARIABLE: new_key()}
    value = forms.get(name, "x" * 40)
    place.write_text(f"{value}\n")
    beside = SMS if "TWILIO" in name else OIDC if "OIDC" in name else {}
    others = {key: given for key, given in beside.items() if key != name}

    by_file = load_settings({**others, f"{name}_FILE": str(place)})

    assert by_file == load_settings({**others, name: value})
    assert by_file == load_settings({**others, name: value, f"{name}_FILE": "nosuch"}), "the variable comes first"


@pytest.mark.parametrize(("content", "problem"), [(None, "cannot be read"), ("", "is empty")])
def test_a_secrets_file_that_is_none_stops_the_start(tmp_path: Path, content: str | None, problem: str):
    """By its name, and without what stands in it."""
    place = tmp_path / "secret"
    if content is not None:
        place.write_text(content)

    with pytest.raises(SettingsError, match=f"FRONTDESK_METRICS_TOKEN_FILE.*{problem}"):
        load_settings({"FRONTDESK_METRICS_TOKEN_FILE": str(place)})


def test_production_asks_for_codes_and_keeps_its_limits():
    """What eases trying things out is nothing for patients' data."""
    production, development = load_settings({"FRONTDESK_ENV": "production"}), load_settings({})
    assert (production.require_codes, production.rate_limits) == (True, True)
    assert (development.require_codes, development.rate_limits) == (False, False)
    with pytest.raises(SettingsError, match="FRONTDESK_RATE_LIMITS"):
        load_settings({"FRONTDESK_ENV": "production", "FRONTDESK_RATE_LIMITS": "false"})


def test_no_secret_has_a_default():
    """What is not set is off."""
    settings = load_settings({"FRONTDESK_ENV": "production"})

    assert not any((settings.metrics_token, settings.widget_secret, settings.webhook_secret, settings.sms))


def test_the_version_is_that_of_the_project():
    """Backups and `--version` say what pyproject.toml says."""
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_several_rasa_servers_are_named_with_commas_between():
    """Each of them an address; a slip stops the start."""
    settings = load_settings({"FRONTDESK_RASA_URL": "http://one:5005, https://two:5005/,"})

    assert settings.rasa_urls == ("http://one:5005", "https://two:5005")
    for slip in ("http://one:5005,two", ",", "one"):
        with pytest.raises(SettingsError, match="FRONTDESK_RASA_URL is no address"):
            load_settings({"FRONTDESK_RASA_URL": slip})
