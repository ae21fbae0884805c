"""An answer that takes long must not outlive the right to it: a download ends when that does."""

from time import monotonic
from typing import Final

from starlette.types import Message, Scope, Send

from pages.answers import RightEndedError
from pages.auth.doors import Door
from pages.session import Session

CHECK_S: float = 2.0
"""How often it is asked whether somebody may still have what is on its way to them."""
BODY: Final = "http.response.body"


def while_allowed(send: Send, scope: Scope, session: Session, door: Door) -> Send:
    """Return a `send` that asks the door again while an answer goes on.

    Raises:
        RightEndedError: by the `send`, where something is hidden by now that was not, or somebody
            else or nobody is signed in.
        LodemapError: by the `send`, where it cannot be said.
    """
    asked_at = monotonic()

    async def sending(message: Message) -> None:
        nonlocal asked_at
        is_part = message["type"] == BODY and message.get("more_body", False)
        if is_part and monotonic() - asked_at > CHECK_S:
            asked_at = monotonic()
            known = await door.recognise(scope)
            if known is None or known.author_id != session.author_id:
                raise RightEndedError
            if known.hidden - session.hidden:
                raise RightEndedError
        await send(message)

    return sending
