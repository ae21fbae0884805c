import csv
import io
import json
import zipfile
from urllib.parse import unquote

import numpy as np
import pyarrow.parquet as pq
import pytest

from store.archives.adoption import import_project
from store.records import Project
from tests.pages.learning import learn
from tests.pages.web import Browser, Served, packed

FORMS = [
    "annotations.csv", "annotations.parquet", "annotations.jsonl", "history.csv", "history.jsonl",
    "predictions.csv", "predictions.parquet", "embedding.csv", "embedding.parquet", "embedding.npy",
]  # fmt: skip


@pytest.fixture(scope="module")
def project(served: Served) -> Project:
    """A project with a map, a name in another script, and a class that looks like a formula."""
    made = served.project(60)
    made = served.store.projects.rename(made.project_id, 'Runde "Sachen" 圆')
    visitor = served.browser()
    address = f"/api/projects/{made.project_id}"
    body = {"key": "p", "kind": "pretrain", "config": {}}
    run_id = visitor.post(f"{address}/runs", body).json["run_id"]
    learn(served.store, run_id, 60)
    served.store.leases.finish(run_id, "worker", "finished")
    gesture = {"key": "g", "verb": "annotate", "samples": packed([1, 2, 3], 60)}
    visitor.post(f"{address}/gestures", {**gesture, "new_class": {"name": "=1+1"}})
    return made


def address_of(project: Project, name: str) -> str:
    return f"/api/projects/{project.project_id}/exports/{name}"


@pytest.mark.parametrize("name", FORMS)
def test_exports__are_files_that_a_browser_saves(
    visitor: Browser, project: Project, name: str
) -> None:
    answer = visitor.get(address_of(project, name))
    assert answer.status == 200, answer.body
    assert answer.headers["cache-control"] == "no-store"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="Runde _Sachen_ _')
    assert unquote(disposition.split("UTF-8''")[1]).startswith("Runde _Sachen_ 圆 - ")
    assert disposition.isascii()
    assert "nosniff" in answer.headers["x-content-type-options"]


def test_annotations__as_rows(visitor: Browser, project: Project) -> None:
    text = visitor.get(address_of(project, "annotations.csv")).body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["index"] for row in rows] == ["1", "2", "3"]
    assert {row["class_name"] for row in rows} == {"'=1+1"}
    assert rows[0]["label"] == "b"
    lines = visitor.get(address_of(project, "annotations.jsonl")).body.splitlines()
    assert json.loads(lines[0])["class_name"] == "=1+1"


def test_selection__by_post(visitor: Browser, project: Project) -> None:
    body = {"samples": packed([3, 7], 60)}
    answer = visitor.post(address_of(project, "embedding.npy"), body)
    z = np.load(io.BytesIO(answer.body), allow_pickle=False)
    assert (answer.status, z.shape, z.dtype) == (200, (2, 2), np.float32)
    table = visitor.post(address_of(project, "annotations.parquet"), body).body
    assert pq.read_table(io.BytesIO(table))["index"].to_pylist() == [3]


@pytest.mark.parametrize("body", [{}, {"samples": ""}, {"samples": "%%"}, {"samples": "Bw=="}])
def test_selection__that_is_none(visitor: Browser, project: Project, body: object) -> None:
    answer = visitor.post(address_of(project, "annotations.csv"), body)
    assert (answer.status, answer.code) == (422, "invalid_input")


def test_embedding__of_a_given_run_and_epoch(
    served: Served, visitor: Browser, project: Project
) -> None:
    run = served.store.runs.of_project(project.project_id)[0]
    path = address_of(project, "embedding.npy")
    assert visitor.get(f"{path}?run={run.run_id}&epoch=0").status == 200
    assert visitor.get(f"{path}?run={run.run_id}&epoch=7").status == 404
    assert visitor.get(f"{path}?run={run.run_id}&epoch=x").code == "bad_id"
    assert visitor.get(f"{path}?run=../x").status == 404


def test_exports__of_a_project_without_a_map(served: Served, visitor: Browser) -> None:
    bare = served.project(61)
    assert visitor.get(address_of(bare, "annotations.csv")).status == 200
    for name in ("predictions.csv", "embedding.npy", "network.zip"):
        answer = visitor.get(address_of(bare, name))
        assert (answer.status, answer.code) == (404, "not_found")
        assert "no map yet" in answer.json["message"]


def test_exports__there_is_no_such_form(visitor: Browser, project: Project) -> None:
    for name in ("annotations.xlsx", "features.npy", "network.csv", "annotations", "x.y.csv"):
        assert visitor.get(address_of(project, name)).status == 404


def test_archive__opens_again(served: Served, visitor: Browser, project: Project) -> None:
    for data in ("0", "1"):
        answer = visitor.get(address_of(project, f"project.lodemap?data={data}"))
        assert answer.headers["content-disposition"].endswith(".lodemap")
        file = io.BytesIO(answer.body)
        names = zipfile.ZipFile(file).namelist()
        assert ("data/images.npy" in names) == (data == "1")
        copy = import_project(served.store, file)
        annotation = served.store.journal.state(copy.project_id).annotation
        assert annotation[:5].tolist() == [-1, 1, 1, 1, -1]


def test_network__one_sentence_where_the_weights_are_gone(
    visitor: Browser, project: Project
) -> None:
    """The web process starts the child; its reason comes back (learning.py writes no weights)."""
    answer = visitor.get(address_of(project, "network.zip"))
    assert (answer.status, answer.code) == (503, "network_export")
    assert "is missing" in answer.json["message"] or "60 s" in answer.json["message"]
