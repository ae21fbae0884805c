"""The tree by itself: what it costs where a journal is long, and one person at a time."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from store.journal.event_numbers import Said
from store.journal.fold import Fold
from store.journal.history_tree import Tree
from store.journal.journal import Journal
from store.journal.steps import Step, Steps
from store.records import Event, ProjectState
from tests.store.journal.test_history import here, shape, steps, told
from tests.store.scene import ANA, BEN, Scene, make_scene

NUM_EVENTS = 400


class Counted(Steps):
    """Steps, with how many were looked at."""

    num_looks = 0

    def __getitem__(self, step_id: int) -> Step:
        self.num_looks += 1
        return super().__getitem__(step_id)

    def values(self) -> Any:
        self.num_looks += len(self)
        return super().values()


def said(seq: int, author_id: str, verb: Any = "annotate", **values: Any) -> Event:
    return Event("p", seq, verb, author_id.title(), author_id, datetime.now(UTC), b"", values)


def states() -> Iterator[ProjectState]:
    """States that all look different."""
    state = Fold(2).state()
    for nth in range(NUM_EVENTS):
        yield replace(state, class_places={0: (float(nth), 0.0)})


def counted() -> tuple[Tree, Counted]:
    tree = Tree(Fold(2).state())
    looked = Counted()
    for step in tree.steps.values():
        looked.put(step)
    tree.steps = looked
    return tree, looked


def test_advance__looks_at_few_steps_however_many_there_are() -> None:
    tree, looked = counted()
    for seq, state in enumerate(states(), 1):
        tree.advance(said(seq, (ANA, BEN)[seq % 2]), state)
    assert len(tree.steps) == NUM_EVENTS + 1, "each took turns with the other"
    assert looked.num_looks < 10 * NUM_EVENTS


def test_advance__an_update_looks_at_few_steps_too() -> None:
    tree, looked = counted()
    run_ids: tuple[str, ...] = ()
    for seq, state in enumerate(states(), 1):
        run_ids += (f"run-{seq}",)
        after = replace(state, taught_run_ids=run_ids)
        tree.advance(said(seq, ANA, "update", run_id=run_ids[-1]), after)
    assert len(tree.steps) == NUM_EVENTS + 1
    assert looked.num_looks < 10 * NUM_EVENTS


def test_advance__a_line_of_before_that_is_nowhere_above_costs_nothing() -> None:
    tree, looked = counted()
    for seq, state in enumerate(states(), 1):
        tree.advance(said(seq, ANA, "undo"), replace(state, taught_run_ids=(f"run-{seq}",)))
    assert looked.num_looks < 10 * NUM_EVENTS


def test_of__a_run_that_waits_long_takes_in_all_that_is_said_meanwhile(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit()
    for sample in (2, 3, 4):
        scene.name([sample], 1, BEN)
        assert scene.submit(who=BEN).run_id == run.run_id
    found = shape(scene)
    assert found[:4] == [("start", None), ("gestures", 0), ("run", 5), ("gestures", 1)]
    assert found[4:] == [("gestures", 3), ("gestures", 4)]
    assert here(scene) == 2
    assert [step.taught_run_ids for step in steps(scene)] == [(), (), (run.run_id,), (), (), ()]
    scene.say("undo", who=BEN)
    assert here(scene) == 2


def test_of__an_update_that_joined_one_and_is_taken_back_leaves_the_project_at_the_run(
    scene: Scene,
) -> None:
    scene.name([1], 0, BEN)
    run = scene.submit(who=BEN)
    scene.name([2], 1)
    assert scene.submit().run_id == run.run_id
    scene.say("undo")
    assert scene.state().run_ids == (run.run_id,)
    assert here(scene) == 2
    scene.trained(run)
    scene.name([3], 1)
    scene.say("undo")
    assert here(scene) == 2


def test_said__is_a_value_that_later_ones_leave_alone() -> None:
    first = Said.of((), 3)
    second, other = Said.of(first, 5), Said.of(first, 6)
    assert (list(first), list(second), list(other)) == ([3], [3, 5], [3, 6])
    assert (second[-1], list(second[1:]), len(second)) == (5, [5], 2)
    with pytest.raises(IndexError):
        first[1]


def test_of__one_long_history_holds_up_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, events = make_scene(scene.store), Journal.events
    begun, go_on = threading.Event(), threading.Event()

    def slow(self: Journal, project_id: str, *args: Any, **kwargs: Any) -> list[Event]:
        if project_id == scene.id:
            begun.set()
            assert go_on.wait(20)
        return events(self, project_id, *args, **kwargs)

    monkeypatch.setattr(Journal, "events", slow)
    asking = threading.Thread(target=lambda: told(scene), daemon=True)
    asking.start()
    assert begun.wait(20)
    quick = threading.Thread(target=lambda: told(other), daemon=True)
    quick.start()
    quick.join(10)
    is_held_up = quick.is_alive()
    go_on.set()
    asking.join(20)
    assert not is_held_up
