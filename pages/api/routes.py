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
    run_table,
    runs,
    session,
    state,
    variants,
)
from pages.api.gesture_log import GestureLogs


def add_routes(server: FastAPI) -> None:
    """Add the interface to an app that knows its services; the pages answer what is left."""
    server.state.gesture_logs = GestureLogs(server.state.services.store)
    nouns = (
        session,
        projects,
        state,
        pins,
        gestures,
        runs,
        run_table,
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
    )
    for noun in nouns:
        server.include_router(noun.router)
