"""Where to look next, what is like a sample, and samples by a text."""

import base64
from typing import Any, Final

import numpy as np
from fastapi import APIRouter, Response
from numpy.typing import NDArray

from ml.insight.leads import Lead, Outlook, likeliest
from ml.maps.codec import pack_ids
from pages.answers import JsonAnswer
from pages.api.parsing import Parts, ProjectId, count
from pages.auth.declared import requires
from store.datasets.finding import find_samples
from store.snapshots.outlooks import Found

router = APIRouter()
NUM_NEAR: Final = 8
"""Neighbours shown beside a lead."""
NUM_TYPICAL: Final = 12
"""Pictures that a group is shown by."""


@router.get("/api/projects/{p}/leads")
@requires("viewer")
def read_leads(project: ProjectId, parts: Parts) -> Response:
    """Return what is worth looking at, by kind; the state says why there is nothing yet."""
    found = parts.store.outlooks.leads(project)
    return JsonAnswer({**about(found), "leads": [to_json(each, found) for each in all_of(found)]})


@router.get("/api/projects/{p}/alike")
@requires("viewer")
def read_alike(project: ProjectId, parts: Parts, sample: str = "", most: str = "50") -> Response:
    """Return the samples most like one by features, the nearest first."""
    wanted = count(sample, "sample"), count(most, "number of samples")
    found = parts.store.outlooks.alike(project, *wanted)
    return JsonAnswer({**about(found), "ids": found.ids.tolist()})


@router.get("/api/projects/{p}/trust")
@requires("viewer")
def read_trust(project: ProjectId, parts: Parts) -> Response:
    """Return how far the place of each sample can be believed, a byte each, 0 to 255."""
    found = parts.store.outlooks.trust(project)
    data = np.round(255 * found.trust).astype(np.uint8).tobytes()
    return JsonAnswer({**about(found), "trust": base64.b64encode(data).decode()})


@router.get("/api/projects/{p}/find")
@requires("viewer")
def find(project: ProjectId, parts: Parts, text: str = "") -> Response:
    """Return the samples that a text was found in, packed, by column."""
    dataset_id = parts.store.datasets.of_project(project)
    matches = find_samples(parts.store, dataset_id, text)
    num_samples = parts.store.datasets.get(dataset_id).num_samples
    columns = [
        {"name": name, "count": len(ids), "samples": packed(ids, num_samples)}
        for name, ids in matches.by_column.items()
    ]
    return JsonAnswer({"exact": matches.exact, "columns": columns})


def about(found: Found) -> dict[str, Any]:
    """Return whether there is an answer, and of which map and journal position it is."""
    row = found.snapshot
    where = {"run_id": row.run_id, "epoch": row.epoch} if row else {"run_id": None, "epoch": None}
    return {"state": found.state, "seq": found.seq, **where}


def all_of(found: Found) -> list[Lead]:
    """Return the leads of all kinds in one list, the best of each kind first."""
    return [lead for leads in found.leads.values() for lead in leads]


def to_json(lead: Lead, found: Found) -> dict[str, Any]:
    """Return a lead with what it is told by: its likeliest classes and its neighbours."""
    outlook = found.outlook
    assert outlook is not None
    told: dict[str, Any] = {
        "kind": lead.kind,
        "sample": lead.sample,
        "class_index": lead.class_index,
        "rival": lead.rival,
        "score": round(lead.score, 4),
        "count": len(lead.members),
    }
    if lead.kind == "group":
        return told | group_to_json(lead, outlook)
    top = likeliest(outlook.belief, lead.sample)
    near = outlook.near.ids[lead.sample, :NUM_NEAR].tolist()
    return told | {"top": rounded(top), "near": near}


def group_to_json(lead: Lead, outlook: Outlook) -> dict[str, Any]:
    """Return a group's lasting name, its members, the typical ones, and what is believed."""
    mean = outlook.belief[lead.members].mean(axis=0, keepdims=True)
    return {
        "group": f"{outlook.groups.name}/{lead.group}",
        "members": packed(lead.members, len(outlook.x)),
        "top": rounded(likeliest(mean, 0)),
        "near": lead.members[:NUM_TYPICAL].tolist(),
    }


def rounded(top: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return classes with probabilities of three digits: that is what a bar can show."""
    return [(class_index, round(share, 3)) for class_index, share in top]


def packed(ids: NDArray[np.int64], num_samples: int) -> str:
    """Return a packed selection (ml/maps/codec.py) as base64."""
    return base64.b64encode(pack_ids(ids, num_samples)).decode()
