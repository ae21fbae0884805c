"""What becomes of an Update that is taken back, on SQLite and on PostgreSQL."""

import pytest

from store.errors import NothingToUndoError
from store.opening import open_store
from tests.store.scene import ANA, BEN, Scene


def test_undo__of_a_waiting_update_is_for_good(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    scene.say("mark_unsure", [2])
    run = scene.submit()
    scene.say("undo")
    assert scene.store.runs.get(run.run_id).state == "stopped"
    assert scene.state().redoable == {}
    with pytest.raises(NothingToUndoError, match="nothing to redo"):
        scene.say("redo")
    again = scene.submit()
    assert (again.run_id != run.run_id, again.state) == (True, "queued")


def test_undo__of_a_waiting_update_hides_no_other_redo(scene: Scene) -> None:
    gesture = scene.name([1], 0)
    scene.submit()
    later = scene.say("mark_unsure", [2])
    scene.say("undo")
    scene.say("undo")
    assert scene.state().redoable == {ANA: later.seq}
    scene.say("redo")
    assert scene.annotation()[2] == -2
    assert scene.state().undoable == {ANA: later.seq}
    assert gesture.seq < later.seq
    assert scene.state().run_ids == ()


def test_undo__of_an_update_that_a_worker_has_only_begun(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.claim(scene.submit())
    scene.say("undo")
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    assert scene.state().redoable == {}


def test_redo__of_an_update_with_an_epoch_brings_its_map_back(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    run = scene.trained(scene.submit(), num_epochs=1)
    scene.say("undo")
    scene.say("redo")
    head = scene.store.runs.head(scene.id)
    assert head is not None
    assert head.run_id == run.run_id


def test_undo__names_the_runs_it_put_off_the_line(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    gesture = scene.name([1], 0)
    assert gesture.put_off == ()
    first = scene.trained(scene.submit(auto_of=gesture.seq))
    second = scene.trained(scene.submit(who=BEN))
    assert scene.say("undo", who=BEN).put_off == (second.run_id,)
    assert scene.say("redo", who=BEN).put_off == ()
    assert scene.say("undo", who=ANA).put_off == (first.run_id,), "with its gesture"
    assert scene.say("reset", who=ANA).put_off == (second.run_id,)


def test_redo__of_a_gesture_brings_its_names_back_but_not_the_run_that_never_began(
    scene: Scene,
) -> None:
    scene.trained(scene.submit("pretrain"))
    gesture = scene.name([1], 0)
    run = scene.submit(auto_of=gesture.seq)
    scene.say("undo")
    assert scene.store.runs.get(run.run_id).state == "stopped"
    scene.say("redo")
    assert scene.annotation()[1] == 0
    assert run.run_id not in scene.state().run_ids
    again = scene.submit()
    assert (again.run_id != run.run_id, again.state) == (True, "queued")


def test_redo__of_a_gesture_brings_a_run_with_an_epoch_back(scene: Scene) -> None:
    gesture = scene.name([1], 0)
    run = scene.trained(scene.submit(auto_of=gesture.seq))
    scene.say("undo")
    scene.say("redo")
    assert scene.state().run_ids == (run.run_id,)


def test_undo__of_an_update_that_shares_its_run_is_not_for_good(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit()
    shared = scene.submit(who=BEN)
    assert shared.run_id == run.run_id, "coalesced"
    scene.say("undo", who=BEN)
    assert scene.store.runs.get(run.run_id).state == "queued"
    assert scene.state().run_ids == (run.run_id,)
    scene.say("redo", who=BEN)
    assert scene.state().undoable[BEN] == scene.state().seq - 2


def test_undo__of_the_last_update_of_a_run_takes_the_others_redo_along(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit()
    scene.submit(who=BEN)
    scene.say("undo", who=BEN)
    assert BEN in scene.state().redoable
    scene.say("undo")
    assert scene.store.runs.get(run.run_id).state == "stopped"
    assert scene.state().redoable == {}
    assert scene.state().run_ids == ()


def test_undo__of_a_gesture_leaves_its_update_where_another_wants_the_run(scene: Scene) -> None:
    gesture = scene.name([1], 0)
    run = scene.submit(auto_of=gesture.seq)
    scene.name([2], 1, who=BEN)
    scene.submit(who=BEN)
    scene.say("undo")
    scene.say("redo")
    scene.say("undo", who=BEN)
    scene.say("undo", who=BEN)
    assert scene.state().run_ids == (run.run_id,), "its own update stands again"
    assert scene.store.runs.get(run.run_id).state == "queued"


def test_state__of_undone_updates_is_the_same_for_who_folds_anew(scene: Scene) -> None:
    gesture = scene.name([1], 0)
    scene.submit(auto_of=gesture.seq)
    scene.submit(who=BEN)
    scene.say("undo", who=BEN)
    scene.say("undo")
    scene.say("redo")
    mine = scene.state()
    with open_store(scene.store.settings) as other:
        theirs = other.journal.state(scene.id)
    assert (theirs.run_ids, theirs.redoable) == (mine.run_ids, mine.redoable) == ((), {})
    assert theirs.taken_back == mine.taken_back


def test_undo_of_a_reset__brings_back_no_run_that_never_had_a_map(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    learned = scene.trained(scene.submit(), num_epochs=1)
    scene.name([2], 1)
    begun = scene.claim(scene.submit())
    scene.say("reset")
    assert scene.store.runs.get(begun.run_id).state == "stopping"
    scene.say("undo")
    state = scene.state()
    assert learned.run_id in state.run_ids
    assert begun.run_id not in state.run_ids
    assert scene.annotation()[1:3] == [0, 1]
    scene.say("redo")
    scene.say("undo")
    assert scene.state().run_ids == state.run_ids


def test_undo_of_a_reset__is_the_same_for_who_folds_anew(scene: Scene) -> None:
    for at in range(70):  # past the first kept copy of the board
        scene.name([at % 30], at % 2)
    scene.submit()
    for at in range(70):
        scene.name([at % 30], at % 2)
    scene.say("reset")
    scene.say("undo")
    assert scene.state().run_ids == ()
    with open_store(scene.store.settings) as other:
        anew = other.journal.state(scene.id)
    assert anew.run_ids == ()
    assert anew.annotation.tolist() == scene.annotation()
