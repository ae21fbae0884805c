"""What people take with them: asked for, watched while it is made, and fetched."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import FileResponse

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer
from pages.api.exports import disposition
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId, idempotency_key, takeaway_id
from pages.auth.declared import requires
from store.errors import NotFoundError
from store.opening import Store
from store.takeaway.forecast import forecast, name_of
from store.takeaway.shots import lay_line
from store.takeaway.wish import Wish
from tasks.takeaway_records import Takeaway, new_takeaway, raise_for
from tasks.takeaways import TakeawayDesk

router = APIRouter()


async def _desk(request: Request) -> TakeawayDesk:
    desk: TakeawayDesk = request.app.state.takeaways
    return desk


Desk = Annotated[TakeawayDesk, Depends(_desk)]
TakeawayId = Annotated[str, Depends(takeaway_id)]


@router.get("/api/projects/{p}/takeaways/line")
@requires("viewer")
def read_line(project: ProjectId, parts: Parts) -> Response:
    """Return the runs that a range may begin and end at."""
    blocks = lay_line(parts.store, parts.store.projects.get(project))
    runs = [{"run": b.run.number, "title": b.title, "last_epoch": b.run.last_epoch} for b in blocks]
    return JsonAnswer({"runs": runs})


@router.post("/api/projects/{p}/takeaways/forecast")
@requires("viewer")
def read_forecast(project: ProjectId, body: JsonBody, parts: Parts) -> Response:
    """Say what a wish would come to: frames, length, about how many bytes."""
    return JsonAnswer(asdict(forecast(parts.store, project, wish_of(body))))


@router.post("/api/projects/{p}/takeaways")
@requires("viewer")
def ask(project: ProjectId, body: JsonBody, parts: Parts, asker: Asker, desk: Desk) -> Response:
    """Ask for one; it is made one after the other."""
    key, wish = idempotency_key(body), wish_of(body)
    forecast(parts.store, project, wish)  # what cannot be is refused at once
    name = name_of(parts.store.projects.get(project), wish)
    made = desk.ask(new_takeaway(project, asker.author_id, key, wish, name))
    return JsonAnswer(to_json(made, desk), 202)


@router.get("/api/takeaways/{t}")
@requires("viewer")
def read_takeaway(takeaway: TakeawayId, asker: Asker, parts: Parts, desk: Desk) -> Response:
    """Say how far it is."""
    return JsonAnswer(to_json(own(desk, parts.store, takeaway, asker.author_id), desk))


@router.delete("/api/takeaways/{t}")
@requires("viewer")
def cancel(takeaway: TakeawayId, asker: Asker, parts: Parts, desk: Desk) -> Response:
    """Cancel it."""
    own(desk, parts.store, takeaway, asker.author_id)
    return JsonAnswer(to_json(desk.cancel(takeaway, asker.author_id), desk))


@router.get("/api/takeaways/{t}/file")
@requires("viewer")
def fetch(takeaway: TakeawayId, asker: Asker, parts: Parts, desk: Desk) -> Response:
    """Return the file."""
    made = own(desk, parts.store, takeaway, asker.author_id)
    raise_for(made)
    headers = {"Content-Disposition": disposition(made.name), "Cache-Control": "no-store"}
    return FileResponse(str(made.path), media_type=made.wish.media_type, headers=headers)


def own(desk: TakeawayDesk, store: Store, takeaway_id: str, author_id: str) -> Takeaway:
    """Return what somebody asked for themselves; with its project it goes.

    Whoever was taken out of a project is told apart by that project, so what is left of one that
    was deleted is nobody's.

    Raises:
        NotFoundError: it is not here, or its project is not any more.
    """
    found = desk.get(takeaway_id, author_id)
    try:
        store.projects.get(found.project_id)
    except NotFoundError:
        desk.drop(found.project_id)
        raise
    return found


def wish_of(body: dict[str, Any]) -> Wish:
    """Return what a body wishes for.

    Raises:
        InvalidInputError: it wishes for nothing, or breaks a rule.
    """
    wish = body.get("wish")
    if not isinstance(wish, dict):
        raise InvalidInputError("wish must say what to take along.")
    return Wish.from_json(wish)


def to_json(takeaway: Takeaway, desk: TakeawayDesk) -> dict[str, Any]:
    """Return what a page shows of one."""
    size = takeaway.path.stat().st_size if takeaway.state == "ready" and takeaway.path else None
    return {
        "takeaway_id": takeaway.takeaway_id,
        "name": takeaway.name,
        "state": takeaway.state,
        "done": takeaway.done,
        "position": desk.position(takeaway),
        "notes": takeaway.notes,
        "error": takeaway.error,
        "num_bytes": size,
    }
