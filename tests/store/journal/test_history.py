"""What happened, as lines and as a tree: runs, gestures between them, branches, names."""

import pytest

from ml.errors import InvalidInputError
from store.errors import LockedError, NotFoundError
from store.journal.history import Told
from store.journal.lines import LINE_BYTES
from store.journal.steps import Step
from tests.store.scene import ANA, BEN, Scene, make_scene


def told(scene: Scene) -> Told:
    return scene.store.history.of(scene.id)


def steps(scene: Scene) -> list[Step]:
    return list(told(scene).steps.values())


def shape(scene: Scene) -> list[tuple[str, int | None]]:
    """Kind of each step and the place of the one it follows in the list."""
    found = steps(scene)
    place = {step.step_id: n for n, step in enumerate(found)}
    return [(s.kind, None if s.parent_id is None else place[s.parent_id]) for s in found]


def here(scene: Scene) -> int:
    return [step.step_id for step in steps(scene)].index(told(scene).here)


def taught(scene: Scene) -> Scene:
    """Classes, a pretraining, two gestures of Ana, an Update, a gesture of Ben, an Update."""
    scene.trained(scene.submit("pretrain"))
    scene.name([1, 2], 0)
    scene.name([3], 1)
    scene.trained(scene.submit())
    scene.name([4], 1, BEN)
    scene.trained(scene.submit(who=BEN))
    return scene


LINE = [("start", None), ("gestures", 0), ("run", 1), ("gestures", 2), ("run", 3)]


def test_of__a_run_and_the_gestures_before_it_are_steps(scene: Scene) -> None:
    taught(scene)
    assert shape(scene) == LINE
    assert here(scene) == 4
    assert [step.author for step in steps(scene)[1:]] == ["Ana", "Ana", "Ben", "Ben"]
    assert [len(step.taught_run_ids) for step in steps(scene)] == [0, 0, 1, 1, 2]


def test_of__gestures_of_another_person_are_another_step(scene: Scene) -> None:
    scene.name([1], 0)
    scene.name([2], 0, BEN)
    scene.say("clear", [1], BEN)
    assert shape(scene) == [("start", None), ("gestures", 0), ("gestures", 1)]


def test_of__undoing_an_update_goes_back_to_the_step_before_it(scene: Scene) -> None:
    taught(scene)
    scene.say("undo", who=BEN)
    assert (shape(scene), here(scene)) == (LINE, 3)
    scene.name([5], 0)
    assert (shape(scene), here(scene)) == ([*LINE, ("gestures", 3)], 5)


def test_of__undo_within_a_step_belongs_to_it(scene: Scene) -> None:
    scene.name([1], 0)
    scene.name([2], 0)
    scene.say("undo")
    assert shape(scene) == [("start", None), ("gestures", 0)]
    scene.say("undo")
    assert here(scene) == 0
    scene.say("redo")
    scene.say("redo")
    assert steps(scene)[-1].parent_id == 0


def test_of__a_checkout_goes_back_and_what_follows_is_a_branch(scene: Scene) -> None:
    taught(scene)
    at = steps(scene)[2].seq
    scene.say("checkout", to=at, expected=scene.state().seq, name="Spread it out")
    assert (shape(scene), here(scene)) == (LINE, 2)
    scene.name([6], 0)
    scene.trained(scene.submit())
    assert shape(scene) == [*LINE, ("gestures", 2), ("run", 5)]
    assert [step.branch for step in steps(scene)[5:]] == ["Spread it out", ""]
    for _ in range(3):
        scene.say("undo")
    assert here(scene) == 4


def test_of__a_run_that_waits_takes_in_what_is_said_meanwhile(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit()
    scene.name([2], 1, BEN)
    assert scene.submit(who=BEN).run_id == run.run_id
    assert shape(scene) == [("start", None), ("gestures", 0), ("run", 3), ("gestures", 1)]
    assert steps(scene)[3].taught_run_ids == ()
    assert here(scene) == 2
    scene.say("undo", who=BEN)  # the other Update still asks for the run
    assert here(scene) == 2
    scene.say("undo")
    assert here(scene) == 3


def test_of__a_reset_goes_back_to_the_beginning_of_the_names(scene: Scene) -> None:
    taught(scene)
    scene.say("reset")
    assert here(scene) == 0


def test_lines__say_what_each_event_did_then(scene: Scene) -> None:
    scene.name([1, 2], 0)
    scene.name([2, 3], 1, BEN)
    scene.say("undo", who=BEN)
    first, second, back = told(scene).lines[-3:]
    assert (first.chosen.tolist(), first.before.tolist()) == ([1, 2], [-1, -1])
    assert (second.before.tolist(), second.after.tolist()) == ([0, -1], [1, 1])
    assert (back.chosen.tolist(), back.changed.tolist()) == ([], [2, 3])
    assert (back.before.tolist(), back.after.tolist()) == ([1, 1], [0, -1])
    assert [line.is_of(3) for line in (first, second, back)] == [False, True, True]
    assert steps(scene)[1].num_named == 2


def test_lines__grow_with_the_journal(scene: Scene) -> None:
    before = told(scene)
    scene.name([1], 0)
    assert len(told(scene).lines) == len(before.lines) + 1
    assert len(before.lines) == before.state.seq


def test_name__is_kept_changed_and_taken_away(scene: Scene) -> None:
    taught(scene)
    history, step = scene.store.history, steps(scene)[2].step_id
    history.name(scene.id, step, "  The good one ", ANA)
    assert history.names(scene.id) == {step: "The good one"}
    history.name(scene.id, step, "Better", BEN)
    assert history.names(scene.id) == {step: "Better"}
    history.name(scene.id, step, "", BEN)
    assert history.names(scene.id) == {}


def test_name__refuses_what_it_cannot_name(scene: Scene) -> None:
    history = scene.store.history
    with pytest.raises(InvalidInputError, match="no step 999"):
        history.name(scene.id, 999, "x", ANA)
    with pytest.raises(InvalidInputError, match="limit is 60"):
        history.name(scene.id, 0, "x" * 61, ANA)
    scene.store.projects.set_archived(scene.id, True)
    with pytest.raises(LockedError, match="archived"):
        history.name(scene.id, 0, "x", ANA)
    with pytest.raises(NotFoundError):
        history.of("11111111-2222-3333-4444-555555555555")


def test_line__of_samples_that_were_all_the_same_keeps_their_ids_alone(scene: Scene) -> None:
    before = len(told(scene).lines)
    scene.name(list(range(30)), 0)
    scene.name(list(range(20, 35)), 1)
    first, second = told(scene).lines[before:]
    assert first.num_bytes == LINE_BYTES + 4 * 30
    assert second.num_bytes == LINE_BYTES + 4 * 15 + 2 * 15, "some had a name, others none"
    assert (first.was, second.was) == (((-1, 30),), ((0, 10), (-1, 5)))
    assert (first.before.tolist(), first.after.tolist()) == ([-1] * 30, [0] * 30)
    assert second.before.tolist() == [0] * 10 + [-1] * 5


def test_of__lets_the_histories_go_that_take_too_much(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_scene(scene.store)
    first = told(scene)
    told(other)
    history = scene.store.history
    assert len(history._kept) == 2
    monkeypatch.setattr("store.journal.history.HISTORY_BYTES", 1)
    assert told(scene).state.seq == first.state.seq
    assert list(history._kept) == [scene.id], "the one in use stays"
