"""What the epochs of runs measured."""

import pytest

from store.errors import NotFoundError
from store.records import Run, SnapshotRow
from tests.store.scene import Scene, frame_row


def commit(scene: Scene, run: Run, epoch: int, **metrics: float | None) -> None:
    name = f"runs/{run.run_id}/{epoch}"
    row = SnapshotRow(run.run_id, epoch, run.attempt, name, "0" * 64, 0, metrics)
    scene.store.leases.commit_epoch(run.run_id, "worker", row, frame_row(run, float(epoch), True))


@pytest.fixture
def run(scene: Scene) -> Run:
    run = scene.claim(scene.submit("pretrain"))
    commit(scene, run, 0, held_out_accuracy=None)
    commit(scene, run, 1, held_out_accuracy=0.75, num_annotated=12.0)
    return run


def test_after__in_order_and_only_later_ones(scene: Scene, run: Run) -> None:
    after = scene.store.epochs.after
    assert [row.epoch for row in after(run.run_id, -1)] == [0, 1]
    assert [row.epoch for row in after(run.run_id, 0)] == [1]
    assert after(run.run_id, 2**40) == []
    with pytest.raises(NotFoundError):
        after("nobody", -1)


def test_records__a_run_without_an_epoch_has_none(scene: Scene, run: Run) -> None:
    scene.name([1], 0)
    scene.submit()
    records = scene.store.epochs.records(scene.id)
    assert list(records) == [run.run_id]
    assert records[run.run_id].accuracy == [None, 0.75]
    assert (records[run.run_id].num_named, records[run.run_id].num_moved) == (12, None)


def test_records__moves_are_those_of_the_receipt(scene: Scene, run: Run) -> None:
    scene.store.leases.finish(run.run_id, "worker", "finished")
    scene.move([1], [[0, 0]])
    update = scene.claim(scene.submit())
    commit(scene, update, 0)
    scene.store.leases.finish(
        update.run_id, "worker", "finished", None, {"num_moved": 1, "gain": None}
    )
    assert scene.store.epochs.records(scene.id)[update.run_id].num_moved == 1
