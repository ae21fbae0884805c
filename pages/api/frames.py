"""Frames for the eye: a small index that changes, and bytes that never do."""

from fastapi import APIRouter, Response

from pages.answers import JsonAnswer
from pages.api.parsing import Parts, RunId, count
from pages.auth.declared import requires
from store.errors import NotFoundError
from store.records import FrameRow

router = APIRouter()
IMMUTABLE = {"Cache-Control": "private, max-age=31536000, immutable"}


@router.get("/api/runs/{r}/frames")
@requires("viewer")
def list_frames(run: RunId, parts: Parts, after: str = "0") -> Response:
    """List the frames that follow cursor `after`; ask again from the last one for more."""
    rows = parts.store.frames.after(run, count(after, "frame"))
    state = parts.store.runs.get(run).state
    return JsonAnswer({"run_id": run, "state": state, "frames": [to_json(row) for row in rows]})


@router.get("/api/runs/{r}/frames/{attempt}-{n}")
@requires("viewer")
def read_frame(run: RunId, attempt: str, n: str, parts: Parts) -> Response:
    """Return the bytes of one frame (ml/maps/codec.py)."""
    row = parts.store.frames.get(run, count(attempt, "frame"), count(n, "frame"))
    return binary(parts.store.artifacts.read(row.artifact))


@router.get("/api/runs/{r}/fields/{attempt}-{n}")
@requires("viewer")
def read_field(run: RunId, attempt: str, n: str, parts: Parts) -> Response:
    """Return the bytes of the field of a snapshot's frame (ml/maps/field_codec.py)."""
    row = parts.store.frames.get(run, count(attempt, "frame"), count(n, "frame"))
    if row.field is None:
        raise NotFoundError(f"Frame {attempt}-{n} has no field: force begins with an Update.")
    return binary(parts.store.artifacts.read(row.field))


@router.get("/api/runs/{r}/atlases/{attempt}-{n}")
@requires("viewer")
def read_atlas(run: RunId, attempt: str, n: str, parts: Parts) -> Response:
    """Return what lives where on the map of a snapshot's frame (store/snapshots/atlases.py)."""
    at = count(attempt, "frame"), count(n, "frame")
    return binary(parts.store.atlases.get(run, *at))


def binary(data: bytes, media_type: str = "application/octet-stream") -> Response:
    """Return bytes that a browser may keep for ever."""
    return Response(data, media_type=media_type, headers=IMMUTABLE)


def to_json(row: FrameRow) -> dict[str, object]:
    """Return what the player needs to know before it fetches a frame."""
    return {
        "n": row.n,
        "attempt": row.attempt,
        "epoch": row.epoch,
        "is_snapshot": row.is_snapshot,
        "has_field": row.field is not None,
        "metrics": dict(row.metrics),
    }
