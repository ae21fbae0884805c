"""Features of a large set, computed by workers in chunks, are those computed at once."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from store.opening import Store
from store.queue import encodings
from store.queue.chunks import Chunk
from tasks.encoding import encode_next, encoded
from tests.store.networks import keep_network, network, put_blobs
from tests.store.scene import Scene

JOB = "f" * 64


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
    np.testing.assert_array_equal(with_chunks, _fresh_features(scene, monkeypatch, 10**9))
    assert len(at_once) == 5
    assert store.chunks.progress(JOB) is None


def _fresh_features(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, least: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Ask for all features anew, the workers where there are `least` samples or more."""
    monkeypatch.setattr(encodings, "LEAST_SAMPLES", least)
    store = scene.store
    row = store.runs.head(scene.id)
    assert row is not None
    found = encodings.Encodings(store.chunks, store.workers, store.artifacts).of(
        row, (60, 128), (1, 8, 8), JOB, lambda: None
    )
    if found is not None:
        return found
    chunk = Chunk(JOB, 0, row.run_id, row.epoch, 0, 60, False, 1)

    return np.frombuffer(encoded(store, chunk), "<f4").reshape(60, -1)


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
