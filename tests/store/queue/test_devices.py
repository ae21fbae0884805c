"""Two workers of different devices, and what a project says it needs, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from ml.errors import InvalidInputError
from store.queue.devices import GPU_FIRST_S
from store.queue.worker_records import WorkerAbout
from store.sql.tables import RUN, WORKER
from tests.store.scene import Scene, make_scene

ONE_GPU = WorkerAbout("NVIDIA L4", "trainer", "0.1.0", 24 * 2**30, 2**30)


def report(scene: Scene, gpu: str, cpu: str = "ready") -> None:
    """Let one worker of each device say what it does."""
    scene.store.workers.beat("big", gpu, "cuda", "team", ONE_GPU)
    scene.store.workers.beat("small", cpu, "cpu", "team")


def go_silent(scene: Scene) -> None:
    with scene.store.database.write() as connection:
        old = {"beat_at": WORKER.c.beat_at - 60}
        connection.execute(update(WORKER).where(WORKER.c.worker_id == "big").values(old))


def grow_old(scene: Scene) -> None:
    """Let all runs be as they were, and so much later that nobody waits for a deaf GPU."""
    moments = (RUN.c.created_at, RUN.c.ended_at, RUN.c.lease_until)
    past = {column: column - GPU_FIRST_S - 1 for column in moments}
    with scene.store.database.write() as connection:
        connection.execute(update(RUN).values(past))


def test_gpu__waits_for_one_and_says_so(scene: Scene) -> None:
    scene.store.projects.set_device(scene.id, "gpu")
    scene.store.workers.beat("small", "ready", "cpu", "team")
    run, queue = scene.submit("pretrain"), scene.store.queue
    assert queue.first(worker_id="small") is None
    assert scene.store.leases.claim(run.run_id, "small") is None
    assert queue.look()[run.run_id].lacks_gpu
    report(scene, "ready")
    assert not queue.look()[run.run_id].lacks_gpu
    assert queue.look()[run.run_id].starts_in_s == 0
    assert queue.first(worker_id="small") is None
    assert queue.first(worker_id="big") == run.run_id
    assert scene.claim(run, "big").owner == "big"


def test_auto__takes_a_gpu_that_is_idle_and_waits_for_none(scene: Scene) -> None:
    run, queue = scene.submit("pretrain"), scene.store.queue
    report(scene, "ready")
    assert queue.first(worker_id="small") is None
    report(scene, "busy")
    assert queue.first(worker_id="small") == run.run_id
    report(scene, "ready")
    go_silent(scene)
    assert scene.claim(run, "small").owner == "small"


@pytest.mark.parametrize("waits", ["new", "behind", "resumed", "buried"])
def test_auto__leaves_a_run_to_an_idle_gpu_only_for_some_seconds(scene: Scene, waits: str) -> None:
    """A GPU whose host hears no bell says that it is idle for ever."""
    report(scene, "ready")
    run = scene.submit("pretrain")
    if waits == "behind":
        scene.name([1], 0)
        first, run = run, scene.submit()
        grow_old(scene)
        scene.trained(first)
    if waits == "resumed":
        scene.commit(scene.claim(run, "big"), 0, "big")
        scene.store.runs.request_stop(run.run_id)
        scene.store.leases.finish(run.run_id, "big", "stopped")
        grow_old(scene)
        scene.store.resuming.go_on(run.run_id)
    if waits == "buried":
        scene.claim(run, "big")
        grow_old(scene)
        scene.store.leases.bury("big")
    assert scene.store.queue.first(worker_id="small") is None
    assert scene.store.leases.claim(run.run_id, "small") is None
    grow_old(scene)
    assert scene.store.queue.first(worker_id="small") == run.run_id
    assert scene.claim(run, "small").owner == "small"


def test_any__takes_whoever_comes_first(scene: Scene) -> None:
    scene.store.projects.set_device(scene.id, "any")
    report(scene, "ready")
    run = scene.submit("pretrain")
    assert scene.store.queue.first(worker_id="small") == run.run_id
    assert scene.claim(run, "small").owner == "small"


def test_gpu__that_cannot_be_had_holds_nobody_up(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    variant = scene.store.variants.submit(scene.id, [scene.submit().config], "Ana", "ana", "b")
    other = make_scene(scene.store)
    scene.store.runs.request_stop(scene.store.runs.of_project(scene.id)[-1].run_id)
    other.store.projects.set_device(other.id, "gpu")
    waiting = other.submit("pretrain")
    assert scene.store.queue.first(worker_id="small") == variant[0].run.run_id
    assert scene.claim(variant[0].run, "small").state == "running"
    assert scene.store.leases.renew(variant[0].run.run_id, "small") == "ok"
    report(scene, "busy", "busy")
    assert scene.store.leases.renew(variant[0].run.run_id, "small") == "ok"
    other.store.projects.set_device(other.id, "any")
    assert scene.store.leases.renew(variant[0].run.run_id, "small") == "closing"
    assert waiting.state == "queued"


def test_gpu__that_is_busy_holds_up_what_needs_one_alone(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    submit, base = scene.store.variants.submit, scene.submit().config
    few, more = submit(scene.id, [base, replace(base, num_epochs=9)], "Ana", "ana", "b")
    scene.store.runs.request_stop(scene.store.runs.of_project(scene.id)[-1].run_id)
    other = make_scene(scene.store)
    other.store.projects.set_device(other.id, "gpu")
    report(scene, "busy")
    waiting, queue = other.submit("pretrain"), scene.store.queue
    assert queue.first(worker_id="big") == waiting.run_id
    assert queue.first(worker_id="small") == few.run.run_id
    assert scene.claim(few.run, "small").state == "running"
    assert scene.store.leases.claim(more.run.run_id, "big") is None


def test_pass_on__has_the_bell_rung_for_another_worker(scene: Scene) -> None:
    run = scene.submit("pretrain")
    scene.store.queue.pass_on("small")
    assert scene.store.leases.due() == []
    report(scene, "ready")
    scene.store.queue.pass_on("small")
    assert scene.store.leases.due() == [run.run_id]


def test_worker__says_what_it_is_and_does(scene: Scene) -> None:
    report(scene, "busy")
    run = scene.claim(scene.submit("pretrain"), "big")
    found = {worker.worker_id: worker for worker in scene.store.workers.list()}
    assert (found["big"].about, found["big"].run_id) == (ONE_GPU, run.run_id)
    assert (found["small"].about, found["small"].run_id) == (WorkerAbout(), None)
    assert [found[name].has_gpu for name in ("big", "small")] == [True, False]


def test_set_device__refuses_what_is_no_choice(scene: Scene) -> None:
    assert scene.project.device == "auto"
    assert scene.store.projects.set_device(scene.id, "gpu").device == "gpu"
    with pytest.raises(InvalidInputError, match="auto, gpu, any"):
        scene.store.projects.set_device(scene.id, "quantum")
