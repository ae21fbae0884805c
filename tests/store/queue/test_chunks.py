"""Chunks of large data: claimed once, retried when a worker dies, put together once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from store.errors import LeaseLostError, NotFoundError
from store.queue.bells import MAX_ATTEMPTS
from store.queue.chunk_records import Chunk
from store.queue.chunks import Chunks, artifact_of
from tests.store.scene import Scene

JOB = "j" * 64
GONE_S = -1.0


@pytest.fixture
def chunks(scene: Scene) -> Chunks:
    """A job of four parts."""
    run = scene.trained(scene.submit("pretrain"))
    for _ in range(2):
        scene.store.chunks.ask(JOB, run.run_id, 1, 35, 10)
    return scene.store.chunks


def claimed(chunks: Chunks, owner: str, lease_s: float = 30.0) -> Chunk:
    chunk = chunks.claim(owner, lease_s)
    assert chunk is not None
    return chunk


def test_job__parts_first_and_the_last_puts_them_together(chunks: Chunks) -> None:
    parts = [claimed(chunks, "one") for _ in range(4)]
    assert [(part.first, part.stop) for part in parts] == [(0, 10), (10, 20), (20, 30), (30, 35)]
    assert chunks.claim("two") is None, "nothing to put together yet"
    for part in parts:
        assert chunks.finish(part, "one", f"part{part.nth}", "0" * 64)
    progress = chunks.progress(JOB)
    assert progress is not None
    assert (progress.state, progress.num_done, progress.num_chunks) == ("working", 4, 5)
    last = claimed(chunks, "two")
    assert (last.is_last, last.first, last.stop) == (True, 0, 35)
    assert chunks.claim("three") is None
    assert [name for name, _ in chunks.parts(JOB)] == ["part0", "part1", "part2", "part3"]
    assert chunks.finish(last, "two", "whole", "1" * 64)
    progress = chunks.progress(JOB)
    assert progress is not None
    assert (progress.state, progress.artifact) == ("done", "whole")
    assert chunks.unwanted(60) == [] == chunks.forget(JOB, 60), "asked for a moment ago"
    named = {"part0", "part1", "part2", "part3", "whole"}
    assert set(chunks.forget(JOB)) == named | {artifact_of(JOB, nth, 1) for nth in range(5)}
    assert chunks.progress(JOB) is None


def test_claim__each_chunk_has_one_owner(chunks: Chunks) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: chunks.claim(f"w{n}"), range(6)))
    assert sorted(chunk.nth for chunk in found if chunk) == [0, 1, 2, 3]


def test_claim__a_dead_workers_chunk_changes_hands(chunks: Chunks) -> None:
    lost = claimed(chunks, "dead", GONE_S)
    again = claimed(chunks, "alive")
    assert (again.nth, again.attempt) == (lost.nth, lost.attempt + 1)
    assert not chunks.finish(lost, "dead", "late", "0" * 64)
    assert chunks.finish(again, "alive", "good", "0" * 64)


def test_claim__a_chunk_that_kills_workers_fails_its_job(chunks: Chunks) -> None:
    for _ in range(MAX_ATTEMPTS):
        assert claimed(chunks, "dead", GONE_S).nth == 0
    assert chunks.claim("alive") is None, "the others would kill theirs as well, for nothing"
    assert chunks.due() == []
    progress = chunks.progress(JOB)
    assert progress is not None
    assert progress.state == "failed"


def test_claim__goes_on_with_sheets_of_which_one_has_failed(scene: Scene) -> None:
    """Each is of use by itself; a disk may have been full for that one alone."""
    chunks = scene.store.chunks
    chunks.ask_sheets(JOB, scene.project.dataset_id, 30, 10)
    chunks.fail(claimed(chunks, "one"), "one")
    assert chunks.due() == [JOB] * 2
    assert [claimed(chunks, "one").nth for _ in range(2)] == [1, 2]


def test_due__rings_for_waiting_chunks_once_in_a_while(chunks: Chunks) -> None:
    assert chunks.due() == [JOB] * 4
    assert chunks.due() == []


def test_claim__features_that_somebody_waits_for_go_first(scene: Scene) -> None:
    chunks = scene.store.chunks
    run = scene.trained(scene.submit("pretrain"))
    chunks.ask_sheets("a" * 64, scene.project.dataset_id, 40, 20)
    chunks.ask("b" * 64, run.run_id, 1, 40, 40)
    assert chunks.due() == ["b" * 64, "a" * 64, "a" * 64]
    taken = [chunks.claim("w") for _ in range(3)]
    assert [chunk and chunk.job_id[0] for chunk in taken] == ["b", "a", "a"]


def test_chunks__go_with_their_project(scene: Scene, chunks: Chunks) -> None:
    chunks.ask_sheets("s" * 64, scene.project.dataset_id, 40, 20)
    scene.store.projects.delete(scene.id)
    assert chunks.claim("one") is None


def test_ask__for_what_was_deleted_meanwhile(scene: Scene) -> None:
    chunks = scene.store.chunks
    with pytest.raises(NotFoundError):
        chunks.ask_sheets("s" * 64, "0" * 64, 40, 20)
    with pytest.raises(NotFoundError):
        chunks.ask("f" * 64, str(uuid.uuid4()), 1, 40, 20)
    assert chunks.claim("w") is None


def test_renew__for_as_long_as_it_is_held(chunks: Chunks) -> None:
    chunk = claimed(chunks, "slow", GONE_S)
    progress = chunks.progress(JOB)
    assert progress is not None
    assert progress.num_working == 0, "its worker counts as dead"
    chunks.renew(chunk, "slow")
    progress = chunks.progress(JOB)
    assert progress is not None
    assert progress.num_working == 1
    assert claimed(chunks, "other").nth == 1, "it is not to be had"
    with pytest.raises(LeaseLostError):
        chunks.renew(chunk, "other")
