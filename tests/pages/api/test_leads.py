"""Where to look next, what is alike and what is found, as a page asks for it."""

import base64

import numpy as np
import pytest

from ml.maps.codec import unpack_ids
from tests.pages.web import Browser, Served
from tests.store.networks import keep_network, network, put_blobs
from tests.store.scene import Scene

NUM = 60


@pytest.fixture
def scene(served: Served) -> Scene:
    """A project of three kinds with a map that nobody has taught."""
    served.rest()
    project = served.store.projects.create("Blobs", put_blobs(served.store), class_names=("left",))
    scene = Scene(served.store, project)
    keep_network(scene, scene.submit("pretrain"), network("lodemap"))
    return scene


def unpacked(text: str) -> np.ndarray:
    return unpack_ids(base64.b64decode(text), NUM)


def test_leads__tell_why_and_of_which_map(visitor: Browser, scene: Scene) -> None:
    told = visitor.get(f"/api/projects/{scene.id}/leads").json
    assert (told["state"], told["epoch"]) == ("ready", 1)
    groups = [lead for lead in told["leads"] if lead["kind"] == "group"]
    assert groups[0]["count"] == len(unpacked(groups[0]["members"]))
    assert set(groups[0]["near"]) <= set(unpacked(groups[0]["members"]).tolist())
    assert groups[0]["top"] == []


def test_group__keeps_its_name_when_the_sample_that_stands_for_it_is_named(
    visitor: Browser, scene: Scene
) -> None:
    def groups() -> dict[str, int]:
        leads = visitor.get(f"/api/projects/{scene.id}/leads").json["leads"]
        return {lead["group"]: lead["sample"] for lead in leads if lead["kind"] == "group"}

    before = groups()
    packed = base64.b64encode(b"\0" + np.array(list(before.values()), "<u4").tobytes()).decode()
    body = {"key": "k", "verb": "mark_unsure", "samples": packed}
    assert visitor.post(f"/api/projects/{scene.id}/gestures", body).status == 200
    after = groups()
    kept = before.keys() & after.keys()
    assert kept
    assert all(before[name] != after[name] for name in kept)
    first = scene.store.runs.pretrained(scene.id)
    assert first is not None
    assert {name.split("/")[0] for name in before} == {first.sha256[:12]}


def test_leads__of_one_sample_have_classes_and_neighbours(visitor: Browser, scene: Scene) -> None:
    for index, ids in ((0, [3, 6, 9, 12, 18]), (1, [1, 4, 7, 13, 16, 24])):
        body = {"key": f"k{index}", "verb": "annotate", "class_index": index}
        if index:
            body = {**body, "new_class": {"name": "middle"}}
            del body["class_index"]
        packed = base64.b64encode(b"\0" + np.array(ids, "<u4").tobytes()).decode()
        answer = visitor.post(f"/api/projects/{scene.id}/gestures", {**body, "samples": packed})
        assert answer.status == 200, answer.body
    keep_network(scene, scene.submit(), network("lodemap"))
    leads = visitor.get(f"/api/projects/{scene.id}/leads").json["leads"]
    wrong = [lead for lead in leads if lead["kind"] == "wrong"]
    assert [(lead["sample"], lead["class_index"], lead["rival"]) for lead in wrong] == [(24, 0, 1)]
    assert len(wrong[0]["near"]) == 8
    assert sum(share for _, share in wrong[0]["top"]) == pytest.approx(1, abs=0.01)


def test_leads__without_a_map(served: Served, visitor: Browser) -> None:
    project = served.project()
    told = visitor.get(f"/api/projects/{project.project_id}/leads").json
    assert told == {"state": "no_map", "seq": 0, "run_id": None, "epoch": None, "leads": []}


def test_alike__are_near_by_features(visitor: Browser, scene: Scene) -> None:
    told = visitor.get(f"/api/projects/{scene.id}/alike?sample=3&most=10").json
    assert told["state"] == "ready"
    assert {i % 3 for i in told["ids"]} == {0}
    assert len(told["ids"]) == 10


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("sample=60", 422, "invalid_input"),
        ("sample=3&most=100000", 422, "invalid_input"),
        ("sample=3&most=0", 422, "invalid_input"),
        ("sample=-1", 404, "bad_id"),
        ("sample=NaN", 404, "bad_id"),
        ("", 404, "bad_id"),
    ],
)
def test_alike__of_what_is_not_there(
    visitor: Browser, scene: Scene, query: str, status: int, code: str
) -> None:
    answer = visitor.get(f"/api/projects/{scene.id}/alike?{query}")
    assert (answer.status, answer.code) == (status, code)


def test_find__by_number(visitor: Browser, scene: Scene) -> None:
    told = visitor.get(f"/api/projects/{scene.id}/find?text=%2312").json
    assert told == {"exact": 12, "columns": []}
    assert visitor.get(f"/api/projects/{scene.id}/find?text=99").json["exact"] is None


@pytest.mark.parametrize("text", ["", "%20", "x" * 201])
def test_find__refuses_nothing_and_too_much(visitor: Browser, scene: Scene, text: str) -> None:
    answer = visitor.get(f"/api/projects/{scene.id}/find?text={text}")
    assert (answer.status, answer.code) == (422, "invalid_input")


@pytest.mark.parametrize("what", ["leads", "alike?sample=1", "find?text=a"])
def test_unknown_projects__are_told_so(visitor: Browser, what: str) -> None:
    for project, code in (("11111111-2222-3333-4444-555555555555", "not_found"), ("x", "bad_id")):
        answer = visitor.get(f"/api/projects/{project}/{what}")
        assert (answer.status, answer.code) == (404, code)


def test_trust__is_a_byte_for_each_place(visitor: Browser, scene: Scene) -> None:
    told = visitor.get(f"/api/projects/{scene.id}/trust").json
    assert (told["state"], told["epoch"]) == ("ready", 1)
    trust = np.frombuffer(base64.b64decode(told["trust"]), np.uint8)
    assert trust.shape == (NUM,)
    assert trust.max() > 128


def test_trust__without_a_map(served: Served, visitor: Browser) -> None:
    told = visitor.get(f"/api/projects/{served.project().project_id}/trust").json
    assert (told["state"], told["trust"]) == ("no_map", "")
