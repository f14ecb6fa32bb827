"""A patient and a staff member who talk through the edge, so that tests of dialogues read like dialogues."""

from __future__ import annotations

import itertools
import re
from typing import Any

import httpx

CSRF_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')
JSON = {"accept": "application/json"}


class ChatTester:
    """Speaks HTTP with an edge, for one patient and for one staff member.

    Args:
        patient: A client of the edge that stands for the patient's browser.
        staff: Another one, for the staff member's.
        email: The staff member's address.
        password: The staff member's password.
    """

    def __init__(self, patient: httpx.Client, staff: httpx.Client, *, email: str = "", password: str = "") -> None:
        self.patient = patient
        self.staff = staff
        self._email = email
        self._password = password
        self._csrf_token = ""
        started = patient.post("/api/conversations")
        assert started.status_code == 201, started.text
        self.conversation_id: str = started.json()["conversation_id"]
        self.token: str = started.json()["token"]
        self._sent = 0

    @property
    def path(self) -> str:
        """The conversation's address."""
        return f"/api/conversations/{self.conversation_id}"

    @property
    def bearer(self) -> dict[str, str]:
        """The header that proves whose conversation it is."""
        return {"authorization": f"Bearer {self.token}"}

    # What the patient does and sees.

    def patient_says(self, text: str, client_message_id: str | None = None) -> list[dict[str, Any]]:
        """Send a message; give the replies to it as they came back."""
        response = self.patient_sends({"text": text, "client_message_id": client_message_id})
        assert response.status_code == 200, response.text
        inbound, *replies = response.json()["messages"]
        assert inbound["author"] == "patient"
        return list(replies)

    def patient_sends(self, body: Any) -> httpx.Response:
        """Send any JSON as a message; give the bare response."""
        if isinstance(body, dict) and "client_message_id" in body and body["client_message_id"] is None:
            self._sent += 1
            body = {**body, "client_message_id": f"m{self._sent}"}
        return self.patient.post(f"{self.path}/messages", json=body, headers=self.bearer)

    def patient_asks_for_person(self) -> list[dict[str, Any]]:
        """Press "Talk to a person"; give the replies."""
        response = self.patient.post(f"{self.path}/escalations", json={}, headers=self.bearer)
        assert response.status_code == 200, response.text
        return list(response.json()["messages"][1:])

    def patient_goes_on(self) -> list[dict[str, Any]]:
        """Press "Go on with the assistant"; give what is said to it."""
        response = self.patient.post(f"{self.path}/escalations/cancel", headers=self.bearer)
        assert response.status_code == 200, response.text
        return list(response.json()["messages"])

    def patient_leaves_contact(self, **contact: str) -> list[dict[str, Any]]:
        """Fill in the contact form; give the replies."""
        response = self.patient.post(f"{self.path}/contact", json=contact, headers=self.bearer)
        assert response.status_code == 200, response.text
        return list(response.json()["messages"])

    def transcript(self, after: int = 0) -> dict[str, Any]:
        """Load the conversation as the chat page does on reload."""
        response = self.patient.get(f"{self.path}/messages", params={"after": after}, headers=self.bearer)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def patient_sees(self) -> list[str]:
        """Give all texts of the conversation, oldest first."""
        return [message["text"] for message in self.transcript()["messages"]]

    def patient_sees_last(self) -> str:
        """Give the newest text of the conversation."""
        return self.patient_sees()[-1]

    @property
    def handler(self) -> str:
        """Who answers now: `bot` or `staff`."""
        return str(self.transcript()["handler"])

    # What the staff member does and sees.

    def staff_signs_in(self) -> None:
        """Sign the staff member in, through the form."""
        if self._csrf_token:
            return
        page = self.staff.get("/staff/sign-in")
        form = {"email": self._email, "password": self._password, "csrf_token": csrf_token_of(page.text)}
        inbox = self.staff.post("/staff/sign-in", data=form, follow_redirects=True)
        assert inbox.status_code == 200, inbox.text
        self._csrf_token = csrf_token_of(inbox.text)

    def staff_sees_tickets(self, status: str = "all") -> list[int]:
        """Give the numbers of the tickets in a view of the inbox, as listed on all of its pages."""
        self.staff_signs_in()
        found: list[int] = []
        for number in itertools.count(1):
            page = self.staff.get("/staff/tickets", params={"status": status, "page": str(number)})
            assert page.status_code == 200, page.text
            listed = [int(ticket) for ticket in re.findall(r'data-ticket-id="(\d+)"', page.text)]
            fresh = [ticket for ticket in listed if ticket not in found]
            if not fresh:
                break
            found += fresh
        return found

    @property
    def ticket(self) -> int:
        """The number of this conversation's newest ticket."""
        for number in sorted(self.staff_sees_tickets(), reverse=True):
            posted = {
                m["reply"]["ticket"] for m in self.transcript()["messages"] if m["reply"] and m["reply"]["ticket"]
            }
            if not posted or number in posted:
                return number
        raise AssertionError("this conversation has no ticket")

    def staff_reads(self, ticket: int | None = None) -> str:
        """Open the ticket; give the page's HTML."""
        self.staff_signs_in()
        page = self.staff.get(f"/staff/tickets/{ticket or self.ticket}")
        assert page.status_code == 200, page.text
        return page.text

    def staff_takes(self, ticket: int | None = None) -> httpx.Response:
        """Take the ticket."""
        return self._staff_posts(ticket, "take")

    def staff_replies(self, text: str, ticket: int | None = None) -> httpx.Response:
        """Write to the patient."""
        return self._staff_posts(ticket, "replies", text=text)

    def staff_resolves(self, ticket: int | None = None) -> httpx.Response:
        """Close the ticket and hand the conversation back."""
        return self._staff_posts(ticket, "resolve")

    def staff_signs_out(self) -> httpx.Response:
        """Sign the staff member out."""
        self.staff_signs_in()
        data = {"csrf_token": self._csrf_token}
        self._csrf_token = ""
        return self.staff.post("/staff/sign-out", data=data, follow_redirects=False)

    def _staff_posts(self, ticket: int | None, action: str, **form: str) -> httpx.Response:
        self.staff_signs_in()
        data = {"csrf_token": self._csrf_token, **form}
        return self.staff.post(f"/staff/tickets/{ticket or self.ticket}/{action}", data=data, headers=JSON)


def csrf_token_of(page: str) -> str:
    """Give the secret that a page's forms carry."""
    found = CSRF_FIELD.search(page)
    assert found is not None, "the page has no form with a csrf_token"
    return found.group(1)
