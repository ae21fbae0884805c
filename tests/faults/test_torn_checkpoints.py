"""F27: a checkpoint that is cut off anywhere, or has a bit flipped anywhere, is never used."""

import struct
from pathlib import Path

import pytest

from ml.errors import BadCheckpointError
from ml.networks.checkpoint import unpack_checkpoint
from store.errors import ArtifactDamagedError
from store.opening import Store
from store.records import Run
from tasks.fine_tune import run_fine_tune
from tasks.starting_point import newest_intact
from tasks.workbench import Workbench
from tests.contract.workplace import SHORT, put_samples

pytestmark = pytest.mark.faults
NUM_PLACES = 40
LENGTH = struct.Struct("<Q")


@pytest.fixture
def run(store: Store) -> Run:
    """A run that has ended, with a checkpoint of each epoch."""
    project = store.projects.create("p", put_samples(store).dataset_id)
    run = store.runs.submit(project.project_id, "pretrain", SHORT, "Ana", "a", "key")
    run_fine_tune(run.run_id, store, Workbench("cpu"), "one")
    return store.runs.get(run.run_id)


def path_of(store: Store, run: Run, epoch: int) -> Path:
    return store.artifacts.local_path(store.runs.snapshot(run.run_id, epoch).checkpoint)


def places_in(whole: bytes) -> list[int]:
    """Return places all over a file, and those around the end of its length, header and tensors."""
    (header,) = LENGTH.unpack(whole[: LENGTH.size])
    seams = (0, LENGTH.size, LENGTH.size + header, len(whole))
    spread = range(0, len(whole), len(whole) // NUM_PLACES)
    near = {seam + step for seam in seams for step in (-1, 0, 1)}
    return sorted(at for at in {*near, *spread} if 0 <= at < len(whole))


def test_start__passes_over_a_checkpoint_that_is_cut_off_anywhere(store: Store, run: Run) -> None:
    last = run.last_epoch
    path = path_of(store, run, last)
    whole = path.read_bytes()
    for at in places_in(whole):
        path.write_bytes(whole[:at])
        check_falls_back(store, run, f"cut off at {at}")
    path.write_bytes(whole + b"\0")
    check_falls_back(store, run, "longer than it was")
    path.write_bytes(whole)
    found = newest_intact(run.run_id, last, store, Workbench("cpu"))
    assert (found.row and found.row.epoch, found.note) == (last, None)


def test_start__passes_over_a_checkpoint_with_a_bit_flipped_anywhere(
    store: Store, run: Run
) -> None:
    path = path_of(store, run, run.last_epoch)
    whole = path.read_bytes()
    for nth, at in enumerate(places_in(whole)):
        torn = bytearray(whole)
        torn[at] ^= 1 << nth % 8
        path.write_bytes(torn)
        check_falls_back(store, run, f"a bit of byte {at}")


def check_falls_back(store: Store, run: Run, what: str) -> None:
    """Check that the epoch before is used, its own bytes, and that somebody is told."""
    row = store.runs.snapshot(run.run_id, run.last_epoch)
    with pytest.raises(ArtifactDamagedError):
        store.artifacts.read(row.checkpoint, row.sha256)
    found = newest_intact(run.run_id, run.last_epoch, store, Workbench("cpu"))
    assert found.row is not None, what
    assert found.row.epoch == run.last_epoch - 1, what
    assert found.note == (
        f"The checkpoint of epoch {run.last_epoch} was damaged; "
        f"epoch {run.last_epoch - 1} was used."
    )


def test_unpack_checkpoint__refuses_what_is_cut_off_in_a_sentence(store: Store, run: Run) -> None:
    """Also where no checksum was asked for, as of a file that somebody brings."""
    whole = path_of(store, run, run.last_epoch).read_bytes()
    for at in places_in(whole):
        with pytest.raises(BadCheckpointError):
            unpack_checkpoint(whole[:at])
