"""The accounts that carry messages beside the chat, and where they call the edge: Twilio, a program of the clinic's."""

from __future__ import annotations

from dataclasses import dataclass, field

SMS_PATH = "/channels/sms"
"""Where the edge takes what Twilio calls it with."""
CHANNEL_PATH = "/channels/webhook"
"""Where it takes what a program of the clinic's calls it with."""
RECEIPTS = "/receipts"
"""Under it, what Twilio tells of texts that it took."""


@dataclass(frozen=True, kw_only=True)
class SmsSettings:
    """The clinic's account at Twilio.

    Attributes:
        account_sid: The account, as Twilio names it.
        auth_token: Its secret: signs what Twilio sends us, and opens what we send.
        number: The clinic's number at Twilio, as `+15550142`.
        api_url: Where Twilio's interface is.
        webhook_url: The address that Twilio calls, as the clinic entered it there: part of what is signed.
        whatsapp_number: The clinic's number on WhatsApp at Twilio; empty for no WhatsApp.
        whatsapp_template: The template, as Twilio names it, that carries a message to somebody who has not written for
            a day; empty where there is none.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    number: str
    api_url: str
    webhook_url: str
    whatsapp_number: str = ""
    whatsapp_template: str = ""

    def receipt_url(self, notification_id: int) -> str:
        """Give where Twilio tells what became of a text: the address names it, since Twilio may tell before it answers.

        Args:
            notification_id: The text in the outbox.
        """
        return f"{self.webhook_url}{RECEIPTS}/{notification_id}"

    @property
    def messages_url(self) -> str:
        """Where a text to send is posted."""
        return f"{self.api_url.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}/Messages.json"

    @property
    def credentials(self) -> tuple[str, str]:
        """Name and password for it."""
        return self.account_sid, self.auth_token


@dataclass(frozen=True, kw_only=True)
class ChannelSettings:
    """A channel by which a program of the clinic's brings messages in and takes them out.

    Attributes:
        url: Where what is said to patients is posted.
        secret: What both sides sign with.
    """

    url: str
    secret: str = field(repr=False)
