"""Every "no" of the web layer in one form: a status, a stable code and one sentence.

Programs get `{"code", "message", "fields"?}`, a person who opened an address gets a plain page.
"""

import logging
from typing import Any, Final

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from ml.errors import InvalidKnobError, LodemapError
from pages.plain_page import plain_page
from store.logs import REQUEST_ID

LOG: Final = logging.getLogger("lodemap.web")
_PROGRAM_PATHS: Final = ("/api", "/_dash", "/assets", "/bootstrap", "/healthz")
"""Addresses that scripts ask for; a person who opens one still gets JSON."""
_TITLES: Final = {
    401: "Locked",
    404: "Nothing here",
    421: "Wrong address",
    429: "Too many tries",
    500: "Something broke",
}


class RefusedError(LodemapError):
    """The web layer refuses a request before any work is done."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class RightEndedError(OSError):
    """Somebody lost the right to an answer that is on its way to them.

    An OSError, as of a client that has gone: whoever writes it stops, and the connection is closed,
    so that a browser does not take a part for the whole.
    """


class JsonAnswer(Response):
    """JSON by orjson: refuses NaN's text form and writes numpy scalars."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the body's bytes."""
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def error_answer(error: LodemapError) -> Response:
    """Return the JSON form of an error."""
    body: dict[str, Any] = {"code": error.code, "message": error.sentence}
    if isinstance(error, InvalidKnobError):
        body["fields"] = error.problems
    return JsonAnswer(body, error.status)


def is_for_programs(scope: Scope) -> bool:
    """Whether an answer is read by a program, so that it must be no page."""
    is_program = scope["path"].startswith(_PROGRAM_PATHS)
    return is_program or scope["method"] not in ("GET", "HEAD")


def answer_for(scope: Scope, error: LodemapError) -> Response:
    """Return the JSON or the page form of an error, whichever the asker can read."""
    if is_for_programs(scope):
        return error_answer(error)
    title = _TITLES.get(error.status, "That did not work")
    page = plain_page(title, error.sentence, asks_token=error.code == "token_needed")
    return HTMLResponse(page, error.status)


def add_error_answers(server: FastAPI) -> None:
    """Give every error that leaves a route its one form."""

    def lodemap_error(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, LodemapError) else _http_error(500, request)
        return answer_for(request.scope, known)

    def http_error(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return answer_for(request.scope, _http_error(status, request))

    def crash(request: Request, error: Exception) -> Response:
        # The server logs the traceback itself: Starlette raises the error again after this answer.
        if not isinstance(error, RightEndedError):
            LOG.error("%s %s failed", request.method, request.url.path)
        return answer_for(request.scope, _http_error(500, request))

    server.add_exception_handler(LodemapError, lodemap_error)
    server.add_exception_handler(HTTPException, http_error)
    server.add_exception_handler(Exception, crash)


def _http_error(status: int, request: Request) -> RefusedError:
    place = request.url.path[:80]
    if status == 404:
        return RefusedError(404, "not_found", f"There is nothing at {place}.")
    if status == 405:
        return RefusedError(
            405, "method_not_allowed", f"{place} cannot be used with {request.method}."
        )
    if status == 500:
        number = f" under {REQUEST_ID.get()}" if REQUEST_ID.get() else ""
        message = (
            f"Something went wrong on the server; its log says what{number}. Reload the page; "
            "if it happens again, report that number."
        )
        return RefusedError(500, "server_error", message)
    return RefusedError(status, "refused", f"{place} could not be answered (status {status}).")
