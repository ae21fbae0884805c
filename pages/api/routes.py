"""Every route of the HTTP interface, gathered."""

from fastapi import FastAPI

from pages.api import (
    annotation_files,
    bookmarks,
    comments,
    datasets,
    exports,
    frames,
    gestures,
    history,
    imports,
    leads,
    pins,
    projects,
    receipts,
    reconstructions,
    rooms,
    run_table,
    runs,
    session,
    state,
    takeaways,
    variants,
    workers,
)
from pages.api.gesture_log import GestureLogs
from pages.api.looks import Looks
from pages.rooms.rooms import Rooms
from store.exchange import open_exchange
from tasks.takeaways import TakeawayDesk


def add_routes(server: FastAPI) -> None:
    """Add the interface to an app that knows its services; the pages answer what is left."""
    services = server.state.services
    server.state.gesture_logs = GestureLogs(services.store)
    server.state.looks = Looks(services)
    server.state.rooms = Rooms(open_exchange(services.settings))
    server.state.takeaways = TakeawayDesk(server.state.services.settings)
    nouns = (
        session,
        projects,
        state,
        pins,
        gestures,
        runs,
        run_table,
        reconstructions,
        variants,
        receipts,
        frames,
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
