"""Several Rasa servers: a conversation stays with one, another helps out, and one that is back gets its own again."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.errors import ConnectionFailedError
from bot.rasa_client import servers
from bot.rasa_client.servers import Servers

URLS = ("http://one:5005", "http://two:5005", "http://three:5005")
ANSWER = (200, b"[]")


class Rasas:
    """Servers that answer, refuse, or say something else; and what each was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.down: set[str] = set()
        self.statuses: dict[str, int] = {}
        self.closed = 0

    def connect(self, url: str) -> Rasa:
        """Give connections to one."""
        return Rasa(self, url)


class Rasa:
    """One of them."""

    def __init__(self, all_of_them: Rasas, url: str) -> None:
        self._all, self._url = all_of_them, url

    async def ask(self, method: str, path: str, body: bytes, *, timeout: float) -> tuple[int, bytes]:
        """Answer as told."""
        assert (method, path, body) == ("POST", "/turn", b"{}")
        assert 0 < timeout <= 5
        self._all.asked[self._url] += 1
        if self._url in self._all.down:
            raise ConnectionFailedError("ConnectionRefusedError")
        return self._all.statuses.get(self._url, 200), b"[]"

    def close(self) -> None:
        """Count it."""
        self._all.closed += 1


@pytest.fixture
def rasas() -> Rasas:
    """Give three that are up."""
    return Rasas()


@pytest.fixture
def several(rasas: Rasas) -> Servers:
    """Give what chooses among them."""
    return Servers(URLS, rasas.connect)


async def ask(several: Servers, conversation_id: str = "c1") -> tuple[int, bytes]:
    """Send one turn of a conversation."""
    return await several.ask("POST", "/turn", b"{}", timeout=5, conversation_id=conversation_id)


async def test_a_conversation_stays_and_conversations_are_spread(several: Servers, rasas: Rasas):
    """Also for another edge that names the servers in another order."""
    for _ in range(5):
        assert await ask(several) == ANSWER
    await ask(Servers(URLS[::-1], rasas.connect))
    assert list(rasas.asked.values()) == [6]

    for number in range(300):
        await ask(several, f"conversation {number}")
    assert all(rasas.asked[url] > 50 for url in URLS)


async def test_another_one_helps_out_and_the_own_one_gets_it_back(
    several: Servers, rasas: Rasas, monkeypatch: pytest.MonkeyPatch
):
    """While it is down it is asked last, so that nobody waits for it again and again."""
    await ask(several)
    (own,) = rasas.asked
    rasas.down.add(own)

    for _ in range(4):
        assert await ask(several) == ANSWER
    assert rasas.asked[own] == 2
    assert rasas.asked.total() == 6

    monkeypatch.setattr(servers, "LEFT_ALONE_SECONDS", 0.0)
    later = Servers(URLS, rasas.connect)
    await ask(later)
    rasas.down.clear()
    await ask(later)
    assert rasas.asked[own] == 4


@pytest.mark.parametrize("status", [409, 500, 503])
async def test_one_without_a_model_or_in_trouble_counts_as_down(several: Servers, rasas: Rasas, status: int):
    """If all are, what the last one said is the answer."""
    await ask(several)
    (own,) = rasas.asked
    rasas.statuses[own] = status

    assert await ask(several) == ANSWER

    rasas.statuses = dict.fromkeys(URLS, status)
    assert (await ask(several))[0] == status


async def test_with_all_down_it_says_so_once_all_were_tried(several: Servers, rasas: Rasas):
    """The edge then tells the patient."""
    rasas.down.update(URLS)

    with pytest.raises(ConnectionFailedError, match="ConnectionRefusedError"):
        await ask(several)

    assert dict(rasas.asked) == dict.fromkeys(URLS, 1)
    several.close()
    assert rasas.closed == 3
