"""Runs that measure what moves did, and whoever comes first, on both databases."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from store.archives.adoption import import_project
from store.archives.packing import pack_project
from store.errors import NotFoundError
from store.opening import Store
from store.records import Project, Run
from store.runs.receipts import Control
from store.sql.tables import RUN
from tests.store.scene import ANA, BEN, Scene, make_scene

FIGURES = {"num_moved": 1, "gain": None}


def finished(scene: Scene, run: Run, receipt: dict[str, Any] | None = None) -> Run:
    """Let a worker do a whole run, which ends with a receipt."""
    run = scene.claim(run)
    for epoch in (1, 2):
        scene.commit(run, epoch)
    scene.store.leases.finish(run.run_id, "worker", "finished", None, receipt or FIGURES)
    return scene.store.runs.get(run.run_id)


def controls(scene: Scene) -> list[Run]:
    """The controls there are, which no list shows."""
    with scene.store.database.read() as connection:
        query = RUN.select().where(RUN.c.kind == "control").order_by(RUN.c.position)
        ids = [row.run_id for row in connection.execute(query)]
    return [scene.store.runs.get(run_id) for run_id in ids]


def update(scene: Scene) -> Run:
    scene.move([1], [[0, 0]])
    return scene.submit(num_epochs=2, seed=7)


@pytest.fixture
def run(scene: Scene) -> Run:
    """A finished Update with a move, whose control waits."""
    scene.trained(scene.submit("pretrain"))
    return finished(scene, update(scene))


def control_of(scene: Scene, run: Run) -> Run:
    (found,) = [each for each in controls(scene) if each.control_of == run.run_id]
    return found


def test_control__is_the_same_run_of_the_same_parent(scene: Scene, run: Run) -> None:
    control = control_of(scene, run)
    assert (control.config, control.journal_seq) == (run.config, run.journal_seq)
    assert (control.parent_run_id, control.parent_epoch) == (run.parent_run_id, run.parent_epoch)
    assert (control.author, control.author_id) == ("Ana", ANA)
    assert (control.state, control.kind, control.number) == ("queued", "control", run.number)
    assert scene.claim(control).parent_run_id == run.parent_run_id


def test_control__is_nobodys_business(scene: Scene, run: Run) -> None:
    control = control_of(scene, run)
    assert [each.kind for each in scene.store.runs.of_project(scene.id)] == [
        "pretrain",
        "fine_tune",
    ]
    scene.commit(scene.claim(control), 1)
    head = scene.store.runs.head(scene.id)
    assert head is not None
    assert head.run_id == run.run_id
    assert control.run_id not in scene.state().run_ids


def test_control__rings_by_itself_and_is_measured(scene: Scene, run: Run) -> None:
    control = control_of(scene, run)
    assert scene.store.leases.due() == [control.run_id]
    assert scene.store.receipts.get(run.run_id).control == "waiting"
    pulse = scene.store.pulse.of(scene.id)
    finished(scene, control, {"num_moved": 1, "gain": {"mean": 0.0}})
    kept = scene.store.receipts.get(run.run_id)
    assert (kept.control, kept.figures["gain"]) == ("measured", {"mean": 0.0})
    assert not scene.store.runs.get(control.run_id).has_receipt
    assert scene.store.pulse.of(scene.id) != pulse
    assert len(controls(scene)) == 1, "a control has no control"


def test_pulse__does_not_follow_the_epochs_of_a_control(scene: Scene, run: Run) -> None:
    control = scene.claim(control_of(scene, run))
    pulse = scene.store.pulse.of(scene.id)
    scene.commit(control, 1)
    assert scene.store.pulse.of(scene.id) == pulse


def test_update__stops_a_control_that_waits(scene: Scene, run: Run) -> None:
    newer = update(scene)
    assert control_of(scene, run).state == "stopped"
    assert scene.store.receipts.get(run.run_id).control == "stopped"
    assert scene.store.runs.queue_position(newer.run_id) == 0
    assert scene.claim(newer).parent_run_id == run.run_id


def test_update__does_not_wait_for_a_control_that_runs(scene: Scene, run: Run) -> None:
    control = scene.claim(control_of(scene, run))
    newer = update(scene)
    assert scene.store.leases.renew(control.run_id, "worker") == "stop"
    assert scene.store.runs.queue_position(newer.run_id) == 0
    assert scene.claim(newer, "another").state == "running"
    scene.store.leases.finish(control.run_id, "worker", "stopped")
    assert scene.store.receipts.get(run.run_id).control == "stopped"


def test_control__is_not_made_where_an_update_waits(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    first = scene.claim(update(scene))
    waiting = update(scene)
    scene.commit(first, 1)
    scene.store.leases.finish(first.run_id, "worker", "finished", None, FIGURES)
    assert controls(scene) == []
    assert scene.store.receipts.get(first.run_id).control == "stopped"
    done = finished(scene, waiting)
    assert [each.control_of for each in controls(scene)] == [done.run_id]


def test_control__waits_for_whatever_of_its_project_is_live(scene: Scene, run: Run) -> None:
    """Also for what a redo or a race let in after it."""
    control = control_of(scene, run)
    newer = update(scene)
    with scene.store.database.write() as connection:
        mine = RUN.c.run_id == control.run_id
        revived = {"state": "queued", "is_cancel_requested": False, "rung_at": 0.0}
        connection.execute(RUN.update().where(mine).values(revived))
    assert scene.store.leases.claim(control.run_id, "worker") is None
    assert control.run_id not in scene.store.leases.due()
    scene.trained(newer)
    assert scene.store.leases.claim(control.run_id, "worker") is not None


@pytest.mark.parametrize("verb", ["undo", "reset"])
def test_control__falls_with_its_run(scene: Scene, run: Run, verb: Any) -> None:
    scene.say(verb)
    assert control_of(scene, run).state == "stopped"


def test_control__that_dies_too_often_is_told(scene: Scene, run: Run) -> None:
    control = scene.claim(control_of(scene, run))
    scene.store.leases.finish(control.run_id, "worker", "failed", "It broke.")
    assert scene.store.receipts.get(run.run_id).control == "failed"


def test_clear__removes_what_only_a_control_wrote(scene: Scene, run: Run) -> None:
    control = scene.claim(control_of(scene, run))
    scene.commit(control, 1)
    row = scene.store.runs.snapshot(control.run_id, 1)
    scene.store.artifacts.write(row.checkpoint, b"weights", durable=False)
    scene.store.receipts.clear(scene.id)
    assert scene.store.artifacts.exists(row.checkpoint), "it still runs"
    scene.store.leases.finish(control.run_id, "worker", "stopped")
    for _ in range(2):
        scene.store.receipts.clear(scene.id)
    assert not scene.store.artifacts.exists(row.checkpoint)
    assert scene.store.frames.after(control.run_id, 0) == []
    assert len(scene.store.frames.after(run.run_id, 0)) == 2


def duplicated(store: Store, project_id: str) -> Project:
    return store.projects.duplicate(project_id, "copy")


def saved_and_opened(store: Store, project_id: str) -> Project:
    file = io.BytesIO()
    file.writelines(pack_project(store, project_id, with_data=False))
    return import_project(store, file)


@pytest.mark.parametrize("copy_of", [duplicated, saved_and_opened])
def test_copy__has_receipts_that_stay_true_but_no_controls(
    scene: Scene, run: Run, copy_of: Callable[[Store, str], Project]
) -> None:
    store = scene.store

    def said_of(project: Project) -> Control:
        return store.receipts.get(store.runs.of_project(project.project_id)[1].run_id).control

    copy = copy_of(store, scene.id)
    assert (said_of(copy), said_of(scene.project), len(controls(scene))) == ("absent", "waiting", 1)
    of_copy = Scene(store, copy, (f"copy-{nth}" for nth in range(9)))
    of_copy.trained(update(of_copy))
    again = copy_of(store, copy.project_id)
    assert [said_of(each) for each in (copy, again)] == ["absent"] * 2
    control = scene.claim(control_of(scene, run))
    store.leases.finish(control.run_id, "worker", "failed", "It broke.")
    assert [said_of(each) for each in (scene.project, copy_of(store, scene.id))] == ["failed"] * 2
    assert "control" not in store.receipts.get(run.run_id).figures


def test_delete__of_the_project_takes_the_control_along(scene: Scene, run: Run) -> None:
    control = scene.claim(control_of(scene, run))
    scene.store.projects.delete(scene.id)
    assert scene.store.leases.renew(control.run_id, "worker") == "lost"
    with pytest.raises(NotFoundError):
        scene.store.receipts.get(run.run_id)


def test_receipt__of_a_run_without_moves(scene: Scene) -> None:
    first = scene.trained(scene.submit("pretrain"))
    scene.name([1], 0, BEN)
    second = scene.trained(scene.submit())
    for run in (first, second):
        assert not run.has_receipt
        with pytest.raises(NotFoundError, match="only one that finished with moves"):
            scene.store.receipts.get(run.run_id)
    assert controls(scene) == []


def test_control__gives_way_to_an_update_of_any_project(scene: Scene, run: Run) -> None:
    control = scene.claim(control_of(scene, run))
    scene.commit(control, 1)
    assert scene.store.leases.renew(control.run_id, "worker") == "ok"
    other = make_scene(scene.store)
    first = other.submit("pretrain")
    assert scene.store.leases.renew(control.run_id, "worker") == "closing"
    scene.store.leases.give_back(control.run_id, "worker")
    assert scene.store.leases.claim(control.run_id, "another") is None
    other.trained(first)
    again = scene.claim(control)
    assert (again.last_epoch, again.attempt) == (1, 2)
