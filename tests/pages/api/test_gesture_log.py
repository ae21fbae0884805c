"""What a timeline shows of a long journal, of which only the newest part is read."""

import pytest

from pages.api import gesture_log
from pages.api.gesture_log import GestureLogs, timeline
from store.opening import Store
from tests.store.scene import NUM_SAMPLES, Scene, make_scene


@pytest.fixture
def scene(store: Store, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(gesture_log, "SHOWN", 5)
    monkeypatch.setattr(gesture_log, "KEPT", 10)
    return make_scene(store)


def seqs(scene: Scene, logs: GestureLogs) -> list[int]:
    return [entry.event.seq for entry in logs.shown(scene.id, scene.state())]


def test_shown__the_newest_that_stand_however_many_were_taken_back(scene: Scene) -> None:
    logs = GestureLogs(scene.store)
    first = scene.name([0], 0).seq
    kept = [scene.name([nth], nth % 2).seq for nth in range(1, 30)]
    assert seqs(scene, logs) == kept[-5:]
    for _ in range(27):
        scene.say("undo")
    assert seqs(scene, logs) == [first, *kept[:2]]
    assert seqs(scene, GestureLogs(scene.store)) == [first, *kept[:2]]
    added = [scene.name([nth], 0, "ben").seq for nth in range(4)]
    assert seqs(scene, logs) == [kept[1], *added]


def test_shown__nothing_from_before_a_reset(scene: Scene) -> None:
    scene.name([1], 0)
    reset = scene.say("reset").seq
    after = scene.name([2], 1).seq
    assert seqs(scene, GestureLogs(scene.store)) == [reset, after]
    scene.say("undo")
    scene.say("undo")
    assert len(seqs(scene, GestureLogs(scene.store))) == 1


def test_newest__is_the_same_from_whatever_is_in_memory(scene: Scene) -> None:
    for nth in range(60):
        scene.name([nth % NUM_SAMPLES], nth % 2)
    last, logs = scene.state().seq, GestureLogs(scene.store)
    for seq, count in ((20, 5), (last, 3), (30, 8), (last, 50), (25, 400), (last, 10)):
        found = [e.event.seq for e in logs.newest(scene.id, seq, count, NUM_SAMPLES)]
        assert found == list(range(max(0, seq - count) + 1, seq + 1))


def test_timeline__each_gesture_came_after_a_run_on_the_line(scene: Scene) -> None:
    logs = GestureLogs(scene.store)
    first = scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    update = scene.submit()
    scene.name([2], 1, "ben")
    state = scene.state()
    shown = timeline(logs.shown(scene.id, state), state)
    assert [each["after_run"] for each, _ in shown] == [first.run_id, update.run_id]
    assert [author_id for _, author_id in shown] == ["ana", "ben"]


def test_timeline__what_an_update_that_joined_brought_was_said_before_the_run(scene: Scene) -> None:
    first = scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    run = scene.submit()
    scene.name([2], 1, "ben")
    assert scene.submit(who="ben").run_id == run.run_id
    state = scene.state()
    found = timeline(GestureLogs(scene.store).shown(scene.id, state), state)
    assert [told["after_run"] for told, _ in found] == [first.run_id] * 2
