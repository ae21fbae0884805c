"""An answer that takes long must not outlive the right to it: a download ends when that does."""

from time import monotonic
from typing import Final

from starlette.types import Message, Scope, Send

from ml.errors import LodemapError
from pages.answers import RightEndedError
from pages.auth.doors import Door
from pages.session import Session

CHECK_S: float = 2.0
"""How often it is asked whether somebody may still have what is on its way to them."""
SILENT_S: float = 60.0
"""How long somebody may go on while the database is silent: nothing was revoked that we know of."""
BODY: Final = "http.response.body"


def while_allowed(send: Send, scope: Scope, session: Session, door: Door) -> Send:
    """Return a `send` that asks the door again while an answer goes on.

    Raises:
        RightEndedError: by the `send`, where something is hidden by now that was not, somebody else
            or nobody is signed in, or it could not be said for too long.
    """
    asked_at = known_at = monotonic()

    async def ask() -> None:
        nonlocal asked_at, known_at
        try:
            known = await door.recognise(scope)
        except LodemapError:
            if monotonic() - known_at > SILENT_S:
                raise RightEndedError from None
        else:
            if not is_allowed_still(known, session):
                raise RightEndedError
            known_at = monotonic()
        asked_at = monotonic()

    async def sending(message: Message) -> None:
        is_part = message["type"] == BODY and message.get("more_body", False)
        if is_part and monotonic() - asked_at > CHECK_S:
            await ask()
        await send(message)

    return sending


def is_allowed_still(known: Session | None, session: Session) -> bool:
    """Whether the same person is signed in, and nothing is hidden from them that was not."""
    if known is None or known.author_id != session.author_id:
        return False
    return known.hidden <= session.hidden
