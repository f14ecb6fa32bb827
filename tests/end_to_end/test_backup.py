"""A backup taken while Frontdesk runs gives, after everything was lost, a Frontdesk that knows what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.linked_project import link_project
from tests.end_to_end.running import RunningFrontdesk

pytestmark = pytest.mark.slow(reason="starts a Frontdesk twice")

Lost = tuple[RunningFrontdesk, Callable[[], None]]
QUESTION = "Is PRP safe for a baker?"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def own(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Lost]:
    """Run one that may lose everything."""
    (project := tmp_path / "project").mkdir()
    (state := tmp_path / "state").mkdir()
    server, addresses = None, {}
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        url = server.url(name := server.create())
        addresses = {"FRONTDESK_DATABASE_URL": url, "FRONTDESK_TRACKER_URL": f"{url}&options=-csearch_path%3Dmemory"}

    def lose_all() -> None:
        for file in (*state.iterdir(), project / "var" / "set-up.json"):
            file.unlink(missing_ok=True)
        if server is not None:
            with server.connect(name) as connection:
                connection.execute("DROP SCHEMA public CASCADE; DROP SCHEMA memory CASCADE; CREATE SCHEMA public")

    frontdesk = RunningFrontdesk(link_project(project), state, addresses=addresses)
    try:
        frontdesk.start()
        yield frontdesk, lose_all
    finally:
        frontdesk.stop()


def test_up_goes_on_from_a_backup(own: Lost, tmp_path: Path):
    """The same conversation, with the same token, the answers and Rasa's memory."""
    frontdesk, lose_all = own
    with httpx.Client(base_url=frontdesk.address, trust_env=False, timeout=30.0) as http:
        begun = http.post("/api/conversations").json()
        path, bearer = f"/api/conversations/{begun['conversation_id']}", {"Authorization": f"Bearer {begun['token']}"}
        http.post(f"{path}/messages", json={"text": QUESTION}, headers=bearer).raise_for_status()
        before = http.get(f"{path}/messages", headers=bearer).json()["messages"]

    frontdesk.run("backup", str(tmp_path / "one.tar.gz"))
    with pytest.raises(Exception, match="returned non-zero"):
        frontdesk.run("restore", str(tmp_path / "one.tar.gz"), "--yes")
    frontdesk.interrupt()
    lose_all()
    frontdesk.run("restore", str(tmp_path / "one.tar.gz"))
    frontdesk.start()

    with httpx.Client(base_url=frontdesk.address, trust_env=False, timeout=30.0) as http:
        assert http.get(f"{path}/messages", headers=bearer).json()["messages"] == before
        said = http.post(f"{path}/messages", json={"text": "does it hurt?"}, headers=bearer).json()["messages"]
    reply = next(message["reply"] for message in said if message["reply"])
    # Rasa still knows which treatment was spoken of.
    assert (reply["kind"], reply["topic"], reply["treatments"]) == ("answer", "pain_during", ["prp"])
