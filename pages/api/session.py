"""Who is speaking: the display name, asked for once."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from pages.answers import JsonAnswer, RefusedError
from pages.api.parsing import Asker, JsonBody, Parts
from pages.auth.declared import requires
from pages.session import Session, display_name

router = APIRouter()


@router.get("/api/session")
@requires("viewer")
async def read_session(asker: Asker) -> Response:
    """Return who the cookie says is asking."""
    return JsonAnswer(session_json(asker))


@router.post("/api/session")
@requires("viewer")
async def set_name(request: Request, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Set the display name the journal will write down; who signed in has one."""
    if asker.is_person:
        raise RefusedError(403, "name_given", "Your name comes with your sign-in.")
    named = replace(asker, name=display_name(body.get("name")))
    answer = JsonAnswer(session_json(named))
    parts.cookies.write(answer.headers, request.scope, named)
    return answer


def session_json(session: Session) -> dict[str, str | bool | None]:
    """Return the public part of a session."""
    return {
        "name": session.name,
        "author_id": session.author_id,
        "role": session.role,
        "is_person": session.is_person,
        "signs_out": session.signs_out,
    }
