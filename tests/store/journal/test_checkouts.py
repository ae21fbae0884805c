"""Going back to an earlier position: exact, append-only, and taken back by an undo."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import InvalidInputError
from store.errors import StaleHistoryError
from store.journal.fold import Fold
from store.records import Gesture, ProjectState
from tests.store.scene import ANA, BEN, Scene
from tests.store.stories import AUTHORS, NUM, say, story, tell


def shown(state: ProjectState) -> Any:
    """All a page shows of a state but for whose undo is next."""
    pins = (state.pins.ids.tolist(), state.pins.places.tolist(), state.pins.seq.tolist())
    return state.annotation.tolist(), pins, state.classes, state.class_places, state.taught_run_ids


@settings(max_examples=60)
@given(story, st.data())
def test_checkout__gives_exactly_what_was_and_its_undo_what_is(
    script: list[Any], data: st.DataObject
) -> None:
    fold = tell(script)
    to = data.draw(st.integers(0, fold.seq))
    who = data.draw(st.sampled_from(AUTHORS))
    before = fold.state()
    if not say(fold, "checkout", [], who, {"to": to, "expected": fold.seq}):
        return
    assert shown(fold.state()) == shown(Fold.of(NUM, fold.events[:to]).state())
    assert shown(Fold.of(NUM, fold.events).state()) == shown(fold.state())
    assert say(fold, "undo", [], who, {})
    assert shown(fold.state()) == shown(before)
    assert fold.state().undoable.keys() == before.undoable.keys()
    assert say(fold, "redo", [], who, {})
    assert shown(fold.state()) == shown(Fold.of(NUM, fold.events[:to]).state())


def test_checkout__takes_labels_and_map_back_together(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1, 2], 0)
    first = scene.trained(scene.submit())
    there = scene.state()
    scene.name([3], 1, BEN)
    second = scene.trained(scene.submit(who=BEN))
    ack = scene.say("checkout", to=there.seq, expected=scene.state().seq)
    assert ack.put_off == (second.run_id,)
    assert scene.annotation()[:4] == [-1, 0, 0, -1]
    head = scene.store.runs.head(scene.id)
    assert head is not None
    assert head.run_id == first.run_id
    branch = scene.trained(scene.submit())
    assert scene.state().run_ids[-2:] == (first.run_id, branch.run_id)
    scene.say("undo")
    scene.say("undo")
    assert scene.annotation()[3] == 1
    assert scene.state().run_ids[-1] == second.run_id


def test_checkout__leaves_nothing_to_undo_that_does_not_stand(scene: Scene) -> None:
    scene.name([1], 0)
    at = scene.state().seq
    scene.name([2], 0, BEN)
    scene.say("checkout", to=at, expected=at + 1)
    assert BEN not in scene.state().undoable
    scene.say("undo")
    assert scene.state().undoable[BEN] == at + 1


def test_checkout__of_two_at_once_one_is_told_to_look_again(scene: Scene) -> None:
    scene.name([1], 0)
    at = scene.state().seq
    scene.name([2], 0, BEN)
    scene.name([3], 0, BEN)
    scene.say("checkout", to=at, expected=at + 2)
    before = scene.state()
    with pytest.raises(StaleHistoryError, match=r"Ana changed the project meanwhile"):
        scene.say("checkout", who=BEN, to=at + 1, expected=at + 2)
    assert shown(scene.state()) == shown(before)
    assert scene.state().seq == before.seq


def test_checkout__stops_a_run_that_waits_and_it_is_gone_for_good(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    at = scene.name([1], 0).seq
    run = scene.submit()
    scene.say("checkout", to=at, expected=scene.state().seq)
    assert scene.store.runs.get(run.run_id).state == "stopped"
    scene.say("undo")
    assert run.run_id not in scene.state().run_ids


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"to": 99}, "no position 99"),
        ({"to": -1}, "from 0"),
        ({"to": "x"}, "from 0"),
        ({"to": 3}, "there already"),
        ({"to": 2, "name": ""}, "empty"),
        ({"to": 2, "name": "x" * 61}, "limit is 60"),
        ({"to": 2, "off": []}, "takes no value"),
    ],
)
def test_checkout__refuses_in_one_sentence(
    scene: Scene, values: dict[str, Any], words: str
) -> None:
    scene.name([1], 0)
    with pytest.raises(InvalidInputError, match=words):
        scene.say("checkout", **{"expected": scene.state().seq, **values})


def test_checkout__sent_twice_is_done_once(scene: Scene) -> None:
    scene.name([1], 0)
    at = scene.state().seq
    scene.name([2], 0)
    said = Gesture("checkout", "once", values={"to": at, "expected": at + 1})
    acks = [scene.store.journal.append(scene.id, said, "Ana", ANA) for _ in range(2)]
    assert [ack.is_duplicate for ack in acks] == [False, True]
    event = scene.store.journal.event(scene.id, acks[0].seq)
    assert event.values == {"to": at, "off": [at + 1], "on": []}


def test_annotate__may_say_that_it_settles_a_disagreement(scene: Scene) -> None:
    ack = scene.say("annotate", [1], class_index=0, settles=True)
    assert scene.store.journal.event(scene.id, ack.seq).values["settles"] is True
    with pytest.raises(InvalidInputError, match="settles"):
        scene.say("annotate", [1], class_index=0, settles=1)


def test_redo__of_a_checkout_ends_with_the_next_one(scene: Scene) -> None:
    at = scene.name([1], 0).seq
    scene.name([2], 0, BEN)
    scene.say("checkout", to=at, expected=scene.state().seq)
    scene.say("undo")
    assert ANA in scene.state().redoable
    scene.say("checkout", who=BEN, to=at, expected=scene.state().seq)
    assert ANA not in scene.state().redoable
    scene.say("undo", who=BEN)
    assert scene.annotation()[:3] == [-1, 0, 0]
