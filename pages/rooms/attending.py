"""One connection to a room, from its first word to its last, whatever is at the other end."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from ml.errors import LodemapError
from pages.answers import RefusedError
from pages.auth.declared import check_need
from pages.auth.doors import NEW, Door
from pages.closing import ANEW, GONE, LATER, NO_SESSION, TOO_MUCH
from pages.rooms.asked import read_message
from pages.rooms.news import News
from pages.rooms.rooms import Rooms, Seat, to_text
from pages.services import Services
from pages.session import Session
from store.errors import NoProjectError
from store.names import check_uuid

MOST_IN_ROOM: Final = 200
MOST_OF_ONE: Final = 12
"""Pages of one person in a room, or none would be left for the others."""
MOST_EVERYWHERE: Final = 48
"""Pages of one person in all rooms of an app: each is a connection that is looked after."""
MOST_DROPPED: Final = 600
MOST_REFUSED: Final = 20
SEND_S: Final = 15.0
"""A page that takes nothing for so long is gone."""
TAKING_THE_FLOOR: Final = frozenset({"present", "ask"})
"""What viewers may not say; they follow, and whoever presents may hand over to them."""
RECHECK_S: float = 2.0
"""How often it is asked whether somebody may still be here."""
PROXY_S: float = 600.0
"""How long what a proxy said of somebody holds: it speaks only when a connection begins."""
NOT_FOUND: Final = 404
HAS_LEFT: Final = (OSError, RuntimeError, WebSocketDisconnect)
"""What uvicorn and Starlette raise where a page has left, or was hung up on, before a message."""


async def attend(socket: WebSocket, project_id: str) -> None:
    """Serve a connection until it ends.

    A page without a session is refused before the handshake; one that asks for a project that is
    not there, or for a full room, gets a sentence and is closed. One that was made for somebody
    else, as its address says, is closed, too: it must not speak for who has signed in since.
    """
    services: Services = socket.app.state.services
    session: Session = socket.state.session
    if socket.scope["state"].get(NEW):
        await _hang_up(socket, NO_SESSION)
        return
    try:
        await socket.accept()
    except HAS_LEFT:
        return
    if socket.query_params.get("person", session.author_id) != session.author_id:
        await _hang_up(socket, NO_SESSION)
        return
    try:
        place = await run_in_threadpool(find_place, services, project_id, session)
        rooms: Rooms = socket.app.state.rooms
        check_seats(rooms, project_id, session)
        await _stay(socket, rooms, place)
    except LodemapError as error:
        await _refuse(socket, error)
    except WebSocketDisconnect:
        pass


def check_seats(rooms: Rooms, project_id: str, session: Session) -> None:
    """Refuse one page too many.

    Raises:
        RefusedError: 503.
    """
    if rooms.num_in(project_id, session.author_id) >= MOST_OF_ONE:
        words = f"You have this project open {MOST_OF_ONE} times; close one of these pages."
        raise RefusedError(503, "seats_taken", words)
    if rooms.num_of(session.author_id) >= MOST_EVERYWHERE:
        words = f"You have {MOST_EVERYWHERE} pages open; close some of them."
        raise RefusedError(503, "seats_taken", words)
    if rooms.num_in(project_id) >= MOST_IN_ROOM:
        words = f"{MOST_IN_ROOM} pages look at this project; close one of them."
        raise RefusedError(503, "room_full", words)


@dataclass(frozen=True)
class Place:
    """The project a room is about, as far as messages are checked against it."""

    project_id: str
    num_samples: int
    latent_dim: int


def find_place(services: Services, project_id: str, session: Session) -> Place:
    """Return the project of a room.

    Raises:
        LodemapError: its id has not the form of one, or there is none.
    """
    check_uuid(project_id, "project")
    if not session.sees(project_id):
        raise NoProjectError
    project = services.store.projects.get(project_id)
    dataset = services.store.datasets.get(project.dataset_id)
    return Place(project_id, dataset.num_samples, project.latent_dim)


async def _stay(socket: WebSocket, rooms: Rooms, place: Place) -> None:
    news: News = socket.app.state.news
    is_bell = "bell" in socket.query_params
    seat = rooms.enter(place.project_id, socket.state.session, is_bell=is_bell)
    news.attend(seat)
    tasks = [asyncio.create_task(_write(socket, seat))]
    if seat.session.is_person:
        tasks.append(asyncio.create_task(_watch(socket, place)))
    try:
        await _read(socket, rooms, news, seat, place)
    finally:
        for task in tasks:
            task.cancel()
        news.leave(seat)
        rooms.leave(seat)


async def _read(socket: WebSocket, rooms: Rooms, news: News, seat: Seat, place: Place) -> None:
    allowance = rooms.allowances.of(seat.session.author_id)
    num_dropped = num_refused = 0
    while max(num_dropped / MOST_DROPPED, num_refused / MOST_REFUSED) < 1:
        event: Any = await socket.receive()
        if event["type"] == "websocket.disconnect":
            return
        text = event.get("text")
        if not allowance.pays(len(text or "")):
            num_dropped += 1  # what comes too fast is a view or a place: the next one says more
            continue
        try:
            message = read_message(text, place.num_samples, place.latent_dim)
            if message["do"] == "ring":
                news.ring(seat)
                continue
            if seat.is_bell:
                raise RefusedError(403, "listens", "This page only listens; nobody sees it.")
            if message["do"] in TAKING_THE_FLOOR:
                check_need("annotator", seat.session)
            rooms.say(seat, message)
        except LodemapError as error:
            num_refused += 1
            seat.outbox.tell(refusal(error))
    await _hang_up(socket)


async def _write(socket: WebSocket, seat: Seat) -> None:
    try:
        await socket.send_text(to_text({"is": "you", "id": seat.member_id}))
        while True:
            for text in await seat.outbox.take():
                async with asyncio.timeout(SEND_S):
                    await socket.send_text(text)
    except HAS_LEFT:  # a TimeoutError is an OSError
        await _hang_up(socket)


async def _watch(socket: WebSocket, place: Place) -> None:
    """Close the connection of who has signed out, was removed, or may see the project no more."""
    door: Door = socket.app.state.door
    asks_again_at = asyncio.get_running_loop().time() + PROXY_S
    while True:
        await asyncio.sleep(RECHECK_S)
        is_late = asyncio.get_running_loop().time() > asks_again_at
        if is_late and not socket.state.session.signs_out:
            await _hang_up(socket, ANEW)
            return
        try:
            session = await door.recognise(socket.scope)
        except LodemapError:
            continue  # the database is silent: nothing has been revoked that we know of
        if session is None or not session.sees(place.project_id):
            await _hang_up(socket, NO_SESSION if session is None else GONE)
            return
        if session.role != socket.state.session.role:
            await _hang_up(socket, LATER)  # the page comes back with its new role
            return


async def _hang_up(socket: WebSocket, code: int = TOO_MUCH) -> None:
    """Close what may be closed already; the reader then ends."""
    try:
        await socket.close(code)
    except HAS_LEFT:
        return


def refusal(error: LodemapError) -> str:
    """Return what a page is told of a message that was refused."""
    return to_text({"is": "refused", "code": error.code, "message": error.sentence})


async def _refuse(socket: WebSocket, error: LodemapError) -> None:
    """Say why a page is turned away, and close."""
    try:
        await socket.send_text(refusal(error))
    except HAS_LEFT:
        return
    await _hang_up(socket, GONE if error.status == NOT_FOUND else LATER)
