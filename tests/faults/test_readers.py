"""A browser that was away or is slow gets all it missed, and nothing twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.opening import Store
from tests.pages.web import Served, packed, serve
from tests.store.scene import Scene

pytestmark = pytest.mark.faults
NUM_SAMPLES = 60
NUM_MISSED = 150


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path) as running:
        yield running


def run_with_frames(store: Store, project_id: str, num_epochs: int) -> str:
    """Let a worker that is only rows do a whole pretraining."""
    scene = Scene(store, store.projects.get(project_id))
    return scene.trained(scene.submit("pretrain"), num_epochs).run_id


def test_reader__that_slept_gets_all_it_missed_at_once(served: Served) -> None:
    project = served.project(NUM_SAMPLES)
    path = f"/api/projects/{project.project_id}"
    sleeper, speaker = served.browser(), served.browser()
    before = sleeper.get(f"{path}/state").json
    for number in range(NUM_MISSED):
        samples = packed([number % NUM_SAMPLES], NUM_SAMPLES)
        body = {"key": f"k{number}", "verb": "mark_unsure", "samples": samples}
        assert speaker.post(f"{path}/gestures", body).status == 200
    run_id = run_with_frames(served.store, project.project_id, 30)
    awake = sleeper.get(f"{path}/state?digest={before['digest']}").json
    assert awake["seq"] == before["seq"] + NUM_MISSED
    assert [gesture["seq"] for gesture in awake["gestures"]] == list(
        range(before["seq"] + 1, awake["seq"] + 1)
    )
    again = sleeper.get(f"{path}/state?digest={awake['digest']}").json
    assert again["unchanged"], "nothing comes twice"
    frames = sleeper.get(f"/api/runs/{run_id}/frames?after=0").json["frames"]
    assert [frame["n"] for frame in frames] == list(range(1, 31))
    later = sleeper.get(f"/api/runs/{run_id}/frames?after={frames[9]['n']}").json["frames"]
    assert later == frames[10:]
    assert sleeper.get(f"/api/runs/{run_id}/frames?after=30").json["frames"] == []


def test_reader__that_is_slow_is_given_the_newest_in_an_answer_of_bounded_size(
    served: Served,
) -> None:
    """The server keeps nothing for anybody: what a slow browser passes over is not queued."""
    project = served.project(NUM_SAMPLES)
    run_id = run_with_frames(served.store, project.project_id, 620)
    slow = served.browser()
    first = slow.get(f"/api/runs/{run_id}/frames?after=0").json["frames"]
    assert len(first) == 500
    rest = slow.get(f"/api/runs/{run_id}/frames?after={first[-1]['n']}").json["frames"]
    assert [frame["n"] for frame in first + rest] == list(range(1, 621))
    skipped = slow.get(f"/api/runs/{run_id}/frames?after=610").json["frames"]
    assert [frame["n"] for frame in skipped] == list(range(611, 621))
