"""Which fields the query of an address may have: those its route reads, and no other.

A field that nobody reads is refused, not passed over: who writes `?autor=Ana` wants fewer lines and
would take all of them for the answer.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from pages.answers import RefusedError

_READ_BY_HAND: Final = {"/api/projects/{p}/state": {"digest", "seq"}}
"""By routes that read their query themselves."""
_UNREAD: Final = {
    "/api/imports/{i}/sheets/{k}.png": {"v"},
    "/api/runs/{r}/atlases/{attempt}-{n}": {"v"},
    "/api/runs/{r}/atlases/{attempt}-{n}/place": {"v"},
}
"""What pages add so that a browser asks anew."""
_OPEN_ENDED: Final = "/api/oidc/"
"""A provider adds what it likes to the address it sends people back to."""

_KNOWN: Final[dict[Callable[..., Any], frozenset[str]]] = {}
"""By the function that answers: read once, asked for at every look of a page."""


def check_query(connection: HTTPConnection) -> None:
    """Refuse a field that the route of the interface does not know.

    Raises:
        RefusedError: 400; the sentence names the fields there are.
    """
    route = connection.scope["route"]
    if not connection.scope["query_string"] or not isinstance(route, APIRoute):
        return
    if not route.path.startswith("/api/") or route.path.startswith(_OPEN_ENDED):
        return
    known = fields_of(route)
    if unknown := sorted(set(connection.query_params) - known):
        name = unknown[0][:40].encode("ascii", "backslashreplace").decode()
        there_is = f"use {' or '.join(sorted(known))}" if known else "it takes none"
        raise RefusedError(400, "unknown_field", f"There is no field '{name}' here; {there_is}.")


def fields_of(route: APIRoute) -> frozenset[str]:
    """Return the names of the fields that a route's query may have."""
    known = _KNOWN.get(route.endpoint)
    if known is None:
        more = _READ_BY_HAND.get(route.path, set()) | _UNREAD.get(route.path, set())
        known = _KNOWN[route.endpoint] = frozenset({*_declared(route.dependant), *more})
    return known


def _declared(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for part in dependant.dependencies:
        yield from _declared(part)
