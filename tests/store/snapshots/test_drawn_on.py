"""On which map something was said, as the log and the tables tell it."""

import pytest

from store.opening import Store
from store.records import Run
from store.snapshots.drawn_on import UNKNOWN, DrawnOn, Sights
from tests.store.archives.story import add_epoch, learn
from tests.store.scene import Scene, make_scene


@pytest.fixture
def scene(store: Store) -> Scene:
    return make_scene(store)


def seen(scene: Scene, seq: int) -> DrawnOn:
    told = scene.store.history.of(scene.id)
    return Sights(scene.store, scene.id, told.taught_run_ids).of(
        scene.store.journal.event(scene.id, seq)
    )


def named_on(scene: Scene, run: Run, epoch: float) -> int:
    """Name a sample on the map of a run after some epochs; return the event."""
    frames = scene.store.frames.after(run.run_id, 0)
    n = next(frame.n for frame in frames if frame.epoch == epoch)
    snapshot = {"run_id": run.run_id, "n": n}
    return scene.say("annotate", [1], class_index=0, snapshot=snapshot).seq


def test_of__a_name_that_was_given_while_a_run_learns(scene: Scene) -> None:
    first = learn(scene, scene.submit("pretrain"))
    scene.name([2], 0)
    run = scene.claim(scene.submit())
    for epoch in (0, 1):
        add_epoch(scene, run, epoch)
    moving, held = named_on(scene, run, 0.5), named_on(scene, first, 2)
    assert seen(scene, moving) == DrawnOn(1, 0.5)
    assert seen(scene, named_on(scene, run, 1)) == DrawnOn(1, 1.0), "it may go on"
    assert seen(scene, held) == DrawnOn(0, 2.0, is_end=True), "Edit is held before the run"
    assert seen(scene, scene.name([3], 0).seq) == UNKNOWN, "nobody said it"


def test_of__a_name_that_was_given_on_an_earlier_map(scene: Scene) -> None:
    learn(scene, scene.submit("pretrain"))
    scene.name([2], 0)
    first = learn(scene, scene.submit(), num_epochs=4)
    scene.name([3], 1)
    second = learn(scene, scene.submit())
    assert seen(scene, named_on(scene, first, 3)) == DrawnOn(1, 3.0), "scrubbed back"
    assert seen(scene, named_on(scene, first, 4)) == DrawnOn(1, 4.0, is_end=True)
    assert seen(scene, scene.name([4], 0).seq) == DrawnOn(second.number, 2.0, is_end=True)


def test_of__a_frame_that_is_not_there(scene: Scene) -> None:
    run = learn(scene, scene.submit("pretrain"))
    snapshot = {"run_id": run.run_id, "n": 99}
    seq = scene.say("annotate", [1], class_index=0, snapshot=snapshot).seq
    assert seen(scene, seq) == DrawnOn(0, None)
