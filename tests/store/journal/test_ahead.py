"""No checkout leaves a map on the line that learned what it left, on SQLite and on PostgreSQL."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ml.errors import LodemapError
from ml.records import RunConfig
from store.journal.fold import Fold
from store.opening import Store
from store.records import Event, Run
from tests.store.scene import ANA, BEN, NUM_SAMPLES, Scene, make_scene

WHO = st.sampled_from([ANA, BEN])
deed = st.one_of(
    st.tuples(st.sampled_from(["name", "name", "submit", "submit", "auto"]), WHO),
    st.tuples(st.just("share"), WHO),
    st.tuples(st.sampled_from(["undo", "undo", "redo", "reset", "vary", "adopt"]), WHO),
    st.tuples(st.just("checkout"), WHO, st.integers(0, 100)),
    st.tuples(st.sampled_from(["train", "train", "begin"]), st.just("")),
)


def events_of(scene: Scene) -> list[Event]:
    return scene.store.journal.events(scene.id, limit=5000)


def went_back(events: list[Event]) -> dict[int, tuple[int, int]]:
    """Of each checkout that stands: where it went back to, and the event that did so last."""
    found = dict[int, tuple[int, int]]()
    for event in events:
        aim = events[event.values["target"] - 1] if event.verb in ("undo", "redo") else event
        if aim.verb == "checkout" and event.verb != "undo":
            found[aim.seq] = (aim.values["to"], event.seq)
    off = Fold.of(NUM_SAMPLES, events).switches.off
    return {seq: span for seq, span in found.items() if seq not in off}


def assert_in_order(scene: Scene) -> None:
    """Hold the rule of `store/journal/ahead.py` against every run on the line."""
    events, state = events_of(scene), scene.state()
    spans = went_back(events).values()
    for run_id in state.run_ids:
        run = scene.store.runs.get(run_id)
        asked = [e.seq for e in events if e.values.get("run_id") == run_id and state.stands(e)]
        for to, since in spans if run.attempt and run.kind != "pretrain" else ():
            is_fine = run.journal_seq <= to or run.journal_seq >= since or max(asked) > since
            assert is_fine, (run.number, run.journal_seq, (to, since), asked)


def live(scene: Scene) -> list[Run]:
    runs = scene.store.runs.of_project(scene.id)
    runs += [each.run for each in scene.store.variants.newest(scene.id)]
    return [run for run in runs if run.ended_at is None]


def do(scene: Scene, verb: str, who: str, share: int = 0) -> None:
    """Do it as far as the rules allow."""
    now = scene.state().seq
    if verb in ("train", "begin"):
        for run in live(scene):
            _work(scene, run, is_whole=verb == "train")
    elif verb == "checkout":
        scene.say("checkout", who=who, to=share * now // 100, expected=now)
    elif verb in ("vary", "adopt"):
        _try_out(scene, verb, who, now)
    elif verb in ("undo", "redo", "reset"):
        scene.say(verb, who=who)  # type: ignore[arg-type]
    else:
        _teach(scene, verb, who, now)


def _teach(scene: Scene, verb: str, who: str, now: int) -> None:
    if verb == "share":  # an Update that others join while it waits
        for each, author in enumerate((who, ANA, BEN)):
            scene.name([(now + each) % 30], each % 2, author)
            scene.submit(who=author)
        return
    named = None if verb == "submit" else scene.name([now % 30], now % 2, who).seq
    if verb != "name":
        scene.submit(who=who, auto_of=named)


def _try_out(scene: Scene, verb: str, who: str, now: int) -> None:
    if verb == "vary":
        scene.store.variants.submit(
            scene.id, [RunConfig("annotate-vae", seed=now)], who, who, f"vary-{now}"
        )
        return
    for each in scene.store.variants.newest(scene.id):
        scene.store.variants.adopt(each.run.run_id, who, who, f"adopt-{now}")


def _work(scene: Scene, run: Run, is_whole: bool) -> None:
    store = scene.store.leases
    if run.state == "queued" and store.claim(run.run_id, "worker") is None:
        return
    if scene.store.runs.get(run.run_id).state == "stopping":
        store.finish(run.run_id, "worker", "stopped")
    elif is_whole:
        scene.commit(scene.store.runs.get(run.run_id), 1)
        store.finish(run.run_id, "worker", "finished")


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a shorter story takes minutes to find
)
@given(steps=st.lists(deed, max_size=40))
def test_any_history__leaves_no_run_on_the_line_that_is_ahead(
    store: Store, steps: list[tuple[Any, ...]]
) -> None:
    scene = make_scene(store)
    scene.trained(scene.submit("pretrain"), num_epochs=1)
    for step in steps:
        try:
            do(scene, *step)
        except LodemapError:
            continue
        assert_in_order(scene)
    anew, state = Fold.of(NUM_SAMPLES, events_of(scene)).state(), scene.state()
    assert (anew.taught_run_ids, anew.taken_back) == (state.run_ids[1:], state.taken_back)


def two_updates_of_one_run(scene: Scene) -> Run:
    """Ana's Update waits, Ben names a sample, and his joins it; then it is learned (6 events)."""
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    run = scene.submit()
    scene.name([2], 1, BEN)
    assert scene.submit(who=BEN).run_id == run.run_id
    return scene.trained(run)


