"""Where people put samples and classes: a little JSON in the state, and bytes that never change."""

from typing import Any

from fastapi import APIRouter, Response

from ml.maps.pins import pack_pins
from pages.api.frames import binary
from pages.api.parsing import Parts, ProjectId, count
from pages.api.reading_limit import Patience
from pages.auth.declared import requires
from store.records import ProjectState

router = APIRouter()


@router.get("/api/projects/{p}/pins/{seq}")
@requires("viewer")
def read_pins(project: ProjectId, seq: str, parts: Parts) -> Response:
    """Return the pins after event `seq` (ml/maps/pins.py); they never change."""
    state = parts.store.journal.state(project, count(seq, "journal position"), Patience())
    return binary(pack_pins(state.pins))


def to_json(state: ProjectState, author_id: str) -> dict[str, Any]:
    """Return how many samples are pinned, where classes are, and the asker's overridden moves."""
    return {
        "num_pins": state.pins.num_pins,
        "class_places": [
            {"class_index": index, "place": place, "seq": state.class_place_seqs[index]}
            for index, place in sorted(state.class_places.items())
        ],
        "overridden": [
            {"seq": each.seq, "by": each.by, "count": each.count}
            for each in state.overridden.get(author_id, ())
        ],
    }
