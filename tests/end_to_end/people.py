"""The patient and the staff member in front of real browsers, so that tests read like what they do and see."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect


class Patient:
    """A patient with the chat open."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens_chat(self) -> None:
        """Open the chat and wait until it can be used."""
        self.page.goto("/")
        expect(self.page.get_by_test_id("composer")).to_be_focused()

    def says(self, text: str) -> Locator:
        """Write a message with the keyboard; give the newest message once the bot has answered."""
        self.writes(text)
        newest = self.messages().last
        expect(newest).not_to_have_attribute("data-author", "patient")
        # By its number, so that it stays the same one when others follow.
        return self.page.locator(f'[data-testid="message"][data-id="{newest.get_attribute("data-id")}"]')

    def writes(self, text: str) -> Locator:
        """Write a message with the keyboard; give it once it is sent."""
        self.page.get_by_test_id("composer").fill(text)
        self.page.keyboard.press("Enter")
        own = self.messages("patient").last
        expect(own).to_contain_text(text)
        expect(own).to_have_attribute("data-state", "sent")
        return own

    def writes_in_vain(self, *texts: str) -> None:
        """Write messages with the keyboard, whatever becomes of them."""
        for text in texts:
            self.page.get_by_test_id("composer").fill(text)
            self.page.get_by_test_id("composer").press("Enter")
            expect(self.messages("patient").filter(has_text=text)).to_have_count(1)

    def starts_over(self) -> None:
        """Press the button and confirm."""
        self.page.get_by_test_id("start-over").click()
        self.page.get_by_test_id("confirm-start-over").click()

    def states(self) -> list[str | None]:
        """Give how the patient's own messages are doing, from top to bottom."""
        return [message.get_attribute("data-state") for message in self.messages("patient").all()]

    def messages(self, author: str | None = None) -> Locator:
        """Give the messages on the page, or those of one author."""
        found = self.page.get_by_test_id("message")
        return found if author is None else self.page.locator(f'[data-testid="message"][data-author="{author}"]')

    def reads(self) -> list[str]:
        """Give what stands in the bubbles and cards, oldest first."""
        return [text.strip() for text in self.messages().locator(".bubble, .care-card").all_inner_texts()]


class Staff:
    """A staff member with the console open."""

    def __init__(self, page: Page, *, email: str, password: str) -> None:
        self.page = page
        self._email = email
        self._password = password

    def signs_in(self) -> None:
        """Sign in through the form."""
        self.page.goto("/staff/sign-in")
        self.page.get_by_label("Email").fill(self._email)
        self.page.get_by_label("Password").fill(self._password)
        self.page.get_by_test_id("sign-in").click()
        expect(self.page).to_have_url("/staff/tickets")

    @property
    def name(self) -> str:
        """What patients and colleagues call them."""
        return self.page.locator(".staff-name").inner_text().partition(",")[0]

    def opens_ticket(self, first_line: str) -> None:
        """Open the ticket that shows these words in the list, whose first page may be full of those of other tests."""
        self.page.goto("/staff/tickets?status=open")
        row = self.page.get_by_test_id("ticket-row").filter(has_text=first_line)
        while not row.count() and (more := self.page.get_by_test_id("page-after")).count():
            self.page.goto(str(more.get_attribute("href")))
        row.first.click()
        expect(self.page.get_by_test_id("reply")).to_be_visible()
        # Its script is there once this button is.
        expect(self.page.get_by_test_id("write-note")).to_be_visible()

    def takes(self) -> None:
        """Take the ticket."""
        self.page.get_by_test_id("take").click()
        expect(self.page.get_by_test_id("take")).to_have_count(0)

    def replies(self, text: str) -> None:
        """Write to the patient."""
        self.page.get_by_test_id("reply").fill(text)
        self.page.get_by_test_id("send-reply").click()
        expect(self.page.get_by_test_id("message").last).to_contain_text(text)

    def resolves(self) -> None:
        """Close the ticket, and say yes when asked."""
        self.page.get_by_test_id("resolve").click()
        self.page.get_by_test_id("confirm-resolve").click()
        expect(self.page.get_by_test_id("resolve")).to_have_count(0)


def is_in_view(element: Locator) -> bool:
    """Say whether an element can be seen and touched without scrolling: inside the window and nothing over it."""
    seen: Any = element.evaluate(
        """element => {
            const box = element.getBoundingClientRect();
            const inside = box.width > 0 && box.top >= 0 && box.left >= 0
                && box.bottom <= innerHeight && box.right <= innerWidth;
            const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return inside && (top === element || element.contains(top));
        }"""
    )
    return bool(seen)
