"""What a run with moves or new names did."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from pages.answers import JsonAnswer
from pages.api import wording
from pages.api.parsing import Asker, Parts, RunId
from pages.auth.declared import requires
from store.names import GUEST, present_name
from store.opening import Store

router = APIRouter()


@router.get("/api/runs/{r}/receipt")
@requires("viewer")
def read_receipt(run: RunId, parts: Parts, asker: Asker) -> Response:
    """Return the receipt of a run that finished with moves or new names."""
    return JsonAnswer(to_json(run, parts.store, asker.author_id))


def to_json(run_id: str, store: Store, author_id: str) -> dict[str, Any]:
    """Return the figures, how far their measuring is, and why it ended without a gain."""
    kept, run = store.receipts.get(run_id), store.runs.get(run_id)
    is_on_line = run_id in store.journal.state(run.project_id).run_ids
    message = wording.explain_control(kept.control, is_on_line=is_on_line)
    control = "stopped" if kept.control in {"failed", "absent"} else kept.control
    told = {"run_id": run_id, **kept.figures, "control": control, "message": message}
    shares = kept.figures.get("by", ())
    has_guest = any(share["author"] == GUEST for share in shares)  # a history is long to be read
    names = store.history.of(run.project_id).names if has_guest else {}
    return {**told, "by": [_told(share, author_id, names) for share in shares]}


def _told(share: Mapping[str, Any], author_id: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what one person did, by which of `names`, and whether that is the asker."""
    told = {name: value for name, value in share.items() if name != "author_id"}
    author = present_name(share["author"], share["author_id"], names)
    return {**told, "author": author, "is_mine": share["author_id"] == author_id}
