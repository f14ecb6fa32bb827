"""Working on a ticket: notes, giving on, snoozing, canned replies, claim warnings, resolving, merging, live company."""

from __future__ import annotations

import re

import pytest

from bot.bootstrap import Services
from bot.staff.actor import Actor
from bot.staff.store import find_staff_member
from tests.chat_tester import JSON, ChatTester
from tests.integration.edge import ANA, BEN, NewChat, TestClient, error_message, frames

PROMISE = "PRP will definitely cure your knee."
"""A claim that no text to a patient may make."""
ORIGIN = {"origin": "http://testserver"}


def posts(chat: ChatTester, action: str, ticket: int | None = None, **form: str | int):
    """Send one of a ticket's forms as the page's script does."""
    return chat._staff_posts(ticket, action, **{name: str(value) for name, value in form.items()})


def id_of(services: Services, email: str) -> int:
    """Give the id of a staff member."""
    with services.database.read() as session:
        member = find_staff_member(session, email)
    assert member is not None
    return member.id


def test_a_note_is_for_staff_only(chat: ChatTester) -> None:
    """It stands in the conversation where it was written, and never in the patient's chat."""
    chat.patient_asks_for_person()

    assert posts(chat, "notes", text="Ask @Ben about the dates.").status_code == 200

    page = chat.staff_reads()
    assert "note for staff" in page
    assert "For Ben" in page
    assert not [text for text in chat.patient_sees() if "dates" in text]


def test_who_is_called_in_by_a_note_finds_the_ticket_under_mine(new_chat: NewChat) -> None:
    """Marked, and counted in the tab, until they open it; whoever wrote the note is not called."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_asks_for_person()
    ticket = ana.ticket
    ana.staff_takes()
    ana.staff_reads(ticket)
    posts(ana, "notes", text="@Ben, do you know?")

    assert ben.staff_sees_tickets("mine") == [ticket]
    page = ben.staff.get("/staff/tickets?status=mine").text
    assert "Mentions you" in page
    assert "<title>(1) Inbox</title>" in page
    assert "<title>Inbox</title>" in ana.staff.get("/staff/tickets").text
    ben.staff_reads(ticket)
    assert ben.staff_sees_tickets("mine") == []


@pytest.mark.parametrize(("text", "status"), [("", 422), (" \n", 422), ("x" * 4001, 413)])
def test_an_empty_or_endless_note_is_refused(chat: ChatTester, text: str, status: int) -> None:
    """And says why."""
    chat.patient_asks_for_person()

    error_message(posts(chat, "notes", text=text), status)


def test_a_ticket_is_given_to_a_colleague(new_chat: NewChat, services: Services) -> None:
    """Who then answers; the one before is told that it is no longer theirs."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_asks_for_person()
    ticket = ana.ticket
    ana.staff_takes()

    assert posts(ana, "assign", staff_member_id=id_of(services, BEN)).status_code == 200

    assert ana.transcript()["staff_name"] == "Ben"
    assert ben.staff_replies("Ben here.", ticket).status_code == 200
    assert "Ben has taken this ticket. Leave a note" in error_message(ana.staff_replies("Ana again.", ticket), 409)


def test_a_ticket_is_left_to_all(chat: ChatTester) -> None:
    """The bot answers meanwhile."""
    chat.patient_asks_for_person()
    chat.staff_takes()

    posts(chat, "hand-back")

    assert chat.handler == "bot"
    assert chat.staff_sees_tickets("open") == [chat.ticket]


@pytest.mark.parametrize("until", ["hour", "day", "week", "opening", "nosuch"])
def test_a_ticket_is_snoozed(chat: ChatTester, until: str) -> None:
    """It is in no other view until it wakes."""
    chat.patient_asks_for_person()
    ticket = chat.ticket

    assert posts(chat, "snooze", until=until).status_code == 200

    assert chat.staff_sees_tickets("snoozed") == [ticket]
    assert chat.staff_sees_tickets("open") == []


