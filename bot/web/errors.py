"""Every error as a patient or a staff member meets it: what happened, what to do, and none of their words."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from bot.errors import (
    STORE_DOWN_FOR_STAFF,
    AnotherPersonError,
    ConflictError,
    FrontdeskError,
    IdentityNotProvenError,
    IdReusedError,
    InvalidContactError,
    InvalidMessageError,
    NoSuchConversationError,
    NotFoundError,
    PermissionDeniedError,
    TooManyRequestsError,
    UnstorableTextError,
    WrongTokenError,
)
from bot.process.logs import where
from bot.web.pages import render_error
from bot.web.wire import ErrorBody, ErrorOut
from bot.words import ENGLISH, ERROR, catalogues

logger = structlog.get_logger(__name__)

AGAIN_SECONDS = 10
"""When a program that was told 503 may ask again; the chat page does so by its own clock."""
LINKS = "/staff/join/"

_HTTP: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-long",
    HTTPStatus.REQUEST_TIMEOUT: "too-slow",
}
"""What an error of the protocol is called, in the catalogue; programs read it with underscores."""
_STATUS: dict[type[FrontdeskError], tuple[int, str]] = {
    NotFoundError: (HTTPStatus.NOT_FOUND, "not_found"),
    PermissionDeniedError: (HTTPStatus.FORBIDDEN, "forbidden"),
    ConflictError: (HTTPStatus.CONFLICT, "conflict"),
    # By these the chat's page knows that this server, and no proxy before it, has ended a conversation.
    NoSuchConversationError: (HTTPStatus.NOT_FOUND, "no_such_conversation"),
    WrongTokenError: (HTTPStatus.FORBIDDEN, "not_your_conversation"),
    IdReusedError: (HTTPStatus.CONFLICT, "id_reused"),
    IdentityNotProvenError: (HTTPStatus.FORBIDDEN, "identity_not_proven"),
    AnotherPersonError: (HTTPStatus.CONFLICT, "another_person"),
    InvalidMessageError: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_message"),
    InvalidContactError: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_contact"),
    TooManyRequestsError: (HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests"),
    UnstorableTextError: (HTTPStatus.UNPROCESSABLE_ENTITY, "not_storable"),
}


def error_json(status: int, code: str, message: str, reply: dict[str, Any] | None = None) -> JSONResponse:
    """Give an error in the interface's one form."""
    body = ErrorOut(error=ErrorBody(code=code, message=message, reply=reply))
    response = JSONResponse(body.model_dump(), status_code=status)
    _say_when_to_come_back(response)
    return response


def install(app: FastAPI) -> None:
    """Make every error of an app answer in our form."""

    @app.exception_handler(FrontdeskError)
    async def _ours(request: Request, error: FrontdeskError) -> Response:
        # The nearest kind: some are of a narrower one that only says how they travel.
        known = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), None)
        if known is None:
            return unexpected(request, error)
        status, code = known
        if isinstance(error, InvalidMessageError) and error.too_long:
            status, code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_long"
        _log_if_refused(request, status, code)
        response = respond(request, status, code, str(error))
        if isinstance(error, TooManyRequestsError):
            response.headers["retry-after"] = str(error.wait)
        return response

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        # The default answer repeats the input, which may be a patient's words.
        first = error.errors()[0]
        if first.get("type") == "json_invalid":
            return respond(request, HTTPStatus.BAD_REQUEST, "invalid_json", said("invalid-json"))
        if tuple(first.get("loc", ())) == ("body",):
            return respond(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", said("not-an-object"))
        field = ".".join(str(part) for part in first.get("loc", ()) if part not in {"body", "query", "path"})
        message = f"{field}: {first.get('msg')}." if field else f"{first.get('msg')}."
        return respond(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", message)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        # The detail is not passed on: it may quote the request.
        name = _HTTP.get(error.status_code, "http-error")
        return respond(request, error.status_code, name.replace("-", "_"), said(name))

    @app.exception_handler(SQLAlchemyError)
    async def _store(request: Request, error: SQLAlchemyError) -> Response:
        # Not logger.exception: the text of a database error holds the statement's parameters.
        logger.error("store_unavailable", problem=type(error).__name__, path=_logged(request.url.path))
        message = STORE_DOWN_FOR_STAFF if request.url.path.startswith("/staff") else said("store-down")
        return respond(request, HTTPStatus.SERVICE_UNAVAILABLE, "store_unavailable", message)


def _log_if_refused(request: Request, status: int, code: str) -> None:
    """Log who was not let in where, for whoever looks for misuse; a failed sign-in stands in the audit log."""
    if status != HTTPStatus.FORBIDDEN:
        return
    # The road, not the address: in that may stand the secret of a one-time link.
    road = getattr(request.scope.get("route"), "path", "")
    member = getattr(request.state, "staff_member_id", None)
    logger.warning("refused", code=code, method=request.method, road=road, staff_member_id=member)


def unexpected(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw."""
    log_unexpected(request.url.path, error)
    return respond(request, HTTPStatus.INTERNAL_SERVER_ERROR, "error", said("unexpected"))


def log_unexpected(path: str, error: BaseException) -> None:
    """Log where an error happened, but not what it says: that may quote a patient."""
    logger.error("unexpected_error", problem=type(error).__name__, path=_logged(path), where=where(error))


def _logged(path: str) -> str:
    """Give an address as it may be logged: in that of a one-time link stands its secret."""
    return f"{LINKS}..." if path.startswith(LINKS) else path


def said(name: str) -> str:
    """Give the words of an error, by its name in the catalogue without `error-`."""
    return catalogues()[ENGLISH].pattern(f"{ERROR}{name}")


def respond(request: Request, status: int, code: str, message: str) -> Response:
    """Give an error as a page to a browser that opens one, and in the interface's form to everybody else."""
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if wants_page:
        page = render_error(request, status, message)
        _say_when_to_come_back(page)
        return page
    return error_json(status, code, message)


def _say_when_to_come_back(response: Response) -> None:
    """Where it is we who cannot now, and not what was asked."""
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["retry-after"] = str(AGAIN_SECONDS)
