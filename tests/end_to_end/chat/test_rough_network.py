"""A network that loses requests and answers at random, and a patient with two tabs: nothing is lost or doubled."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Route, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.network import LOST, WITHOUT_LOCKS
from tests.end_to_end.people import Patient
from tests.end_to_end.running import RunningFrontdesk


class RoughNetwork:
    """Loses a request, loses an answer, or says something of its own, until it is mended."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.is_mended = False

    def take(self, route: Route) -> None:
        """Let fate decide on a request."""
        drawn = 1.0 if self.is_mended else self._chance.random()
        if drawn < 0.3:
            route.abort()
        elif drawn < 0.5:
            route.fetch()
            route.abort()
        elif drawn < 0.6:
            route.fulfill(status=self._chance.choice([403, 404, 502]), body="<h1>Not here</h1>")
        else:
            route.fallback()


@pytest.mark.parametrize(("locks", "seed"), [(True, 1), (False, 2)], ids=["locks", "no locks"])
def test_every_message_arrives_once_and_both_tabs_show_the_same(
    locks: bool, seed: int, new_window: NewWindow, frontdesk: RunningFrontdesk
):
    """In one conversation, in the order in which they were written, whichever tab they were written in."""
    chance = random.Random(seed)  # noqa: S311 (what breaks when, not a secret)
    network = RoughNetwork(chance)
    first = Patient(new_window(expected=LOST))
    context = first.page.context
    if not locks:
        context.add_init_script(WITHOUT_LOCKS)
    context.route("**/api/**", network.take)
    second = Patient(context.new_page())
    tabs = [first, second]
    for tab in tabs:
        tab.page.goto("/")

    written = [f"is PRP safe for racer {number} of {seed}?" for number in range(6)]
    for text in written:
        chance.choice(tabs).writes_in_vain(text)
        if chance.random() < 0.3:
            chance.choice(tabs).page.reload()
    network.is_mended = True

    for tab in tabs:
        expect(tab.messages("bot")).to_have_count(len(written), timeout=60_000)
        expect(tab.messages("patient")).to_have_count(len(written))
        assert tab.states() == ["sent"] * len(written)
    with closing(sqlite3.connect(frontdesk.database)) as store:
        query = "SELECT text, conversation_id FROM messages WHERE text LIKE ? ORDER BY id"
        stored = store.execute(query, (f"is PRP safe for racer % of {seed}?",)).fetchall()
    assert [text for text, _conversation in stored] == written
    assert len({conversation for _text, conversation in stored}) == 1
    assert first.reads() == second.reads()
