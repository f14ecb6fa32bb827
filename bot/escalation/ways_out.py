"""The ways that are set up to tell people outside of the console: of tickets, and of what was done with accounts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.escalation.integration_sender import IntegrationSender
from bot.notifications import store as notifications
from bot.notifications.email import EmailSender
from bot.notifications.outbox import Sender
from bot.notifications.webhook import WebhookSender
from bot.settings import Settings
from bot.staff.changing import Tell, tell_nobody


def tell_by_email(settings: Settings) -> Tell:
    """Give how people are told what was done with their accounts: by email, where a mail server is set up."""
    if not settings.smtp_url:
        return tell_nobody

    def tell(session: Session, email: str, event: str, title: str, text: str) -> None:
        content = {"title": title, "text": text, "link": f"{settings.public_url.rstrip('/')}/staff/account"}
        notifications.add(session, way="email", target=email, event=event, content=content)

    return tell


def senders_of(settings: Settings, database: Database) -> dict[str, Sender]:
    """Give the ways out that are set up, by name."""
    senders: dict[str, Sender] = {"integration": IntegrationSender(database)}
    if settings.smtp_url:
        senders["email"] = EmailSender(settings.smtp_url, settings.mail_from, settings.smtp_authorities)
    if settings.webhook_url:
        senders["webhook"] = WebhookSender(settings.webhook_url, settings.webhook_secret)
    return senders
