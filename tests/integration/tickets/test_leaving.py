"""Who is shut out of the console keeps no patient: their tickets go back to all, and they get no new one."""

from __future__ import annotations

from bot.bootstrap import Services
from bot.staff.actor import FRONTDESK
from tests.integration.edge import ANA, BEN, NewChat, error_message
from tests.integration.tickets.test_ticket_work import id_of, posts


def test_who_is_shut_out_leaves_no_chat_behind(new_chat: NewChat, services: Services) -> None:
    """Their tickets are anybody's, also a sleeping one; patients are told; nobody can give them one or call them in."""
    taken, asleep, other = new_chat(BEN), new_chat(BEN), new_chat(ANA)
    for chat in (taken, asleep, other):
        chat.patient_asks_for_person()
    numbers = [taken.ticket, asleep.ticket]
    for chat, number in zip((taken, asleep), numbers, strict=True):
        chat.staff_takes(number)
    posts(asleep, "snooze", numbers[1], until="day")
    ben = id_of(services, BEN)

    for change in services.leaving.shut_out(ben, FRONTDESK):
        services.deliver.announce(change)

    assert [chat.handler for chat in (taken, asleep)] == ["bot", "bot"]
    assert "Ben has left this chat" in taken.patient_sees_last()
    assert set(other.staff_sees_tickets("open")) == {*numbers, other.ticket}
    refused = posts(other, "assign", other.ticket, staff_member_id=ben)
    assert error_message(refused, 409) == "Ben can no longer sign in. Choose somebody else."
    page = other.staff_reads(other.ticket)
    assert ">Ben</option>" not in page
    assert posts(other, "notes", other.ticket, text="@Ben, do you know?").json()["mentioned"] == []
