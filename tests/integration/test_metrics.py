"""Metrics: for who has the token, in Prometheus's form, of kinds and numbers and of nobody's words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.bootstrap import Services
from bot.reply import Reply
from bot.settings import Settings
from bot.vocabulary import ReplyKind
from bot.web.app import create_app
from bot.web.door.roads import road_of
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, DANGEROUS, MARKER, METRICS, TestClient, error_message

Numbers = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(browser: TestClient) -> Numbers:
    """Read every number, as a monitoring system does."""
    response = browser.get("/metrics", headers=METRICS)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def number(numbers: Numbers, name: str, **labels: str) -> float:
    """Give one of them; 0 where it was not counted yet."""
    return numbers.get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer "}, {"authorization": "Bearer wrong"}])
def test_nobody_reads_them_without_the_token(visitor: TestClient, headers: dict[str, str]) -> None:
    """Not from this machine either."""
    error_message(visitor.get("/metrics", headers=headers), 403)


def test_without_a_token_there_are_none(services: Services) -> None:
    """Nobody can guess an empty one."""
    app = create_app(replace(services, settings=replace(services.settings, metrics_token="")))
    with TestClient(app) as visitor:
        for headers in ({}, {"authorization": "Bearer "}, METRICS):
            error_message(visitor.get("/metrics", headers=headers), 404)


def test_what_is_said_is_counted(chat: ChatTester, visitor: TestClient, rasa: FakeRasa) -> None:
    """Turns, kinds, bands of confidence, cards, tickets by state and age, and how long each part took."""
    rasa.answer = lambda text: [Reply(kind=ReplyKind.ANSWER, text=text, confidence=0.9)]
    chat.patient_says(f"{MARKER} does it hurt?")
    chat.patient_says(DANGEROUS)

    numbers = read(visitor)

    assert number(numbers, "frontdesk_turns_total") == 2
    assert number(numbers, "frontdesk_replies_total", kind="answer") == 1
    assert number(numbers, "frontdesk_replies_total", kind="emergency") == 1
    assert number(numbers, "frontdesk_answers_by_confidence_total", band="clear") == 1
    assert number(numbers, "frontdesk_cards_total", level="emergency") == 1
    assert number(numbers, "frontdesk_tickets", status="open") == 1
    assert number(numbers, "frontdesk_tickets_by_age", status="open", age="hour") == 1
    assert number(numbers, "frontdesk_messages_total") == len(chat.patient_sees())
    assert number(numbers, "frontdesk_unanswered") == 0
    for part, times in (("turn", 2), ("danger", 2), ("accept", 2), ("rasa", 1)):
        assert number(numbers, "frontdesk_part_seconds_count", part=part) == times


def test_they_hold_nobodys_words(chat: ChatTester, visitor: TestClient, settings: Settings) -> None:
    """No message, no id, no name, no address: each label is one of a few words of ours."""
    chat.patient_says(f"{MARKER} and my number is 512 555 0199")
    chat.patient_leaves_contact(name=MARKER, phone="512 555 0199")

    text = visitor.get("/metrics", headers=METRICS).text

    for private in (
        MARKER,
        chat.conversation_id,
        chat.token,
        "555 0199",
        "555-0199",
        "5550199",
        ANA,
        settings.metrics_token,
    ):
        assert private not in text


class TestLimited:
    """How often one may call is limited, as in production."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Set that."""
        return replace(settings, rate_limits=True)

    def test_who_is_refused_by_a_limit_is_counted_by_road(
        self, chat: ChatTester, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without what stood in its places."""
        monkeypatch.setitem(vars(road_of("POST", f"{chat.path}/messages")), "by_subject", "1/day")
        for text in ("one", "two", "three"):
            chat.patient_sends({"text": text})

        road = "POST /api/conversations/{conversation_id}/messages"
        assert number(read(visitor), "frontdesk_too_many_requests_total", road=road) == 2
