"""The settings that a component has in config.yml: what each is unless it is set, and what may be set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting.

    Attributes:
        default: What it is where config.yml does not say.
        must_be: What is allowed, as an error says it after "must be".
        allows: Whether a value is allowed.
    """

    default: Any
    must_be: str
    allows: Callable[[Any], bool]


def number(default: float, low: float, high: float) -> Setting:
    """Describe a number from `low` to `high`."""
    return Setting(
        default=default,
        must_be=f"a number from {low:g} to {high:g}",
        allows=lambda value: _is_number(value, (int, float)) and low <= value <= high,
    )


def whole_number(default: int, low: int, high: int) -> Setting:
    """Describe a whole number from `low` to `high`."""
    return Setting(
        default=default,
        must_be=f"a whole number from {low} to {high}",
        allows=lambda value: _is_number(value, (int,)) and low <= value <= high,
    )


def folder(default: str) -> Setting:
    """Describe a folder of the project."""
    return Setting(
        default=default,
        must_be="the path of a folder",
        allows=lambda value: isinstance(value, str) and bool(value),
    )


def file(default: str) -> Setting:
    """Describe a file of the project."""
    return Setting(
        default=default,
        must_be="the path of a file",
        allows=lambda value: isinstance(value, str) and bool(value),
    )


def defaults_of(settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Give the settings of a component of which config.yml says nothing."""
    return {key: setting.default for key, setting in settings.items()}


def check_settings(component: str, settings: Mapping[str, Setting], config: Mapping[str, Any]) -> None:
    """Refuse a value that is not allowed, and a setting that the component does not have.

    A misspelt setting would otherwise be ignored in silence.

    Args:
        component: What the error calls the component.
        settings: Those that it has.
        config: What config.yml and Rasa give it.

    Raises:
        ValueError: Names the setting, and its value or the settings that exist.
    """
    for key, value in config.items():
        setting = settings.get(key)
        if setting is not None and not setting.allows(value):
            raise ValueError(f"{component}: '{key}' in config.yml must be {setting.must_be}, not {value!r}.")
        if setting is None and not _is_rasas_own(key):
            raise ValueError(f"{component}: there is no setting '{key}' in config.yml; there is {', '.join(settings)}.")


def _is_rasas_own(key: str) -> bool:
    """Say whether Rasa adds a setting of this name to every component."""
    return key.startswith(("__", "finetuning")) or key in {"name", "language"}


def _is_number(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)
