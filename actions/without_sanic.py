"""Imports rasa_sdk without sanic, which only its own server is built on: 20 MB for a name in a signature."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType


def import_sdk() -> None:
    """Import rasa_sdk with an empty class in place of sanic's; whoever imports sanic afterwards gets the real one."""
    if "rasa_sdk" in sys.modules or "sanic" in sys.modules:
        return
    stand_in = ModuleType("sanic")
    stand_in.__dict__["Sanic"] = type("Sanic", (), {})
    sys.modules["sanic"] = stand_in
    try:
        importlib.import_module("rasa_sdk")
    finally:
        del sys.modules["sanic"]
