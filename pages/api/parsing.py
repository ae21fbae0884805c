"""From a request to values: ids, bodies, and the parts every route needs.

An id is checked against its form before anything is looked up, so that no name of a file or a row
is ever built from what somebody typed. The functions that routes depend on are `async` although
they wait for nothing: FastAPI would send each of the others through the threadpool.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Request

from ml.errors import InvalidInputError
from pages.answers import RefusedError
from pages.middleware.json_body import MOST_BYTES_OF_MOVES, read_json
from pages.services import Services
from pages.session import Session
from store.names import SHA256, UUID, check_key

_COUNT: Final = re.compile(r"[0-9]{1,12}")


def _bad_id(kind: str) -> RefusedError:
    return RefusedError(404, "bad_id", f"That is not the id of a {kind}.")


async def project_id(p: str) -> str:
    """Return a project's id from the path, or refuse it."""
    if not UUID.fullmatch(p):
        raise _bad_id("project")
    return p


async def run_id(r: str) -> str:
    """Return a run's id from the path, or refuse it."""
    if not UUID.fullmatch(r):
        raise _bad_id("run")
    return r


async def dataset_id(d: str) -> str:
    """Return a data set's id from the path, or refuse it."""
    if not SHA256.fullmatch(d):
        raise _bad_id("data set")
    return d


async def intake_id(i: str) -> str:
    """Return an import's id from the path, or refuse it."""
    if not UUID.fullmatch(i):
        raise _bad_id("import")
    return i


async def takeaway_id(t: str) -> str:
    """Return a takeaway's id from the path, or refuse it."""
    if not UUID.fullmatch(t):
        raise _bad_id("file")
    return t


def count(text: str, kind: str) -> int:
    """Read a whole number from an address, or refuse it."""
    if not _COUNT.fullmatch(text):
        raise _bad_id(kind)
    return int(text)


def idempotency_key(body: Mapping[str, Any]) -> str:
    """Return the client's own key of a request: the same key again changes nothing."""
    key = body.get("key")
    check_key(key)
    return str(key)


def base64_of(body: Mapping[str, Any], field: Literal["samples", "targets"]) -> bytes:
    """Return the bytes of a gesture's selection or targets, empty when it has none.

    Raises:
        InvalidInputError: when it is no base64.
    """
    text = body.get(field, "")
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        what = "selection" if field == "samples" else "targets"
        raise InvalidInputError(
            f"The {what} could not be read; reload the page and select again."
        ) from None


async def _json_body(request: Request) -> dict[str, Any]:
    return await read_json(request)


async def _long_json_body(request: Request) -> dict[str, Any]:
    return await read_json(request, MOST_BYTES_OF_MOVES)


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


ProjectId = Annotated[str, Depends(project_id)]
RunId = Annotated[str, Depends(run_id)]
DatasetId = Annotated[str, Depends(dataset_id)]
JsonBody = Annotated[dict[str, Any], Depends(_json_body)]
LongJsonBody = Annotated[dict[str, Any], Depends(_long_json_body)]
"""Of a gesture: a move says where to for each of its samples."""
Parts = Annotated[Services, Depends(_services)]
Asker = Annotated[Session, Depends(_session)]