def test_a_reply_with_a_forbidden_claim_is_sent_only_after_its_warning(chat: ChatTester) -> None:
    """The warning names the words; nothing is sent and nothing taken before it was seen."""
    chat.patient_asks_for_person()

    warned = chat.staff_replies(PROMISE)

    assert warned.json()["warnings"][0]["reason"]
    assert PROMISE not in chat.patient_sees()
    assert chat.handler == "bot"
    posts(chat, "replies", text=PROMISE, claims_seen="true")
    assert chat.patient_sees_last() == PROMISE


def test_a_claim_is_warned_of_without_a_script_too(chat: ChatTester) -> None:
    """The page comes back with the text and the warning; sending it again sends it."""
    chat.patient_asks_for_person()
    chat.staff_signs_in()
    path = f"/staff/tickets/{chat.ticket}/replies"

    page = chat.staff.post(path, data={"text": PROMISE, "csrf_token": chat._csrf_token})

    assert page.status_code == 409
    assert "Check before you send" in page.text
    assert f">{PROMISE}</textarea>" in page.text
    assert "Send anyway" in page.text


def test_a_reply_that_is_tried_twice_is_sent_once(chat: ChatTester) -> None:
    """The connection broke before the answer came, so the page tries again with the same number."""
    chat.patient_asks_for_person()

    first, again = (posts(chat, "replies", text="Hello!", client_message_id="abc").json() for _ in range(2))

    assert first == again
    assert chat.patient_sees().count("Hello!") == 1


def test_texts_are_offered_by_shortcut(chat: ChatTester, services: Services) -> None:
    """The clinic's own first, then approved answers with their ids."""
    ana = Actor(staff_member_id=id_of(services, ANA), name="Ana")
    services.canned.keep("/parking", "You can park in front of the building.", ana)
    chat.staff_signs_in()

    def offered(words: str) -> list[dict[str, str]]:
        return list(chat.staff.get("/staff/canned-replies/search", params={"q": words}, headers=JSON).json()["replies"])

    assert [reply["shortcut"] for reply in offered("park")] == ["parking"]
    answers = offered("prp side")
    assert answers
    assert all(reply["answer_id"] for reply in answers)
    assert len(offered("")) == 8
    services.canned.forget("parking", ana)
    assert offered("park") == []


def test_resolving_says_why_and_can_ask_the_patient(chat: ChatTester) -> None:
    """The patient's answer stands on the ticket."""
    chat.patient_asks_for_person()
    ticket = chat.ticket

    posts(chat, "resolve", resolution="booked", ask_if_helped="true")

    asked = chat.transcript()["messages"][-1]["reply"]
    assert asked["rate_ticket"] == ticket
    rated = chat.patient.post(
        f"{chat.path}/satisfaction", json={"ticket": ticket, "helped": False}, headers=chat.bearer
    )
    assert rated.status_code == 200
    page = chat.staff_reads(ticket)
    assert "Resolved by Ana: Visit booked" in page
    assert "No, says the patient" in page


def test_nobody_rates_another_patients_ticket(new_chat: NewChat) -> None:
    """It is not found."""
    one, other = new_chat(), new_chat()
    one.patient_asks_for_person()
    ticket = one.ticket

    response = other.patient.post(
        f"{other.path}/satisfaction", json={"ticket": ticket, "helped": True}, headers=other.bearer
    )

    error_message(response, 404)


def test_a_ticket_is_not_resolved_over_a_message_that_was_not_read(chat: ChatTester) -> None:
    """The page says up to where its reader has seen."""
    chat.patient_asks_for_person()
    page = chat.staff_reads()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    chat.patient_says("wait, one more thing")

    refused = posts(chat, "resolve", seen=seen.group(1))

    assert "has written since" in error_message(refused, 409)


