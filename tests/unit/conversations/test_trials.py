"""A trial has a store of its own, which is gone afterwards; its conversations never reach the clinic's."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from bot.bootstrap import Services, build_services
from bot.conversations.trials import Trial, trial_of, trying
from bot.errors import NotFoundError
from bot.settings import Settings
from bot.triage import Triage
from bot.vocabulary import Channel, ReplyKind, TicketStatus
from tests.factories import EMERGENCY
from tests.fakes import FakeRasa

if TYPE_CHECKING:
    from bot.rasa_client.client import RasaClient

EVERY = tuple(TicketStatus)


async def test_what_is_tried_is_answered_and_leaves_nothing(
    tmp_path: Path, settings: Settings, services: Services, rasa: FakeRasa, triage: Triage
):
    """The card, its ticket and the promise are as ever, in a store that is removed."""
    with trying(tmp_path) as trial:
        tried = build_services(settings, rasa=cast("RasaClient", rasa), triage=triage, trial=trial)
        conversation, _token = await tried.access.start_conversation(Channel.CONSOLE)
        received = await tried.receive.receive(conversation, f"{EMERGENCY}, call 312 555 0111", None)
        assert [message.reply and message.reply.kind for message in received.replies] == [ReplyKind.EMERGENCY]
        assert len(tried.tickets.inbox(EVERY)[0]) == 1
        assert trial_of(conversation, tmp_path) == trial
        await tried.close()

    assert list(trial.path.parent.iterdir()) == []
    assert services.tickets.inbox(EVERY)[0] == []
    with pytest.raises(NotFoundError, match="over"):
        trial_of(conversation, tmp_path)


async def test_a_trial_answers_from_the_clinics_answers(
    tmp_path: Path, settings: Settings, rasa: FakeRasa, triage: Triage
):
    """With Rasa down too: its own store holds none."""
    rasa.down = True
    with trying(tmp_path) as trial:
        tried = build_services(settings, rasa=cast("RasaClient", rasa), triage=triage, trial=trial)
        conversation, _token = await tried.access.start_conversation(Channel.CONSOLE)
        received = await tried.receive.receive(conversation, "What is PRP?", None)
        await tried.close()

    assert received.replies[0].reply is not None
    assert received.replies[0].reply.answer_id is not None


async def test_a_patients_conversation_is_no_trial(services: Services, tmp_path: Path):
    """Nor is an id that only looks like one's, or that leads elsewhere."""
    conversation, _token = await services.access.start_conversation(Channel.WEB_CHAT)

    for other in (conversation, "", "trial-", "trial-xyz-1", "trial-../../../x-1", "trial-0123456789ab-/../a"):
        assert trial_of(other, tmp_path) is None


def test_ids_fit_the_column(tmp_path: Path):
    """And no two are alike."""
    with trying(tmp_path) as one, trying(tmp_path) as other:
        assert one.prefix != other.prefix
        assert one.path.is_file()
        assert other.path.is_file()


def test_what_a_killed_command_left_behind_is_removed(tmp_path: Path):
    """A day later, by the next trial."""
    with trying(tmp_path) as old:
        left = old.path.with_name("0123456789ab.db")
        left.write_bytes(b"")
        long_ago = time.time() - 100_000
        os.utime(left, (long_ago, long_ago))
        with trying(tmp_path) as new:
            assert isinstance(new, Trial)
            assert not left.exists()
        assert old.path.is_file()
