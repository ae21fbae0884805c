"""Who trains, and where a project wants to be trained."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from ml.records import RunConfig
from store.queue.worker_records import WorkerAbout
from store.sql.tables import WORKER
from tests.pages.web import Browser, Served


@pytest.fixture
def served_alone(served: Served) -> Iterator[Served]:
    """The app without runs and workers, before and after."""
    for is_before in (True, False):
        served.rest()
        with served.store.database.write() as connection:
            connection.execute(delete(WORKER))
        if is_before:
            yield served


def test_workers__say_what_they_are_and_do(served_alone: Served, visitor: Browser) -> None:
    store, project = served_alone.store, served_alone.project()
    about = WorkerAbout("NVIDIA L4", "trainer", "0.1.0", 24, 2)
    store.workers.beat("big", "busy", "cuda", "team", about)
    store.workers.beat("small", "ready", "cpu", "team")
    run = store.runs.submit(
        project.project_id, "pretrain", RunConfig("annotate-vae"), "A", "a", "k"
    )
    assert store.leases.claim(run.run_id, "big") is not None
    told = visitor.get(f"/api/projects/{project.project_id}/workers").json
    assert told["workers"][0] == {
        "worker_id": "big", "host_name": "trainer", "device": "cuda", "device_name": "NVIDIA L4",
        "device_memory": 24, "process_memory": 2, "version": "0.1.0", "state": "busy",
        "doing": f"Pretraining of {project.name}",
    }  # fmt: skip
    assert [worker["doing"] for worker in told["workers"][1:]] == ["waits for a run"]
    assert (told["device"], told["start"]) == ("auto", "")


def test_workers__without_one_it_is_told_what_to_do(served_alone: Served, visitor: Browser) -> None:
    project = served_alone.project()
    told = visitor.get(f"/api/projects/{project.project_id}/workers").json
    assert told["workers"] == []
    assert told["start"].startswith("No worker is running")


def test_device__is_chosen_by_project(served_alone: Served, visitor: Browser) -> None:
    address = f"/api/projects/{served_alone.project().project_id}"
    assert visitor.post(f"{address}/device", {"device": "gpu"}).json == {"device": "gpu"}
    assert visitor.get(f"{address}/workers").json["device"] == "gpu"
    for wrong in ("tpu", 3, None):
        answer = visitor.post(f"{address}/device", {"device": wrong})
        assert (answer.status, "auto, gpu, any" in answer.json["message"]) == (422, True)


def test_device__a_run_that_waits_for_a_gpu_says_so(served_alone: Served, visitor: Browser) -> None:
    store, project = served_alone.store, served_alone.project()
    store.workers.beat("small", "ready", "cpu", "team")
    store.projects.set_device(project.project_id, "gpu")
    store.runs.submit(project.project_id, "pretrain", RunConfig("annotate-vae"), "A", "a", "k")
    (run,) = visitor.get(f"/api/projects/{project.project_id}/state").json["runs"]
    assert run["wait"].startswith("It waits for a GPU, and no worker has one.")


def test_lists__leave_out_what_is_deleted_meanwhile(
    served_alone: Served, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, kept = served_alone.store, served_alone.project()
    gone = served_alone.project()
    store.workers.beat("big", "busy", "cpu", "team")
    run = store.runs.submit(gone.project_id, "pretrain", RunConfig("annotate-vae"), "A", "a", "k")
    assert store.leases.claim(run.run_id, "big") is not None
    listed, present = store.projects.list(include_archived=True), store.workers.list()
    store.projects.delete(gone.project_id)
    monkeypatch.setattr(type(store.projects), "list", lambda *_, **__: listed)
    monkeypatch.setattr(type(store.workers), "list", lambda _: present)
    names = [each["project_id"] for each in visitor.get("/api/projects").json]
    assert (kept.project_id in names, gone.project_id in names) == (True, False)
    told = visitor.get(f"/api/projects/{kept.project_id}/workers")
    assert (told.status, len(told.json["workers"])) == (200, 1)
