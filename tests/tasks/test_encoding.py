"""Features of a large set, computed by workers in chunks, are those computed at once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from store.opening import Store
from store.queue import encodings
from store.queue.chunk_records import Chunk
from store.queue.chunks import artifact_of
from store.queue.encodings import sweep
from tasks import encoding
from tasks.encoding import encode_next, encoded
from tests.store.networks import keep_network, network, put_blobs
from tests.store.scene import Scene

JOB = "f" * 64
LAST_BIT = 1e-6
"""By how much a processor that adds fewer rows in another order may differ: 1.2e-7 was seen."""


@pytest.fixture
def scene(store: Store) -> Scene:
    """A project of 60 samples whose map has a real network."""
    project = store.projects.create("p", put_blobs(store), class_names=("left",))
    found = Scene(store, project)
    keep_network(found, found.submit("pretrain"), network("lodemap"))
    return found


@pytest.fixture
def workers(store: Store) -> Iterator[None]:
    """Two workers that take whatever chunk there is."""
    is_over = threading.Event()

    def work(name: str) -> None:
        while not is_over.wait(0.01):
            encode_next(store, name)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    store.workers.beat("w0", "ready", "cpu", "team")
    yield
    is_over.set()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("workers")
def test_outlook__of_a_large_set_is_worked_out_by_the_workers(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, claimed = scene.store, []
    claim = store.chunks.claim

    def noted(owner: str) -> Chunk | None:
        chunk = claim(owner)
        if chunk is not None:
            claimed.append(chunk)
        return chunk

    monkeypatch.setattr(store.chunks, "claim", noted)
    monkeypatch.setattr(encodings, "VALUES_PER_PART", 64 * 16)
    at_once = store.outlooks.alike(scene.id, 3, 5).ids
    with_chunks = _fresh_features(scene, monkeypatch, 1)
    assert sorted(chunk.nth for chunk in claimed) == [0, 1, 2, 3, 4]
    at_a_time = _fresh_features(scene, monkeypatch, 10**9)
    np.testing.assert_allclose(with_chunks, at_a_time, rtol=0, atol=LAST_BIT)
    assert len(at_once) == 5
    num_claimed = len(claimed)
    np.testing.assert_array_equal(_fresh_features(scene, monkeypatch, 1), with_chunks)
    assert len(claimed) == num_claimed, "another app that asks finds what was done"
    monkeypatch.setattr(encodings, "KEPT_S", -60.0)
    sweep(store.chunks, store.artifacts)
    assert store.chunks.progress(JOB) is None
    assert files_of(store) == []


def files_of(store: Store) -> list[str]:
    folder = Path(store.settings.artifacts_url) / "encodings"
    return [path.name for path in folder.rglob("*") if path.is_file()]


def _fresh_features(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, least: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Ask for all features anew, the workers where there are `least` samples or more."""
    monkeypatch.setattr(encodings, "LEAST_SAMPLES", least)
    store = scene.store
    store.workers.beat("w0", "ready", "cpu", "team")
    row = store.runs.head(scene.id)
    assert row is not None
    found = encodings.Encodings(store.chunks, store.workers, store.artifacts).of(
        row, (60, 128), (1, 8, 8), JOB, lambda: None
    )
    if found is not None:
        return found
    chunk = Chunk(JOB, 0, row.run_id, row.epoch, 0, 60, False, 1)

    return np.frombuffer(encoded(store, chunk, lambda: None), "<f4").reshape(60, -1)


def test_encode__what_cannot_be_done_is_given_up(scene: Scene) -> None:
    store, row = scene.store, scene.store.runs.head(scene.id)
    assert row is not None
    store.artifacts.write(row.checkpoint, b"nonsense", durable=False)
    store.chunks.ask(JOB, row.run_id, row.epoch, 60, 30)
    assert encode_next(store, "w")
    progress = store.chunks.progress(JOB)
    assert progress is not None
    assert progress.state == "failed"


def test_encode__nothing_waits(store: Store) -> None:
    assert not encode_next(store, "w")


def asked(scene: Scene, num_parts: int = 2) -> None:
    row = scene.store.runs.head(scene.id)
    assert row is not None
    scene.store.chunks.ask(JOB, row.run_id, row.epoch, 60, 60 // num_parts)


def test_sweep__of_a_job_given_up_leaves_no_file(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even that of a worker that died before its row named it."""
    store = scene.store
    asked(scene)
    assert encode_next(store, "w")
    dead = store.chunks.claim("dead", -1.0)
    assert dead is not None
    store.artifacts.write(artifact_of(JOB, dead.nth, dead.attempt), b"half", durable=False)
    sweep(store.chunks, store.artifacts)
    assert len(files_of(store)) == 2, "it may still be wanted"
    monkeypatch.setattr(encodings, "KEPT_S", -60.0)
    sweep(store.chunks, store.artifacts)
    assert (files_of(store), store.chunks.progress(JOB)) == ([], None)


def test_of__does_not_wait_for_workers_that_are_all_busy(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encodings, "IDLE_S", 0.2)
    monkeypatch.setattr(encodings, "LOOK_S", 0.02)
    scene.store.workers.beat("w0", "busy", "cpu", "team")
    row = scene.store.runs.head(scene.id)
    assert row is not None
    monkeypatch.setattr(encodings, "LEAST_SAMPLES", 1)
    found = encodings.Encodings(scene.store.chunks, scene.store.workers, scene.store.artifacts).of(
        row, (60, 128), (1, 8, 8), JOB, lambda: None
    )
    assert found is None
    assert scene.store.chunks.progress(JOB) is None, "nobody does in vain what nobody wants"


def test_encode__renews_its_lease_while_it_puts_parts_together(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(scene)
    monkeypatch.setattr(encoding, "RENEW_S", -1.0)
    renewed: list[int] = []
    renew = scene.store.chunks.renew

    def noted(chunk: Chunk, *given: object) -> None:
        renewed.append(chunk.nth)
        renew(chunk, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.store.chunks, "renew", noted)
    while encode_next(scene.store, "w"):
        pass
    count = [renewed.count(nth) for nth in range(3)]
    assert count == [3, 3, 3], "before and after each step, and to write"


def test_encode__what_another_worker_has_by_now_is_left_to_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = scene.store
    asked(scene, 1)
    claim = store.chunks.claim
    monkeypatch.setattr(store.chunks, "claim", lambda owner: claim(owner, -1.0))

    def taken(*_: object) -> bytes:
        assert claim("another") is not None
        return b"late"

    monkeypatch.setattr(encoding, "encoded", taken)
    assert encode_next(store, "slow")
    progress = store.chunks.progress(JOB)
    assert progress is not None
    assert (progress.state, progress.num_working, files_of(store)) == ("working", 1, [])
