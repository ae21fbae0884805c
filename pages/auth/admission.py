"""The one check in front of every route and websocket: may this person do this, to this?

It is a dependency of the whole app, so that it runs before any part of a route, and a route that
forgot to say what it requires is refused. What a person may not see is not there for them (404),
whatever their role; only then does the role count (403).
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import WebSocketException
from starlette.requests import HTTPConnection

from pages.answers import RefusedError
from pages.auth.declared import check_need, need_of_route
from pages.closing import NOT_ALLOWED
from pages.middleware.query_fields import check_query
from pages.services import Services
from pages.session import Session
from store.errors import NotFoundError
from store.names import SHA256, UUID
from tasks.takeaways import TakeawayDesk

MADE_FOR: Final = "x-lodemap-person"
"""What a page says of whom it was made for, where people sign in; no proof of anything."""
CALLBACKS: Final = "/_dash-update-component"
"""Only pages ask for it, so that it must be said there (assets/made_for.js)."""


async def admit(connection: HTTPConnection) -> None:
    """Refuse a connection that may not be, before anything is read or done.

    Raises:
        RefusedError: 403, 404 for what is there for others only, 401 for a page of before, or 400
            for a query with a field that nobody reads.
        WebSocketException: the same of a websocket; its own door says what is not there.
    """
    route = connection.scope["route"]
    session: Session = connection.scope["state"]["session"]
    is_websocket = connection.scope["type"] == "websocket"
    check_page_is_theirs(connection, session)
    is_for_some = bool(session.hidden) or (session.is_person and "d" in connection.path_params)
    if is_for_some and not is_websocket:
        await check_sight(connection, session)
    try:
        check_need(need_of_route(route.path, route.endpoint), session)
    except RefusedError:
        if not is_websocket:
            raise
        raise WebSocketException(NOT_ALLOWED) from None
    check_query(connection)


def check_page_is_theirs(connection: HTTPConnection, session: Session) -> None:
    """Refuse a page that was made for somebody who has left this browser since.

    Raises:
        RefusedError: 401; the page then loads anew.
    """
    must_say = session.is_person and connection.scope["path"] == CALLBACKS
    made_for = connection.headers.get(MADE_FOR, "" if must_say else session.author_id)
    if made_for != session.author_id:
        raise RefusedError(
            401, "sign_in_needed", "Somebody else has signed in in this browser; reload the page."
        )


async def check_sight(connection: HTTPConnection, session: Session) -> None:
    """Let nobody tell what is for others only from what is not there.

    Ids of another form than ours are left to the routes, which refuse them unread.

    Raises:
        RefusedError: 404.
    """
    given = connection.path_params
    project_id = given.get("p", "")
    is_seen = session.sees(project_id)
    for name in ("r", "other"):
        if is_seen and UUID.fullmatch(str(given.get(name, ""))):
            is_seen = await run_in_threadpool(sees_run, connection, session, given[name])
    if is_seen and SHA256.fullmatch(str(given.get("d", ""))):
        is_seen = await run_in_threadpool(sees_dataset, connection, session, given["d"])
    if is_seen and "t" in given:
        is_seen = sees_takeaway(connection, session, str(given["t"]))
    if not is_seen:
        raise RefusedError(404, "not_found", "There is nothing with this id.")


def sees_run(connection: HTTPConnection, session: Session, run_id: str) -> bool:
    """Whether a run is of a project that a person sees."""
    services: Services = connection.app.state.services
    project_id = services.store.members.project_of_run(run_id)
    return project_id is None or session.sees(project_id)


def sees_dataset(connection: HTTPConnection, session: Session, dataset_id: str) -> bool:
    """Whether a data set is of any project that a person sees."""
    services: Services = connection.app.state.services
    return any(map(session.sees, services.store.members.projects_of_dataset(dataset_id)))


def sees_takeaway(connection: HTTPConnection, session: Session, takeaway_id: str) -> bool:
    """Whether a takeaway is of a project that a person still sees."""
    desk: TakeawayDesk = connection.app.state.takeaways
    try:
        return session.sees(desk.get(takeaway_id, session.author_id).project_id)
    except NotFoundError:
        return True  # the route says so in its own words
