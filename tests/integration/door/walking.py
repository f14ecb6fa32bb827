"""The roads of the edge: every route that is registered, and who may go it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount

from bot.bootstrap import build_services
from bot.settings import load_settings
from bot.web.app import create_app
from bot.web.dependencies import signed_in
from bot.web.hooks.tickets import program

LIVE = "LIVE"


@dataclass(frozen=True)
class Walked:
    """A route: its method, its address, and what FastAPI asks before it."""

    method: str
    path: str
    asks: frozenset[Any]

    @property
    def is_public(self) -> bool:
        """Whether somebody can go it who is neither signed in nor a program."""
        return not self.asks & {signed_in, program}


def roads() -> list[Walked]:
    """Give every route of a new edge."""
    return list(walk(create_app(build_services(load_settings({"FRONTDESK_DATABASE_URL": "sqlite://"})))))


def walk(app: FastAPI) -> Iterator[Walked]:
    """Give every route of an edge."""
    for route in _flat(app.router.routes):
        asks = frozenset(_asked(route.dependant)) if hasattr(route, "dependant") else frozenset()
        if isinstance(route, Mount):
            yield Walked("GET", f"{route.path}/{{path:path}}", asks)
        else:
            methods = set(getattr(route, "methods", None) or {LIVE}) - {"HEAD"}
            yield from (Walked(method, route.path, asks) for method in sorted(methods))


def _flat(routes: list[BaseRoute]) -> Iterator[Any]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes)
        else:
            yield route


def _asked(dependant: Any) -> Iterator[Any]:
    for one in dependant.dependencies:
        yield one.call
        yield from _asked(one)
