"""Coming in and going out; only where people sign in."""

from contextlib import AbstractContextManager
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from pages.answers import JsonAnswer, RefusedError
from pages.api.parsing import JsonBody, Parts
from pages.auth.declared import requires
from pages.auth.login_page import invite_page, login_page
from pages.auth.people_door import PeopleDoor
from pages.auth.tries import MAX_TRIES, Tries
from pages.services import Services
from pages.session import display_name, network_of
from store.names import SHA256
from store.people.invites import ENDED, Invite, InviteEndedError, InviteGuessedError, named_by
from store.people.password_file import Account, folded

router = APIRouter()
MOST_OF_ADDRESS: Final = 30
"""Wrong secrets of invites within a minute, or wrong passwords of all names together: an office
must not lock itself out."""


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
    door_of(request).let_in(answer, request.scope, person, account)
    return answer


@router.post("/api/logout")
@requires("viewer")
def sign_out(request: Request) -> Response:
    """End this browser's sign-in on the server, and let the browser forget what it kept.

    The page has sent or asked about what was not saved yet (assets/auth/leaving.mjs).
    """
    answer = JsonAnswer({"signed_out": True})
    answer.headers["clear-site-data"] = '"cache", "storage"'
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
    with counted(request, secret):
        invite = open_invite(request, parts, secret)
    return JsonAnswer({"role": invite.role, "by": invite.author})


@router.post("/api/invite")
@requires("anybody")
def accept_invite(request: Request, body: JsonBody, parts: Parts) -> Response:
    """Let in who has the secret of an invite, under the name they say."""
    secret, name = text(body, "secret"), display_name(body.get("name"))
    door, invites, key = door_of(request), parts.store.invites, key_of(body)
    taken = [each.name for each in door.accounts.accounts().values()]
    with counted(request, secret):
        open_invite(request, parts, secret, key)
        person, token = invites.accept(secret, name, taken, door.token_of(request.scope), key)
    answer = JsonAnswer({"name": person.name, "author_id": person.person_id}, 201)
    door.hand_over(answer, request.scope, token)
    return answer


def open_invite(request: Request, parts: Services, secret: str, key: str | None = None) -> Invite:
    """Return the invite of a secret, also of one that let in whoever has `key`.

    Raises:
        InviteEndedError: it lets nobody in any more, or whoever made it may not invite any more.
    """
    invite = parts.store.invites.read(secret, key)
    if not door_of(request).vouches_for(invite):
        raise InviteEndedError(ENDED)
    return invite


def counted(request: Request, secret: str) -> AbstractContextManager[None]:
    """Count who tries to open an invite: by the invite, wherever they ask from, and by address.

    Only a secret of no invite counts: an office opens many links, and some of them have ended.

    Raises:
        RefusedError: 429 after five wrong ones of an invite, or many of an address.
    """
    limits = {f"{network_of(request.scope)} invite": MOST_OF_ADDRESS}
    if (named := named_by(secret)) is not None:
        limits[f"invite {named}"] = MAX_TRIES
    return tries_of(request).counted_after(limits, InviteGuessedError)


class WrongPasswordError(RefusedError):
    """Name and password do not fit, whichever it is."""

    def __init__(self) -> None:
        super().__init__(401, "wrong_password", "The name or the password is wrong.")


def account_of(request: Request, name: str, password: str) -> Account:
    """Return the account of a name and its password.

    Raises:
        WrongPasswordError: they do not fit.
        RefusedError: 429 after five tries of a name, or many of an address, or while many wait.
    """
    door, tries, address = door_of(request), tries_of(request), network_of(request.scope)
    if not door.asks_password:
        raise RefusedError(404, "not_found", "There are no passwords here.")
    of_name = f"{address} name {folded(name)}"
    limits = {f"{address} login": MOST_OF_ADDRESS, of_name: MAX_TRIES}
    with tries.counted(limits, WrongPasswordError):
        account = look_up(door, name, password)
    tries.forgive(of_name)
    return account


def look_up(door: PeopleDoor, name: str, password: str) -> Account:
    """Return the account of a name and its password; slow, as it must be.

    Raises:
        WrongPasswordError: they do not fit.
        RefusedError: 429 while many wait.
    """
    if not door.waiting.acquire(blocking=False):
        raise RefusedError(429, "too_many_tries", "Many sign in at this moment; try again.")
    try:
        account = door.accounts.check(name, password)
    finally:
        door.waiting.release()
    if account is None:
        raise WrongPasswordError
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


def key_of(body: dict[str, Any]) -> str | None:
    """Return what a page may be known by when it asks again; None where it says nothing.

    Raises:
        RefusedError: it is no such key.
    """
    key = body.get("key")
    if key is not None and not (isinstance(key, str) and SHA256.fullmatch(key)):
        raise RefusedError(422, "invalid_input", "The key must be 64 hexadecimal digits.")
    return key


def door_of(request: Request) -> PeopleDoor:
    """Return the door of an app in which people sign in."""
    door: PeopleDoor = request.app.state.door
    return door


def tries_of(request: Request) -> Tries:
    """Return how often everybody tried of late."""
    tries: Tries = request.app.state.tries
    return tries
