"""What a network draws of samples, as the Runs page asks for it."""

from base64 import b64encode

from fastapi import APIRouter, Response

from pages.answers import JsonAnswer
from pages.api.frames import IMMUTABLE
from pages.api.parsing import Parts, RunId, count
from pages.auth.declared import requires
from store.datasets.tiles import TILE
from store.snapshots.reconstructions import reconstruction_of

router = APIRouter()


@router.get("/api/runs/{r}/reconstructions/{epoch}")
@requires("viewer")
def read_reconstructions(run: RunId, epoch: str, parts: Parts) -> Response:
    """Return some held-out samples and, below each, what the network draws; it never changes."""
    found = reconstruction_of(parts.store, run, count(epoch, "epoch"))
    body = {
        "ids": found.ids.tolist(),
        "distance": found.distance.round(4).tolist(),
        "tile": TILE,
        "is_ink": found.is_ink,
        "seen": b64encode(found.seen).decode(),
        "drawn": b64encode(found.drawn).decode(),
    }
    return JsonAnswer(body, headers=IMMUTABLE)
