"""Annotations from a file: first what they would change, then the change."""

import asyncio
from dataclasses import asdict
from typing import Any, Final, cast, get_args

from fastapi import APIRouter, Request, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer
from pages.api.parsing import Asker, Parts, ProjectId
from pages.auth.declared import requires
from store.annotations.merge import Choice, Merge
from tasks.names_merge import carry_out, plan, read

router = APIRouter()
NUM_SHOWN: Final = 200
"""Conflicts and unknown ids an answer lists; it counts them all."""


@router.post("/api/projects/{p}/annotation-files")
@requires("annotator")
async def preview(request: Request, project: ProjectId, parts: Parts, name: str = "") -> Response:
    """Say what a file would change; nothing is saved."""
    data = await request.body()
    file = await asyncio.to_thread(read, parts.store, project, name, data)
    return JsonAnswer(to_json(await asyncio.to_thread(plan, parts.store, project, file)))


@router.post("/api/projects/{p}/annotation-files/apply")
@requires("annotator")
async def apply(
    request: Request,
    project: ProjectId,
    parts: Parts,
    asker: Asker,
    name: str = "",
    conflicts: str = "keep",
) -> Response:
    """Merge a file into the journal, a gesture for each class."""
    choice = to_choice(conflicts)
    data = await request.body()
    file = await asyncio.to_thread(read, parts.store, project, name, data)
    author = (asker.author, asker.author_id)
    done = await asyncio.to_thread(carry_out, parts.store, project, file, choice, author)
    return JsonAnswer(asdict(done))


def to_choice(text: str) -> Choice:
    """Read whose word stands where a file says otherwise."""
    for choice in get_args(Choice):
        if text == choice:
            return cast(Choice, choice)
    raise InvalidInputError("conflicts must be keep or replace.")


def to_json(merge: Merge) -> dict[str, Any]:
    """Return what a merge would change, for a page."""
    return {
        "num_added": merge.num_added,
        "num_same": merge.num_same,
        "num_conflicts": len(merge.conflicts),
        "num_unknown": len(merge.unknown_ids),
        "changes": [
            {
                "class_name": share.class_name,
                "is_new": share.class_index is None,
                "num_added": len(share.added),
                "num_replacing": len(share.replacing),
            }
            for share in merge.shares
        ],
        "conflicts": [
            {
                "sample_id": each.sample_id,
                "from": each.was,
                "to": each.becomes,
                "by": each.by,
                "at": each.at.isoformat() if each.at else None,
            }
            for each in merge.conflicts[:NUM_SHOWN]
        ],
        "disagreements": [
            {"sample_id": each.sample_id, "class_names": each.class_names}
            for each in merge.disagreements[:NUM_SHOWN]
        ],
        "unknown": merge.unknown_ids[:NUM_SHOWN],
        "bad_names": merge.bad_names[:NUM_SHOWN],
    }
