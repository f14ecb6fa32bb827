"""What Twilio calls when a patient sends a text: proved to be Twilio's, stored, and answered at once."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from bot.channels.twilio import is_signed, twiml
from bot.errors import InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.messaging.texting import InboundText
from bot.settings import SMS_PATH
from bot.web.dependencies import ServicesOf

router = APIRouter(tags=["channels"])

MOST_PARAMETERS = 200
_PHONE = re.compile(r"\+?[0-9A-Za-z]{3,19}")
_SID = re.compile(r"[0-9A-Za-z]{1,64}")


@router.post(SMS_PATH, include_in_schema=False)
async def take_text(
    request: Request, services: ServicesOf, x_twilio_signature: Annotated[str, Header()] = ""
) -> Response:
    """Take a text; what is said to it goes out by itself, so that slow work never makes Twilio wait."""
    account = services.settings.sms
    if account is None:
        raise NotFoundError("There is nothing at this address.")
    parameters = _parameters(await request.body())
    if not is_signed(account.auth_token, account.webhook_url, parameters, x_twilio_signature):
        raise PermissionDeniedError("This call is not signed with the account's auth token.")
    texts = await services.texting.take(_inbound(parameters))
    return Response(twiml(texts), media_type="application/xml")


def _parameters(body: bytes) -> dict[str, list[str]]:
    # Read here and not by the framework: the signature is over every parameter, those without a value too.
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise PermissionDeniedError("This call is no form.") from None


def _inbound(parameters: dict[str, list[str]]) -> InboundText:
    phone, sid = _first(parameters, "From"), _first(parameters, "MessageSid")
    if not (_PHONE.fullmatch(phone) and _SID.fullmatch(sid)):
        raise InvalidMessageError("This call tells of no text message: From and MessageSid are needed.")
    return InboundText(
        phone=phone,
        sid=sid,
        body=_first(parameters, "Body"),
        has_files=_first(parameters, "NumMedia") not in {"", "0"},
    )


def _first(parameters: dict[str, list[str]], name: str) -> str:
    return next(iter(parameters.get(name, ())), "")
