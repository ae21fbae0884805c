"""Frames come back in the order they were drawn, on SQLite and on PostgreSQL."""

import pytest

from store.errors import NotFoundError
from tests.store.scene import Scene, frame_row


def test_after__is_a_cursor_without_gaps_across_attempts(scene: Scene) -> None:
    run = scene.submit("pretrain")
    first = scene.claim(run, "one", -1.0)
    assert [scene.store.frames.add(frame_row(first, e), "one") for e in (0.1, 0.2)] == [1, 2]
    second = scene.claim(run, "two")
    assert scene.store.frames.add(frame_row(second, 0.1), "two") == 3
    assert [(f.n, f.attempt) for f in scene.store.frames.after(run.run_id, 0)] == [
        (1, 1), (2, 1), (3, 2),
    ]  # fmt: skip
    assert [f.n for f in scene.store.frames.after(run.run_id, 1, limit=1)] == [2]
    assert scene.store.frames.after(run.run_id, 3) == []
    assert scene.store.runs.get(run.run_id).last_n == 3


def test_get__names_run_attempt_and_n(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.store.frames.add(frame_row(run, 0.5), "worker")
    frame = scene.store.frames.get(run.run_id, 1, 1)
    assert (frame.epoch, frame.is_snapshot, frame.metrics) == (0.5, False, {})
    for attempt, n in ((2, 1), (1, 2), (1, -1), (10**30, 1), (1, 10**30)):
        with pytest.raises(NotFoundError):
            scene.store.frames.get(run.run_id, attempt, n)
    with pytest.raises(NotFoundError):
        scene.store.frames.get("../" * 100, 1, 1)


def test_after__odd_cursors_find_nothing(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.store.frames.add(frame_row(run, 0.5), "worker")
    assert scene.store.frames.after(run.run_id, 10**30) == []
    assert scene.store.frames.after("no such run", 0) == []
