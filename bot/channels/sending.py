"""Sends what is said to patients by the channel that their number is on, unless they have opted out meanwhile."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from bot.channels import store
from bot.channels.channel_webhook import ChannelWebhook
from bot.channels.models import SmsNumber
from bot.channels.quiet_hours import QuietHours
from bot.channels.twilio import StoppedAtTwilioError, Twilio
from bot.db.engine import Database, utc_now
from bot.errors import ConnectionFailedError, NotDeliverableError, NotYetError
from bot.notifications import store as notifications
from bot.settings import Settings
from bot.vocabulary import Channel

OPTED_OUT, NOT_SET_UP = "opted out", "not set up"
WHATSAPP = "whatsapp:"
"""What stands before a number on WhatsApp, as Twilio writes it."""
WINDOW = dt.timedelta(hours=24)
"""For so long after somebody last wrote WhatsApp takes any words to them; then only a template."""
LONGEST_IN_TEMPLATE = 900
"""WhatsApp takes 1,024 letters, those of the template itself among them."""


class PatientSender:
    """Sends to numbers, which the outbox names by their id.

    Args:
        database: Where the numbers stand.
        settings: The account at Twilio, and the program's channel.
        quiet_hours: When patients sleep.
    """

    def __init__(self, database: Database, settings: Settings, quiet_hours: QuietHours) -> None:
        self._database = database
        self._quiet_hours = quiet_hours
        self._twilio = None if settings.sms is None else Twilio(settings.sms)
        self._webhook = None if settings.channel is None else ChannelWebhook(settings.channel)

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> str | None:
        """Send one message; give the receiver's id of it.

        Raises:
            NotDeliverableError: It will never arrive: the patient opted out, or the number is gone or refused.
            NotYetError: It answers nothing, and the patient sleeps.
            ConnectionFailedError: Its channel is not set up now.
            httpx.HTTPError: The receiver is out of reach, or answered with another error.
        """
        number, wrote_at = self._may_be_sent(int(target), content)
        text = str(content["text"])
        if number.channel == Channel.WEBHOOK.value:
            if self._webhook is None:
                raise ConnectionFailedError(NOT_SET_UP)
            return self._webhook.send(notification_id, to=number.phone, text=text, event=event)
        if self._twilio is None:
            raise ConnectionFailedError(NOT_SET_UP)
        # Rather asked once too often than sent twice: only after a try that failed, or that nobody saw the end of.
        taken = self._taken_before(self._twilio, number, text) if content.get(notifications.BEGUN) else None
        if taken is not None:
            return taken
        try:
            if number.channel == Channel.WHATSAPP.value:
                return self._by_whatsapp(self._twilio, notification_id, number, wrote_at, text)
            return self._twilio.send(
                notification_id, to=number.phone, sender=self._twilio.settings.number, words={"Body": text}
            )
        except StoppedAtTwilioError:
            with self._database.write() as session:
                store.opt_out(session, number.id, utc_now())
            raise

    def _may_be_sent(self, number_id: int, content: Mapping[str, Any]) -> tuple[SmsNumber, dt.datetime | None]:
        """Give the number that a message goes to, and when its owner last wrote.

        Asked at the last moment: what was queued before the patient said stop, or went to sleep, is not sent after it.
        """
        with self._database.read() as session:
            number = store.find_number_by_id(session, number_id)
            if number is None:
                raise NotDeliverableError("the number was deleted")
            if number.opted_out_at is not None and not content["even_if_opted_out"]:
                raise NotDeliverableError(OPTED_OUT)
            if content.get(notifications.UNASKED):
                held_until = self._quiet_hours.holds_back(session, number, utc_now())
                if held_until is not None:
                    raise NotYetError(notifications.QUIET, held_until)
            return number, store.last_wrote_at(session, number.id)

    def _taken_before(self, twilio: Twilio, number: SmsNumber, text: str) -> str | None:
        """Give Twilio's id of a text that it took without our knowing it; None if it has none.

        The same words may have gone to the same number for good reason, so what is known to be handed over is another.
        """
        yesterday = utc_now().astimezone(dt.UTC).date() - dt.timedelta(days=1)
        to = f"{WHATSAPP}{number.phone}" if number.channel == Channel.WHATSAPP.value else number.phone
        listed = twilio.listed(to=to, body=text, since=yesterday)
        with self._database.read() as session:
            unknown = (sid for sid in listed if notifications.find_delivery(session, sid) is None)
            return next(unknown, None)

    def _by_whatsapp(
        self, twilio: Twilio, notification_id: int, number: SmsNumber, wrote_at: dt.datetime | None, text: str
    ) -> str | None:
        account = twilio.settings
        if not account.whatsapp_number:
            raise ConnectionFailedError(NOT_SET_UP)
        words = {"Body": text}
        if wrote_at is None or utc_now() - wrote_at >= WINDOW:
            # Of a template's words only a blank is ours, and that takes no second line.
            one_line = " ".join(text.split())
            if not account.whatsapp_template:
                raise NotDeliverableError("the patient last wrote over a day ago: WhatsApp takes no message now")
            if len(one_line) > LONGEST_IN_TEMPLATE:
                raise NotDeliverableError("too long for the template that WhatsApp takes after a day")
            words = {"ContentSid": account.whatsapp_template, "ContentVariables": json.dumps({"1": one_line})}
        return twilio.send(
            notification_id,
            to=f"{WHATSAPP}{number.phone}",
            sender=f"{WHATSAPP}{account.whatsapp_number}",
            words=words,
        )
