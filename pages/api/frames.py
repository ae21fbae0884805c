"""Frames for the eye: a small index that changes, and bytes that never do."""

import re
from typing import Final

import numpy as np
from fastapi import APIRouter, Response
from numpy.typing import NDArray

from pages.answers import JsonAnswer, RefusedError
from pages.api.parsing import Parts, RunId, count
from pages.auth.declared import requires
from store.errors import NotFoundError
from store.records import FrameRow

router = APIRouter()
_NUMBER: Final = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,12})?")
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


@router.get("/api/runs/{r}/atlases/{attempt}-{n}/place")
@requires("viewer")
def read_place(run: RunId, attempt: str, n: str, parts: Parts, at: str = "") -> Response:
    """Return what the network of a snapshot draws at one place (store/snapshots/atlases.py)."""
    frame = count(attempt, "frame"), count(n, "frame")
    return binary(parts.store.atlases.at(run, *frame, place_of(at)))


def place_of(text: str) -> NDArray[np.float32]:
    """Read a place from an address, shape (axes,).

    Raises:
        RefusedError: when it is not two or three finite numbers.
    """
    words = text.split(",")
    if not (2 <= len(words) <= 3 and all(_NUMBER.fullmatch(word) for word in words)):
        raise RefusedError(
            400, "bad_place", "That is no place; write it as ?at=0.5,-1.2, a number for each axis."
        )
    return np.array(words, np.float64).astype(np.float32)


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
