"""Signing in at an OpenID provider: there, and back."""

import hmac
from dataclasses import asdict
from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from ml.errors import InvalidInputError
from pages.answers import RefusedError
from pages.api.parsing import Parts
from pages.auth.declared import requires
from pages.auth.login_page import arrived_page, failed_page
from pages.auth.people_door import OIDC_BACK, OIDC_START, PeopleDoor
from pages.auth.provider import Provider, Quest, new_quest
from pages.services import Services
from pages.session import display_name, signed_values
from store.names import LONGEST_DISPLAY_NAME
from store.people.roles import ROLES, Role
from store.people.sign_in_settings import role_map
from store.settings import Settings

router = APIRouter()
QUEST_S: Final = 600
"""How long a sign-in may take."""
COOKIE: Final = "lodemap-quest"
_NAMES: Final = ("name", "preferred_username", "email")
LATE: Final = "This sign-in took too long, or began in another browser; begin again."


@router.get(OIDC_START)
@requires("anybody")
async def leave(request: Request, parts: Parts) -> Response:
    """Send a browser to the provider; what it must bring back goes along in a cookie."""
    quest, provider = new_quest(), provider_of(request)
    back = back_of(request, parts.settings)
    try:
        address = await to_thread.run_sync(provider.address, quest, back, limiter=provider.threads)
    except RefusedError as error:
        return HTMLResponse(failed_page(error.sentence), error.status)
    answer = RedirectResponse(address, 303)
    set_quest(request, answer, str(signer_of(request).dumps(asdict(quest))), QUEST_S)
    return answer


@router.get(OIDC_BACK)
@requires("anybody")
async def come_back(request: Request, parts: Parts, state: str = "", code: str = "") -> Response:
    """Let in whom the provider vouches for."""
    asked, threads = (request, parts.settings, state, code), provider_of(request).threads
    try:
        claims = await to_thread.run_sync(claims_of, *asked, limiter=threads)
    except RefusedError as error:
        return HTMLResponse(failed_page(error.sentence), error.status)
    return await run_in_threadpool(let_in, request, parts, claims)


def let_in(request: Request, parts: Services, claims: dict[str, Any]) -> Response:
    """Begin the sign-in of whom the provider vouches for."""
    door: PeopleDoor = request.app.state.door
    subject = f"{provider_of(request).issuer} {claims['sub']}"
    role = role_of(claims, parts.settings)
    person = parts.store.people.meet("oidc", subject, name_of(claims), role)
    answer = HTMLResponse(arrived_page(person.person_id))
    set_quest(request, answer, "", 0)
    door.let_in(answer, request.scope, person)
    return answer


def claims_of(request: Request, settings: Settings, state: str, code: str) -> dict[str, Any]:
    """Return the claims of a sign-in that this very browser began.

    Raises:
        RefusedError: it did not, or the provider does not vouch for anybody.
    """
    quest = quest_of(request, state)
    if not code:
        raise RefusedError(401, "not_vouched_for", "You did not sign in there.")
    return provider_of(request).claims(quest, back_of(request, settings), code)


def quest_of(request: Request, state: str) -> Quest:
    """Return the secrets of a sign-in that this very browser began.

    Raises:
        RefusedError: it did not, or long ago.
    """
    try:
        given, _ = signed_values(signer_of(request), request.cookies.get(COOKIE, ""), QUEST_S)
        quest = Quest(**given)
    except (BadSignature, TypeError):
        raise RefusedError(400, "no_quest", LATE) from None
    if not hmac.compare_digest(quest.state.encode(), state.encode()):
        raise RefusedError(400, "no_quest", LATE)
    return quest


def set_quest(request: Request, answer: Response, value: str, max_age: int) -> None:
    """Keep what a sign-in must bring back; Lax, because the way back begins on another site."""
    door: PeopleDoor = request.app.state.door
    answer.set_cookie(
        COOKIE, value, max_age=max_age, path=OIDC_START, httponly=True, samesite="lax",
        secure=door.is_secure(request.scope),
    )  # fmt: skip


def back_of(request: Request, settings: Settings) -> str:
    """Return the address of `come_back`, as browsers see it."""
    here = settings.public_url or f"{request.scope['scheme']}://{request.headers['host']}"
    return f"{here}{OIDC_BACK}"


def name_of(claims: dict[str, Any]) -> str:
    """Return the first of a provider's names that can be shown."""
    for name in _NAMES:
        value = claims.get(name)
        try:
            return display_name(value[:LONGEST_DISPLAY_NAME] if isinstance(value, str) else value)
        except InvalidInputError:
            continue
    return "Somebody"


def role_of(claims: dict[str, Any], settings: Settings) -> Role:
    """Return the highest role that the values of a claim mean; without any, the default one."""
    said = claims.get(settings.oidc_role_claim) if settings.oidc_role_claim else None
    values = said if isinstance(said, list) else [said]
    known = role_map(settings.oidc_roles)
    meant = {known[each] for each in values if isinstance(each, str) and each in known}
    return next((role for role in reversed(ROLES) if role in meant), settings.default_role)


def provider_of(request: Request) -> Provider:
    """Return the provider of this app."""
    provider: Provider = request.app.state.provider
    return provider


def signer_of(request: Request) -> URLSafeTimedSerializer:
    """Return what signs the cookie; all apps of one provider have the same."""
    signer: URLSafeTimedSerializer = request.app.state.quest_signer
    return signer
