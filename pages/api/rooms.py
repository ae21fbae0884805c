"""The live side of a project: who is there, whose view they follow, where they point."""

from fastapi import APIRouter, WebSocket

from pages.auth.declared import requires
from pages.rooms.attending import attend

router = APIRouter()


@router.websocket("/api/projects/{p}/room")
@requires("viewer")
async def join_room(socket: WebSocket, p: str) -> None:
    """Serve one page as long as it stays; see docs/review.md, *Presenting*."""
    await attend(socket, p)