def test_a_resolved_ticket_is_reopened(chat: ChatTester) -> None:
    """What was done by mistake is undone."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    chat.staff_resolves()

    posts(chat, "reopen", ticket)

    assert chat.staff_sees_tickets("open") == [ticket]


def test_a_patients_second_ticket_is_offered_for_merging(new_chat: NewChat) -> None:
    """The same phone number gives it away; its conversation is then read in the first one."""
    first, second, stranger = new_chat(), new_chat(), new_chat()
    for chat in (first, second, stranger):
        chat.patient_asks_for_person()
    first.patient_leaves_contact(phone="555-0199")
    second.patient_leaves_contact(phone="555-0199")
    second.patient_says("this is about my knee")
    kept, merged = first.ticket, second.ticket

    page = first.staff_reads(kept)
    assert f"Merge ticket {merged} into this one" in page
    assert f"Merge ticket {stranger.ticket} " not in page
    posts(first, "merge", kept, other=merged)

    page = first.staff_reads(kept)
    assert "this is about my knee" in page
    assert f"in Web chat {merged}<" in page
    assert "your other chat" in second.patient_sees_last()
    assert f'part of <a href="/staff/tickets/{kept}">ticket {kept}' in first.staff_reads(merged)


def test_what_is_open_stays_in_the_list_beside_it_and_says_who_resolved_it(chat: ChatTester) -> None:
    """It does not vanish under the hands of whoever has just answered or resolved it."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    in_list = f'data-ticket-id="{ticket}"'
    chat.staff_replies("Hello.", ticket)

    beside = chat.staff.get(f"/staff/tickets/{ticket}?status=open").text
    assert re.search(rf"{in_list}.*?tag-person\">Ana<", beside, re.DOTALL)
    chat.staff_resolves(ticket)
    beside = chat.staff.get(f"/staff/tickets/{ticket}?status=open").text
    assert re.search(rf"{in_list}.*?Resolved by Ana<", beside, re.DOTALL)
    assert "Nobody" not in beside
    assert in_list not in chat.staff.get("/staff/tickets?status=open").text


def test_a_ticket_that_nobody_had_says_who_resolved_it(chat: ChatTester) -> None:
    """Staff, or the patient who went on with the assistant."""
    chat.patient_asks_for_person()
    ticket = chat.ticket

    chat.patient.post(f"{chat.path}/escalations/cancel", headers=chat.bearer)

    page = chat.staff_reads(ticket)
    assert "Resolved by The patient" in page
    assert "Nobody yet" not in page


def test_staff_see_the_patient_type_and_the_patient_sees_staff_type(chat: ChatTester, visitor: TestClient) -> None:
    """The bot's typing is for the patient only."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    chat.staff_takes()

    with (
        frames(chat.patient, f"{chat.path}/live", token=chat.token) as patient,
        frames(chat.staff, "/staff/live", **ORIGIN) as staff,
    ):
        patient.send({"type": "typing"})
        assert staff.until(type="typing") == {"type": "typing", "ticket_id": ticket, "author": "patient", "name": None}
        staff.send({"type": "typing", "ticket_id": ticket})
        assert patient.until(type="typing") == {"type": "typing", "author": "staff", "name": "Ana"}


def test_staff_see_who_else_looks_at_a_ticket(new_chat: NewChat) -> None:
    """Until that page goes to another ticket or is closed."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_asks_for_person()
    ticket = ana.ticket
    ben.staff_signs_in()

    with frames(ana.staff, "/staff/live", **ORIGIN) as anas:
        with frames(ben.staff, "/staff/live", **ORIGIN) as bens:
            bens.send({"type": "looking", "ticket_id": ticket})
            assert anas.until(type="looking") == {"type": "looking", "ticket_id": ticket, "names": ["Ben"]}
            anas.send({"type": "looking", "ticket_id": ticket})
            assert anas.until(names=["Ana", "Ben"])
        assert anas.until(type="looking")["names"] == ["Ana"]


@pytest.mark.parametrize("frame", ["", "x", "[]", '{"type": "looking"}', '{"type": "typing", "ticket_id": 10e9}', "{}"])
def test_a_frame_that_means_nothing_is_passed_over(chat: ChatTester, frame: str) -> None:
    """The connection stays."""
    chat.patient_asks_for_person()
    chat.staff_signs_in()

    with frames(chat.staff, "/staff/live", **ORIGIN) as staff:
        staff.send_text(frame)
        staff.send({"type": "looking", "ticket_id": chat.ticket})
        assert staff.until(type="looking")["names"] == ["Ana"]