def test_checkout__takes_a_run_off_the_line_that_learned_what_came_after(scene: Scene) -> None:
    run = two_updates_of_one_run(scene)
    scene.say("checkout", to=4, expected=6)
    assert scene.annotation()[1:3] == [0, -1]
    assert run.run_id not in scene.state().run_ids, "it knows of Ben's sample"
    scene.say("undo")
    assert scene.state().run_ids[-1] == run.run_id
    assert scene.state().undoable == {ANA: 4, BEN: 6}
    scene.say("redo")
    assert run.run_id not in scene.state().run_ids


def test_checkout__that_takes_a_learning_run_off_asks_it_to_stop_for_good(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit()
    scene.name([2], 1, BEN)
    scene.claim(scene.submit(who=BEN))
    scene.say("checkout", to=4, expected=6)
    assert scene.store.runs.get(run.run_id).state == "stopping"
    scene.say("undo")
    assert scene.state().run_ids == ()


def test_checkout__leaves_a_run_that_still_waits_to_learn_what_stands(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit()
    scene.name([2], 1, BEN)
    scene.submit(who=BEN)
    scene.say("checkout", to=4, expected=6)
    assert scene.state().run_ids == (run.run_id,)
    assert scene.store.runs.get(run.run_id).journal_seq == 7


def test_redo_of_a_checkout__takes_along_what_learned_since_it_was_undone(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    scene.name([2], 1, BEN)
    scene.say("checkout", to=3, expected=4)
    scene.say("undo")
    run = scene.trained(scene.submit(who=BEN))
    scene.say("redo")
    assert scene.annotation()[1:3] == [0, -1]
    assert run.run_id not in scene.state().run_ids
    scene.say("undo")
    assert scene.state().run_ids[-1] == run.run_id
    assert scene.state().undoable[BEN] == 7


def test_undo_of_a_checkout__brings_no_run_back_that_a_later_one_left(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit()
    scene.name([2], 1, BEN)
    scene.submit(who=BEN)
    scene.say("checkout", to=4, expected=6)
    scene.name([3], 1, BEN)
    scene.trained(scene.submit(who=BEN))
    scene.say("checkout", who=BEN, to=7, expected=9)
    assert scene.state().run_ids == ()
    scene.say("undo")
    assert scene.annotation()[1:4] == [0, 1, -1]
    assert run.run_id not in scene.state().run_ids, "it knows of the third sample"


def test_undo_of_a_checkout__gives_everybody_their_redo_back(scene: Scene) -> None:
    at = scene.name([1], 0).seq
    later = scene.name([2], 0, BEN).seq
    scene.name([3], 0)
    scene.say("undo", who=BEN)
    scene.say("checkout", to=at, expected=later + 2)
    assert scene.state().redoable == {}, "what came after is not there to be brought back"
    scene.say("undo")
    assert scene.state().redoable[BEN] == later
    scene.say("redo", who=BEN)
    assert scene.annotation()[1:4] == [0, 0, 0]


def test_undo_of_a_checkout__gives_no_redo_back_over_a_new_gesture(scene: Scene) -> None:
    at = scene.name([1], 0).seq
    scene.name([2], 0, BEN)
    scene.name([3], 0)
    scene.say("undo", who=BEN)
    scene.say("checkout", to=at, expected=at + 3)
    scene.name([4], 1, BEN)
    scene.say("undo")
    assert BEN not in scene.state().redoable
