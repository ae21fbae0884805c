"""Why a run under way waits: told while it does."""

from tests.store.scene import Scene

WHY = "The disk is full: training waits."


def test_say__is_shown_until_the_next_epoch_and_pages_learn_of_both(scene: Scene) -> None:
    store, run = scene.store, scene.claim(scene.submit("pretrain"))
    before = store.pulse.of(scene.id)
    store.pauses.say(run.run_id, "worker", WHY)
    assert store.runs.get(run.run_id).error == WHY
    assert (waiting := store.pulse.of(scene.id)) != before
    scene.commit(run, 0)
    assert store.runs.get(run.run_id).error is None
    assert store.pulse.of(scene.id) != waiting


def test_say__by_a_worker_that_lost_the_run_changes_nothing(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.store.pauses.say(run.run_id, "another", WHY)
    assert scene.store.runs.get(run.run_id).error is None
    scene.store.leases.finish(run.run_id, "worker", "failed", "Too large.")
    scene.store.pauses.say(run.run_id, "worker", WHY)
    assert scene.store.runs.get(run.run_id).error == "Too large."
