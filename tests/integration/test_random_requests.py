"""Whatever the interface's own description allows and forbids is sent to a real edge: no error of ours, and no leak.

`--hypothesis-profile=long` sends a hundred times as much, for some hours; a request that fails is kept in `.hypothesis`
and tried first the next time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from bot.bootstrap import build_services
from bot.db.engine import Database
from bot.settings import load_settings
from bot.staff.actor import FRONTDESK
from bot.staff.integrations import Integrations
from bot.staff.people import People
from bot.web.app import create_app
from tests.integration.edge import ANA, METRICS
from tests.integration.failures.stand_in_rasa import StandInRasa
from tests.real_edge import RealEdge

pytestmark = pytest.mark.slow(reason="starts an edge of its own, and asks it a thousand times")

DESCRIBED = schemathesis.openapi.from_dict(
    json.loads(json.dumps(create_app(build_services(load_settings({"FRONTDESK_DATABASE_URL": "sqlite://"}))).openapi()))
)
OPERATIONS = {found.ok().label: found.ok() for found in DESCRIBED.get_all_operations()}
LEAKS = ("Traceback", ".py", "sqlite3", "psycopg", "sqlalchemy", "SELECT ", "INSERT ", "/work/", "var/frontdesk")
"""What stands in an error that shows what is behind it."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """An edge with somebody who may ask it.

    Attributes:
        url: Where it is.
        conversation_id: Of a conversation.
        token: What opens that.
        program_token: What opens the tickets.
    """

    url: str
    conversation_id: str
    token: str
    program_token: str


@pytest.fixture(scope="module")
def target(seeded_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Run an edge with one conversation, one ticket and one program."""
    folder = tmp_path_factory.mktemp("edge")
    (file := folder / "frontdesk.db").write_bytes(seeded_database.read_bytes())
    database = Database(url := f"sqlite:///{file}")
    program = Integrations(database).connect(
        name="desk", staff_member_id=People(database).id_of(ANA), webhook_url="", by=FRONTDESK
    )
    database.close()
    rasa = StandInRasa()
    edge = RealEdge(
        {
            "FRONTDESK_DATABASE_URL": url,
            "FRONTDESK_TRACKER_URL": f"sqlite:///{folder / 'tracker.db'}",
            "FRONTDESK_METRICS_TOKEN": METRICS["authorization"].removeprefix("Bearer "),
            # One that is not there is waited for, at the start of an edge and with every message.
            "FRONTDESK_RASA_URL": rasa.url,
        }
    )
    try:
        edge.wait()
        begun = edge.client.post("/api/conversations").json()
        bearer = {"authorization": f"Bearer {begun['token']}"}
        path = f"/api/conversations/{begun['conversation_id']}"
        edge.client.post(f"{path}/escalations", json={}, headers=bearer).raise_for_status()
        yield Target(
            url=str(edge.client.base_url),
            conversation_id=begun["conversation_id"],
            token=begun["token"],
            program_token=program.token,
        )
    finally:
        edge.stop()
        rasa.stop()


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("is_let_in", [True, False], ids=["let in", "anybody"])
def test_no_request_is_an_error_of_ours_or_shows_what_is_behind(target: Target, label: str, is_let_in: bool) -> None:
    """With whatever fits the description and whatever does not, for somebody who is let in and for anybody."""
    operation = OPERATIONS[label]
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @settings(
        max_examples=settings().max_examples // 4,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(case=st.one_of(modes))
    def ask(case: Any) -> None:
        if is_let_in:
            _let_in(case, target)
        try:
            answer = case.call(base_url=target.url, timeout=30)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
            # No client sends it.
            return
        is_not_ready = label == "GET /health/ready" and answer.status_code == 503
        assert answer.status_code < 500 or is_not_ready, answer.text
        if answer.status_code >= 400 and not is_not_ready:
            assert not [words for words in LEAKS if words in answer.text], answer.text

    ask()


def _let_in(case: Any, target: Target) -> None:
    """Put the right ids and tokens in, as somebody has who is let in; the rest of the request stays as it came."""
    if "conversation_id" in (case.path_parameters or {}):
        case.path_parameters["conversation_id"] = target.conversation_id
        token = target.token
    else:
        token = METRICS["authorization"].removeprefix("Bearer ") if case.path == "/metrics" else target.program_token
    case.headers["authorization"] = f"Bearer {token}"
