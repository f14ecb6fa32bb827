"""Two tickets of one patient as one: whoever has the first answers both chats, and finds the patient in either."""

from __future__ import annotations

import re

from tests.integration.edge import BEN, NewChat, error_message
from tests.integration.tickets.test_ticket_work import posts


def test_after_a_merge_staff_and_patient_go_on_in_whichever_chat_the_patient_writes(new_chat: NewChat) -> None:
    """The bot is silent in both; what is written shows on the first ticket, in order, and replies find the patient."""
    first, second = new_chat(), new_chat()
    for chat in (first, second):
        chat.patient_asks_for_person()
        chat.patient_leaves_contact(phone="555-0199")
    kept, merged = first.ticket, second.ticket
    first.staff_replies("Hello from Ana.", kept)
    posts(first, "merge", kept, other=merged)

    assert second.patient_sees()[-2:] == [
        "Our staff have put this request together with your other chat with us.",
        "Ana from the clinic has joined this chat.",
    ]
    assert second.handler == "staff"
    for words in ("I write here now.", "Can you read this?"):
        assert second.patient_says(words) == []
    page = first.staff_reads(kept)
    written = re.findall(r'data-author="patient".*?class="text"[^>]*>([^<]*)<', page, re.DOTALL)
    assert written[-2:] == ["I write here now.", "Can you read this?"]
    assert f"goes to Web chat {merged}," in page
    assert first.staff_sees_tickets("assigned") == [kept]

    first.staff_replies("Yes, I can.", kept)
    assert second.patient_sees_last() == "Yes, I can."
    assert "Yes, I can." not in first.patient_sees()
    first.patient_says("And here?")
    first.staff_replies("Here too.", kept)
    assert first.patient_sees_last() == "Here too."
    assert f"Go to ticket {kept}" in error_message(second.staff_replies("Hm?", merged), 409)

    first.staff_resolves(kept)
    assert (first.handler, second.handler) == ("bot", "bot")
    assert "closed this request" in first.patient_sees_last()


def test_a_merged_chat_makes_the_first_ticket_unread_and_wakes_it(new_chat: NewChat) -> None:
    """Its patient waits for staff, wherever they write."""
    first, second = new_chat(), new_chat()
    for chat in (first, second):
        chat.patient_asks_for_person()
    kept, merged = first.ticket, second.ticket
    posts(first, "merge", kept, other=merged)
    first.staff_reads(kept)
    posts(first, "snooze", kept, until="day")

    second.patient_says("is anybody there?")

    assert first.staff_sees_tickets("open") == [kept]
    assert "Unread: " in first.staff.get("/staff/tickets?status=open").text
    assert first.staff.get("/staff/tickets?status=resolved").text.count("Unread: ") == 0
    assert first.staff_sees_tickets("all") == [kept, merged]
    found = first.staff.get("/staff/tickets", params={"status": "open", "q": "anybody there"}).text
    assert f'data-ticket-id="{kept}"' in found


def test_a_merged_ticket_that_is_reopened_goes_its_own_way_again(new_chat: NewChat) -> None:
    """What was merged by mistake is parted; the bot answers there until somebody takes it."""
    first, second = new_chat(), new_chat()
    for chat in (first, second):
        chat.patient_asks_for_person()
    kept, merged = first.ticket, second.ticket
    first.staff_takes(kept)
    posts(first, "merge", kept, other=merged)

    posts(first, "reopen", merged)

    assert (first.handler, second.handler) == ("staff", "bot")
    assert "Ana has left this chat" in second.patient_sees_last()
    assert second.staff_sees_tickets("open") == [merged]
    assert f"in Web chat {merged}<" not in first.staff_reads(kept)


def test_what_somebody_has_goes_with_a_merge(new_chat: NewChat) -> None:
    """Nobody had the first: whoever had the second has both, and is not lost."""
    first, second = new_chat(), new_chat(BEN)
    for chat in (first, second):
        chat.patient_asks_for_person()
    kept, merged = first.ticket, second.ticket
    second.staff_takes(merged)

    posts(first, "merge", kept, other=merged)

    assert (first.handler, second.handler) == ("staff", "staff")
    assert first.transcript()["staff_name"] == "Ben"
    assert second.staff_sees_tickets("mine") == [kept]
