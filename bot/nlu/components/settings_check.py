"""Checks of a component's settings in config.yml, with errors that name the setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def check_known(component: str, config: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Refuse a setting that the component does not have (a misspelt one would be ignored in silence).

    Raises:
        ValueError: Names the setting and those that exist.
    """
    for key in config:
        # Rasa adds settings of its own to every component.
        if key not in defaults and not key.startswith(("__", "finetuning")) and key not in {"name", "language"}:
            raise ValueError(f"{component}: there is no setting '{key}' in config.yml; there is {', '.join(defaults)}.")


def check_number(component: str, config: Mapping[str, Any], key: str, low: float, high: float) -> None:
    """Refuse a setting that is no number from `low` to `high`.

    Raises:
        ValueError: Names the setting, its value and what is allowed.
    """
    value = config.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(
            f"{component}: '{key}' in config.yml must be a number from {low:g} to {high:g}, not {value!r}."
        )


def check_whole_number(component: str, config: Mapping[str, Any], key: str, low: int, high: int) -> None:
    """Refuse a setting that is no whole number from `low` to `high`.

    Raises:
        ValueError: Names the setting, its value and what is allowed.
    """
    value = config.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(
            f"{component}: '{key}' in config.yml must be a whole number from {low} to {high}, not {value!r}."
        )


def check_names(component: str, config: Mapping[str, Any], key: str) -> None:
    """Refuse a setting that is no list of names.

    Raises:
        ValueError: Names the setting and its value.
    """
    value = config.get(key)
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise ValueError(f"{component}: '{key}' in config.yml must be a list of names, not {value!r}.")


def check_path(component: str, config: Mapping[str, Any], key: str) -> None:
    """Refuse a setting that is no path.

    Raises:
        ValueError: Names the setting and its value.
    """
    value = config.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{component}: '{key}' in config.yml must be the path of a folder, not {value!r}.")


def check_switch(component: str, config: Mapping[str, Any], key: str) -> None:
    """Refuse a setting that is neither true nor false.

    Raises:
        ValueError: Names the setting and its value.
    """
    value = config.get(key)
    if not isinstance(value, bool):
        # Rasa shows a ValueError of a component's settings as it is.
        raise ValueError(  # noqa: TRY004
            f"{component}: '{key}' in config.yml must be true or false, not {value!r}."
        )
