import pytest

from store.errors import NotFoundError
from store.snapshots.seen import see
from tests.store.archives.story import tell
from tests.store.scene import Scene, make_scene


def test_see__a_given_run_and_epoch(scene: Scene) -> None:
    runs = tell(scene)
    other = make_scene(scene.store)
    seen = see(scene.store, scene.id, runs[0].run_id, 1)
    assert (seen.run.number, seen.epoch) == (0, 1)
    assert see(scene.store, scene.id, runs[1].run_id).epoch == 2
    of_head = see(scene.store, scene.id, epoch=1)
    assert (of_head.run.run_id, of_head.epoch) == (runs[2].run_id, 1)
    with pytest.raises(NotFoundError, match="no snapshot of epoch 9"):
        see(scene.store, scene.id, epoch=9)
    with pytest.raises(NotFoundError, match="epoch 9"):
        see(scene.store, scene.id, runs[0].run_id, 9)
    with pytest.raises(NotFoundError, match="not one of the project"):
        see(scene.store, other.id, runs[0].run_id)
    with pytest.raises(NotFoundError, match="no map yet"):
        see(scene.store, other.id)


def test_see__a_run_that_ended_before_its_first_epoch(scene: Scene) -> None:
    tell(scene)
    scene.name([7], 1)
    run = scene.claim(scene.submit())
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    with pytest.raises(NotFoundError, match="finished no epoch"):
        see(scene.store, scene.id, run.run_id)
    assert see(scene.store, scene.id).run.number == 2
