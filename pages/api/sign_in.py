"""Coming in and going out; only where people sign in."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from pages.answers import JsonAnswer, RefusedError
from pages.api.parsing import JsonBody, Parts
from pages.auth.declared import requires
from pages.auth.login_page import invite_page, login_page
from pages.auth.people_door import PeopleDoor
from pages.auth.tries import Tries
from pages.session import display_name
from store.people.password_file import Account, folded

router = APIRouter()


@router.get("/login")
@requires("anybody")
async def read_login(request: Request) -> Response:
    """Show where to sign in; who has goes to the map."""
    if request.state.session.role is not None:
        return RedirectResponse("/", 303)
    return HTMLResponse(login_page(asks_password=door_of(request).asks_password))


@router.post("/api/login")
@requires("anybody")
def sign_in(request: Request, body: JsonBody, parts: Parts) -> Response:
    """Let in who knows the password of a name."""
    account = account_of(request, text(body, "name"), text(body, "password"))
    subject = folded(account.name)
    person = parts.store.people.meet("password", subject, account.name, account.role)
    answer = JsonAnswer({"name": person.name, "author_id": person.person_id})
    door_of(request).let_in(answer, request.scope, person)
    return answer


@router.post("/api/logout")
@requires("viewer")
def sign_out(request: Request) -> Response:
    """End this browser's sign-in on the server."""
    answer = JsonAnswer({"signed_out": True})
    door_of(request).let_out(request.scope, answer)
    return answer


@router.get("/invite")
@requires("anybody")
async def read_invite() -> Response:
    """Show who was sent an invite where to say a name."""
    return HTMLResponse(invite_page())


@router.post("/api/invite/read")
@requires("anybody")
def look_at_invite(request: Request, body: JsonBody, parts: Parts) -> Response:
    """Say what an invite is for."""
    secret = text(body, "secret")
    tries_of(request).begin(key := f"{client_of(request)} invite")
    invite = parts.store.invites.read(secret)
    tries_of(request).forgive(key)
    return JsonAnswer({"role": invite.role, "by": invite.author})


@router.post("/api/invite")
@requires("anybody")
def accept_invite(request: Request, body: JsonBody, parts: Parts) -> Response:
    """Let in who has the secret of an invite, under the name they say."""
    secret = text(body, "secret")
    tries_of(request).begin(key := f"{client_of(request)} invite")
    name = display_name(body.get("name"))
    person = parts.store.invites.accept(secret, name)
    tries_of(request).forgive(key)
    answer = JsonAnswer({"name": person.name, "author_id": person.person_id}, 201)
    door_of(request).let_in(answer, request.scope, person)
    return answer


def account_of(request: Request, name: str, password: str) -> Account:
    """Return the account of a name and its password.

    Raises:
        RefusedError: 401 where they do not fit, whichever it is; 429 after five tries.
    """
    door, tries = door_of(request), tries_of(request)
    if not door.asks_password:
        raise RefusedError(404, "not_found", "There are no passwords here.")
    tries.begin(key := f"{client_of(request)} {folded(name)}")
    if not door.waiting.acquire(blocking=False):
        raise RefusedError(429, "too_many_tries", "Many sign in at this moment; try again.")
    try:
        account = door.accounts.check(name, password)
    finally:
        door.waiting.release()
    if account is None:
        raise RefusedError(401, "wrong_password", "Name or password are wrong.")
    tries.forgive(key)
    return account


def text(body: dict[str, Any], field: str) -> str:
    """Return a text of a body, of at most 200 characters; never part of a message.

    Raises:
        RefusedError: it is none.
    """
    value = body.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise RefusedError(422, "invalid_input", f"Give the {field}: 1 to 200 characters.")
    return value


def door_of(request: Request) -> PeopleDoor:
    """Return the door of an app in which people sign in."""
    door: PeopleDoor = request.app.state.door
    return door


def tries_of(request: Request) -> Tries:
    """Return how often everybody tried of late."""
    tries: Tries = request.app.state.tries
    return tries


def client_of(request: Request) -> str:
    """Return the address a request comes from."""
    return request.client.host if request.client else ""
