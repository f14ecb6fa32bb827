"""What a program of the clinic's calls to bring a patient's message in: proved to be its own, and of just now."""

from __future__ import annotations

import json
import time
from typing import Annotated, TypeVar

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.bootstrap import Services
from bot.channels.channel_webhook import LONGEST_ID, SIGNATURE, TIMESTAMP
from bot.channels.files import LONGEST_ADDRESS, MOST_FILES, SentFile
from bot.channels.receipts import Receipt
from bot.errors import InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.messaging.texting import InboundText
from bot.notifications.webhook import is_signed
from bot.outside_accounts.channels import CHANNEL_PATH, RECEIPTS
from bot.reading.phones import stored_phone
from bot.vocabulary import Channel
from bot.web.dependencies import ServicesOf
from bot.web.hooks.too_many import refuse_too_many
from bot.web.wire import LARGEST_ID

router = APIRouter(tags=["channels"])

T = TypeVar("T", bound=BaseModel)
_Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\x21-\x7e]+$")]
_Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID, pattern=r"^[\x21-\x7e]+$")]


class FileIn(BaseModel):
    """A file that came with a message."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str, Field(max_length=LONGEST_ADDRESS)]
    kind: Annotated[str, Field(max_length=100)] = "file"


class ChannelMessageIn(BaseModel):
    """A patient's message; the same id twice is one message.

    Attributes:
        id: The program's own id of it.
        sent_by: Who wrote, by the program's name for them: a phone number with its country code, or any other.
    """

    model_config = ConfigDict(extra="forbid")

    id: _Id
    sent_by: Annotated[_Name, Field(alias="from")]
    text: str = ""
    files: Annotated[list[FileIn], Field(max_length=MOST_FILES)] = Field(default_factory=list)


class ChannelReceiptIn(BaseModel):
    """What became of a message of ours.

    Attributes:
        id: Our id of it, as it was handed over.
        message_id: The program's own id of this handing over.
        status: sent, delivered, undelivered or failed.
        code: A number for what went wrong.
    """

    model_config = ConfigDict(extra="forbid")

    id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    message_id: _Id
    to: _Name
    status: Annotated[str, Field(max_length=20)]
    code: Annotated[int | None, Field(ge=0, le=999_999_999)] = None


class TakenOut(BaseModel):
    """What is to be shown to the patient at once since it has no place in the store; everything else is posted."""

    texts: list[str]


@router.post(CHANNEL_PATH, include_in_schema=False)
async def take_message(
    request: Request,
    services: ServicesOf,
    timestamp: Annotated[str, Header(alias=TIMESTAMP)] = "",
    signature: Annotated[str, Header(alias=SIGNATURE)] = "",
) -> TakenOut:
    """Take a message; a call that is played again within the five minutes of its signature changes nothing."""
    message = _read(services, await request.body(), timestamp, signature, ChannelMessageIn)
    inbound = InboundText(
        phone=stored_phone(message.sent_by) or message.sent_by,
        sid=message.id,
        body=message.text,
        files=tuple(SentFile(address=each.address, kind=each.kind) for each in message.files),
        channel=Channel.WEBHOOK,
    )
    await refuse_too_many(request, services, inbound)
    return TakenOut(texts=await services.texting.take(inbound))


@router.post(f"{CHANNEL_PATH}{RECEIPTS}", include_in_schema=False, status_code=204)
async def take_receipt(
    request: Request,
    services: ServicesOf,
    timestamp: Annotated[str, Header(alias=TIMESTAMP)] = "",
    signature: Annotated[str, Header(alias=SIGNATURE)] = "",
) -> None:
    """Take what the program tells of a message of ours: in any order, late or twice."""
    told = _read(services, await request.body(), timestamp, signature, ChannelReceiptIn)
    receipt = Receipt(
        notification_id=told.id,
        provider_id=told.message_id,
        phone=stored_phone(told.to) or told.to,
        status=told.status,
        code=told.code,
    )
    await run_sync(services.receipts.take, receipt)


def _read(services: Services, body: bytes, timestamp: str, signature: str, kind: type[T]) -> T:
    channel = services.settings.channel
    if channel is None:
        raise NotFoundError("There is nothing at this address.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise PermissionDeniedError("This call is no text.") from None
    if not is_signed(channel.secret, timestamp, text, signature, now=time.time()):
        raise PermissionDeniedError("This call is not signed with the channel's secret, or was signed too long ago.")
    try:
        return kind.model_validate(json.loads(text))
    except ValidationError as error:
        # Not its words: they hold what the patient wrote.
        at = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        raise InvalidMessageError(f"This call tells of no message; look at: {at}.") from None
    except (ValueError, RecursionError):
        raise InvalidMessageError("This call tells of no message: it is no JSON.") from None
