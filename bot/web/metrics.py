"""Gives a monitoring system that has the token what is counted: this process's own counts, and those of the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.bootstrap import Services
from bot.conversations import several_store
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.errors import NotFoundError, PermissionDeniedError
from bot.escalation import safety_store
from bot.escalation import store as tickets
from bot.notifications import store as notifications
from bot.vocabulary import SafetyAnswer
from bot.web.dependencies import ServicesOf, bearer_token, is_same
from bot.web.errors import said

router = APIRouter()

AGES = (("hour", 3600.0), ("day", 86400.0), ("week", 604800.0))
"""How long a ticket has been waiting: at most so long; what is older is "older"."""


@router.get("/metrics", response_class=Response)
async def metrics(services: ServicesOf, authorization: Annotated[str | None, Header()] = None) -> Response:
    """Give counts for a monitoring system, in Prometheus's text form.

    Raises:
        NotFoundError: No token is set up, so that nobody may see them.
        PermissionDeniedError: The token is another one.
    """
    token = services.settings.metrics_token
    if not token:
        raise NotFoundError(said("not-found"))
    if not is_same(bearer_token(authorization) or "", token):
        raise PermissionDeniedError("This token does not open the metrics.")
    return Response(await run_sync(_written, services), headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4})


def _written(services: Services) -> bytes:
    of_store = CollectorRegistry(auto_describe=False)
    of_store.register(_Store(services))
    return generate_latest(services.metrics.registry) + generate_latest(of_store)


class _Store(Collector):
    """Counts what is in the store, when it is asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> list[Metric]:
        """Say nothing before it is asked: the store may be down."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Count."""
        now = utc_now()
        with self._services.database.read() as session:
            messages = conversations.count_messages(session)
            unanswered = several_store.count_unhandled(session)
            outbox = notifications.counts(session)
            safety = safety_store.counts(session)
            by_status = tickets.counts(session)
            waiting = tickets.opened_and_unresolved(session)
        not_now = safety.pop(SafetyAnswer.NOT_NOW.value)
        yield CounterMetricFamily("frontdesk_messages", "Messages that are stored.", value=messages)
        yield GaugeMetricFamily(
            "frontdesk_unanswered", "Messages of patients that wait to be handled.", value=unanswered
        )
        yield _gauges("frontdesk_tickets", "Tickets.", "status", {key.value: n for key, n in by_status.items()})
        ages = Counter((status.value, _age((now - opened).total_seconds())) for status, opened in waiting)
        of_age = GaugeMetricFamily(
            "frontdesk_tickets_by_age", "Tickets not resolved, by age.", labels=["status", "age"]
        )
        for (status, age), count in sorted(ages.items()):
            of_age.add_metric([status, age], count)
        yield of_age
        oldest = max((now - opened for _status, opened in waiting), default=None)
        yield GaugeMetricFamily(
            "frontdesk_oldest_ticket_seconds",
            "Since when the oldest ticket that is not resolved has been open; 0 if there is none.",
            value=0.0 if oldest is None else oldest.total_seconds(),
        )
        yield _gauges("frontdesk_outbox", "Emails, calls and texts that were not sent.", "state", outbox)
        yield _gauges("frontdesk_safety_checks", "Checks by what patients said.", "answer", safety)
        yield GaugeMetricFamily("frontdesk_cards_not_now", "Cards that were not about now.", value=not_now)


def _gauges(name: str, what: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, what, labels=[label])
    for value, count in values.items():
        found.add_metric([value], count)
    return found


def _age(seconds: float) -> str:
    return next((name for name, most in AGES if seconds <= most), "older")
