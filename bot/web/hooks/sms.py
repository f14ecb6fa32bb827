"""What Twilio calls when a patient sends a text, or one of ours has arrived or not: proved to be Twilio's, stored."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import Response

from bot.bootstrap import Services
from bot.channels.files import MOST_FILES, SentFile
from bot.channels.receipts import Receipt
from bot.channels.sending import WHATSAPP
from bot.channels.twilio import is_sid, is_signed, twiml
from bot.errors import InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.messaging.texting import InboundText
from bot.outside_accounts.channels import RECEIPTS, SMS_PATH, SmsSettings
from bot.reading.phones import stored_phone
from bot.vocabulary import Channel
from bot.web.dependencies import ServicesOf
from bot.web.hooks.too_many import refuse_too_many
from bot.web.wire import LARGEST_ID

router = APIRouter(tags=["channels"])

MOST_PARAMETERS = 200
_PHONE = re.compile(r"\+?[0-9A-Za-z]{3,19}")
_CODE = re.compile(r"[0-9]{1,9}")


@router.post(SMS_PATH, include_in_schema=False)
async def take_text(
    request: Request, services: ServicesOf, x_twilio_signature: Annotated[str, Header()] = ""
) -> Response:
    """Take a text; what is said to it goes out by itself, so that slow work never makes Twilio wait."""
    account = _account(services)
    parameters = _parameters(await request.body())
    _refuse_forged(account, account.webhook_url, parameters, x_twilio_signature)
    inbound = _inbound(parameters)
    await refuse_too_many(request, services, inbound)
    texts = await services.texting.take(inbound)
    return Response(twiml(texts), media_type="application/xml")


@router.post(f"{SMS_PATH}{RECEIPTS}/{{notification_id}}", include_in_schema=False, status_code=204)
async def take_receipt(
    request: Request,
    services: ServicesOf,
    notification_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    x_twilio_signature: Annotated[str, Header()] = "",
) -> None:
    """Take what Twilio tells of a text that it took: in any order, late or twice."""
    account = _account(services)
    parameters = _parameters(await request.body())
    _refuse_forged(account, account.receipt_url(notification_id), parameters, x_twilio_signature)
    sid, code = _first(parameters, "MessageSid"), _first(parameters, "ErrorCode")
    if not is_sid(sid):
        raise InvalidMessageError("This call tells of no text message: MessageSid is needed.")
    receipt = Receipt(
        notification_id=notification_id,
        provider_id=sid,
        phone=_address(_first(parameters, "To"))[1],
        status=_first(parameters, "MessageStatus"),
        code=int(code) if _CODE.fullmatch(code) else None,
    )
    await run_sync(services.receipts.take, receipt)


def _account(services: Services) -> SmsSettings:
    if services.settings.sms is None:
        raise NotFoundError("There is nothing at this address.")
    return services.settings.sms


def _refuse_forged(account: SmsSettings, address: str, parameters: dict[str, list[str]], signature: str) -> None:
    if not is_signed(account.auth_token, address, parameters, signature):
        raise PermissionDeniedError("This call is not signed with the account's auth token.")


def _parameters(body: bytes) -> dict[str, list[str]]:
    # Read here and not by the framework: the signature is over every parameter, those without a value too.
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise PermissionDeniedError("This call is no form.") from None


def _inbound(parameters: dict[str, list[str]]) -> InboundText:
    sent_by, sid = _first(parameters, "From"), _first(parameters, "MessageSid")
    channel, phone = _address(sent_by)
    if not (_PHONE.fullmatch(phone) and is_sid(sid)):
        raise InvalidMessageError("This call tells of no text message: From and MessageSid are needed.")
    return InboundText(
        # A short code or a name is no number, and stays as it is.
        phone=stored_phone(phone) or phone,
        sid=sid,
        body=_first(parameters, "Body"),
        files=_files(parameters),
        channel=channel,
    )


def _address(written: str) -> tuple[Channel, str]:
    """Give the channel and the number of an address as Twilio writes it."""
    is_whatsapp = written.startswith(WHATSAPP)
    return (Channel.WHATSAPP, written.removeprefix(WHATSAPP)) if is_whatsapp else (Channel.SMS, written)


def _files(parameters: dict[str, list[str]]) -> tuple[SentFile, ...]:
    count = _first(parameters, "NumMedia")
    return tuple(
        SentFile(address=_first(parameters, f"MediaUrl{at}"), kind=_first(parameters, f"MediaContentType{at}"))
        for at in range(min(int(count), MOST_FILES) if _CODE.fullmatch(count) else 0)
    )


def _first(parameters: dict[str, list[str]], name: str) -> str:
    return next(iter(parameters.get(name, ())), "")
