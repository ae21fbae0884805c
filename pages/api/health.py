"""Is the app alive, and with `?deep`, is all there that it needs: for whoever watches over it.

Open to everybody, so it tells nothing but yes and no.
"""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from ml.errors import LodemapError
from pages.answers import JsonAnswer
from pages.auth.declared import requires
from store.opening import Store

router = APIRouter()


@router.get("/healthz")
@requires("anybody")
async def health(request: Request, deep: str | None = None) -> Response:
    """Say that the process answers; with `?deep` whether database, artifacts and worker do."""
    if deep is None:
        return JsonAnswer({"status": "ok"})
    found = await run_in_threadpool(look, request.app.state.services.store)
    return JsonAnswer({"status": status_of(found), **found}, 200 if is_ready(found) else 503)


def look(store: Store) -> dict[str, bool]:
    """Return whether each part the app needs is there."""
    try:
        workers = store.workers.list()
    except LodemapError:
        return {"database": False, "artifacts": store.artifacts.is_reachable(), "worker": False}
    has_worker = any(worker.is_present for worker in workers)
    return {"database": True, "artifacts": store.artifacts.is_reachable(), "worker": has_worker}


def is_ready(found: dict[str, bool]) -> bool:
    """Whether people can work; names are saved without a worker, too."""
    return found["database"] and found["artifacts"]


def status_of(found: dict[str, bool]) -> str:
    """Return all of it in a word."""
    if not is_ready(found):
        return "unavailable"
    return "ok" if found["worker"] else "degraded"
