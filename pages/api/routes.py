"""Every route of the HTTP interface, gathered."""

from fastapi import FastAPI
from itsdangerous import URLSafeTimedSerializer

from pages.api import (
    annotation_files,
    bookmarks,
    comments,
    datasets,
    exports,
    frames,
    gestures,
    health,
    history,
    imports,
    leads,
    oidc,
    people,
    pins,
    projects,
    receipts,
    reconstructions,
    rooms,
    run_table,
    runs,
    session,
    sign_in,
    state,
    takeaways,
    variants,
    workers,
)
from pages.api.gesture_log import GestureLogs
from pages.api.looks import Looks
from pages.auth.doors import Door
from pages.auth.people_door import PeopleDoor
from pages.auth.provider import Provider
from pages.auth.proxy_door import ProxyDoor
from pages.auth.tries import Tries, open_counts
from pages.rooms.news import News
from pages.rooms.rooms import Rooms
from store.sql.exchange import open_exchange
from tasks.takeaways import TakeawayDesk


def pulse_of(server: FastAPI, project_id: str) -> str:
    """Return a text that differs once a page of a project has something new to show."""
    looks, store = server.state.looks, server.state.services.store
    return f"{looks.newest(project_id).pulse} {history.review_stamps(store, project_id)}"


def add_routes(server: FastAPI) -> None:
    """Add the interface to an app that knows its services; the pages answer what is left."""
    services = server.state.services
    server.state.gesture_logs = GestureLogs(services.store)
    server.state.looks = Looks(services)
    server.state.rooms = Rooms(open_exchange(services.settings))
    server.state.deep_looks = health.DeepLooks(services, server.state.rooms)
    server.state.news = News(server.state.rooms, lambda p: pulse_of(server, p))
    server.state.takeaways = TakeawayDesk(server.state.services.settings)
    nouns = (
        state,  # the first three answer most requests, and are found first
        gestures,
        frames,
        health,
        session,
        projects,
        pins,
        runs,
        run_table,
        reconstructions,
        variants,
        receipts,
        datasets,
        imports,
        annotation_files,
        exports,
        history,
        leads,
        comments,
        bookmarks,
        rooms,
        takeaways,
        workers,
    )
    for noun in nouns:
        server.include_router(noun.router)


def add_sign_in(server: FastAPI, door: Door, secret: str = "") -> None:
    """Add where people sign in and out, where they do; `secret` is that of an OpenID client."""
    server.state.door, services = door, server.state.services
    if isinstance(door, PeopleDoor | ProxyDoor):
        server.include_router(people.router)
    if not isinstance(door, PeopleDoor):
        return
    server.state.tries = Tries(counts=open_counts(services.settings, services.store))
    server.include_router(sign_in.router)
    if not door.asks_password:
        server.state.provider = Provider(services.settings, secret)
        server.state.quest_signer = URLSafeTimedSerializer(secret, salt="lodemap-quest")
        server.include_router(oidc.router)
