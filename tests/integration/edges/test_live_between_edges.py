"""Two real edges: staff who are signed in at one see at once what a patient writes at the other, and the way back."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from bot.bootstrap import Services
from bot.cli.testing.redis_server import RedisServer
from bot.db.engine import utc_now
from bot.messaging.elsewhere import GRACE
from tests.integration.edge import ANA, PASSWORD
from tests.real_edge import STARTS_SECONDS, RealEdge

TRIES = 8
"""On a busy machine a notice may come as late as what looks for messages by itself finds them; not every time."""


@contextmanager
def two_edges(services: Services, redis_url: str = "") -> Iterator[tuple[RealEdge, RealEdge]]:
    """Start two, which share a Redis where there is one."""
    told = {"FRONTDESK_DATABASE_URL": services.settings.database_url, "FRONTDESK_REDIS_URL": redis_url}
    started = RealEdge(told), RealEdge(told)
    try:
        for edge in started:
            edge.wait()
        yield started
    finally:
        for edge in started:
            edge.stop()


def until(live: ClientConnection, seconds: float, **wanted: object) -> dict[str, Any]:
    """Pass frames over until one has these values, and give it."""
    end = time.monotonic() + seconds
    while True:
        frame: dict[str, Any] = json.loads(live.recv(timeout=max(end - time.monotonic(), 0.001)))
        if wanted.items() <= {**frame, **frame.get("message", {})}.items():
            return frame


class Talk:
    """A patient at one edge and staff at the other, each with a live connection to where the other is not."""

    def __init__(self, services: Services, here: RealEdge, there: RealEdge) -> None:
        self._services = services
        self._here, self._there = here, there
        self._cookie = f"frontdesk_staff={services.staff.sign_in(ANA, PASSWORD)}"
        begun = here.client.post("/api/conversations").json()
        self._path, self._token = f"/api/conversations/{begun['conversation_id']}", begun["token"]
        self._secret = {"Authorization": f"Bearer {self._token}"}
        here.client.post(f"{self._path}/escalations", headers=self._secret, json={}).raise_for_status()

    def is_heard_soon(self, question: str, reply: str) -> None:
        """Say both at one edge, and see each at the other sooner than without notices of it.

        `Elsewhere`, which finds what no notice has told of, leaves alone what is younger than `GRACE`.
        """
        member = self._services.staff.who_is(self._cookie.partition("=")[2])
        assert member is not None
        form = {"csrf_token": member.csrf_token}
        own = {"Cookie": self._cookie, "Origin": str(self._here.client.base_url).rstrip("/")}
        with (
            self._there.live("/staff/live", Cookie=self._cookie) as staff,
            self._there.live(f"{self._path}/live", token=self._token) as patient,
            ThreadPoolExecutor(1) as pool,
        ):
            said: list[tuple[ClientConnection, str, str, dict[str, Any]]] = [
                (staff, question, f"{self._path}/messages", {"headers": self._secret, "json": {}}),
                (patient, reply, "/staff/tickets/1/replies", {"headers": own, "data": form}),
            ]
            for live, text, address, told in said:
                ages: list[dt.timedelta] = []
                while not any(age < GRACE for age in ages) and len(ages) < TRIES:
                    body = told.get("json", form)
                    body["text"] = f"{text} ({len(ages)})"
                    answered = pool.submit(self._here.client.post, address, **told)
                    message = until(live, STARTS_SECONDS, text=body["text"])["message"]
                    ages.append(utc_now() - dt.datetime.fromisoformat(message["created_at"]))
                    assert answered.result().status_code < 400
                assert min(ages) < GRACE


@pytest.mark.slow(reason="starts two edges as processes, each of which reads the model of dangers")
def test_what_is_said_at_one_is_seen_at_the_other(services: Services):
    """A message, who answers now, and what staff write."""
    with two_edges(services) as (here, there):
        Talk(services, here, there).is_heard_soon("Are you open on Monday?", "Yes, from eight.")


@pytest.mark.slow(reason="starts two edges as processes, each of which reads the model of dangers")
@pytest.mark.redis
def test_with_redis_too_and_when_it_is_frozen_or_gone(services: Services, redis_server: RedisServer):
    """It spares the database a commit; without it the database passes the notices on again, and nobody waits longer."""
    with two_edges(services, redis_server.url) as (here, there):
        talk = Talk(services, here, there)
        talk.is_heard_soon("Are you open on Monday?", "Yes, from eight.")
        assert redis_server.published() > 0
        redis_server.freeze()
        talk.is_heard_soon("And on Tuesday?", "From nine.")
        redis_server.kill()
        talk.is_heard_soon("And on Friday?", "From ten.")
