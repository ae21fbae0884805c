"""Own data in, everything out, where this app's process trains and where Celery workers do."""

import io
import zipfile

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from store.archives.packing import pack_project
from store.exports.catalogue import Wanted, open_table
from store.intake.records import Intake
from store.records import Project
from store.snapshots.seen import see
from tasks.keeping import Choices
from tasks.network_export import network_zip
from tests.contract.workplace import SHORT, Workplace, until
from tests.tasks.test_intake import ANA, npz
from tests.tasks.test_intake_fetch import served

NUM = 60


def waited(place: Workplace, intake: Intake, state: str) -> Intake:
    """Return an import once it has come to a state; one that failed says why."""

    def is_there() -> bool:
        now = place.store.intakes.get(intake.intake_id)
        assert now.error is None
        return now.state == state

    until(is_there, f"the import to be {state}")
    return place.store.intakes.get(intake.intake_id)


def kept(place: Workplace, intake: Intake, name: str) -> Project:
    """Make a project of an import that is being read."""
    desk = place.backend.desk
    desk.keep(waited(place, intake, "ready"), Choices(name))
    done = waited(place, intake, "kept")
    assert done.project_id is not None
    return place.store.projects.get(done.project_id)


def test_data__is_fetched_learned_taken_out_and_opened_again(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, desk = place.store, place.backend.desk
    data = npz(NUM)
    with served(monkeypatch, "things", data=data):
        fetched = store.intakes.create("things", len(data), "Ana", ANA, {"key": "things"})
        desk.fetch(fetched)
        project = kept(place, fetched, "Fetched")
    assert place.wait_for_end(place.submit(SHORT, project).run_id).state == "finished"
    assert places_of(place, project.project_id).shape == (NUM, 2)
    assert predictions_of(place, project.project_id) == NUM
    network = b"".join(network_zip(store.settings, see(store, project.project_id)))
    with zipfile.ZipFile(io.BytesIO(network)) as archive:
        assert {"network.onnx", "network.safetensors", "README.md"} <= set(archive.namelist())
    whole = b"".join(pack_project(store, project.project_id, True))
    sent = store.intakes.create("saved.lodemap", len(whole), "Ana", ANA)
    desk.complete(store.intakes.append(sent.intake_id, ANA, 0, whole))
    again = kept(place, sent, "Opened again")
    assert again.project_id != project.project_id
    before, after = (places_of(place, each.project_id) for each in (project, again))
    np.testing.assert_array_equal(before, after)


def places_of(place: Workplace, project_id: str) -> NDArray[np.float32]:
    found = open_table(place.store, project_id, Wanted("embedding", "npy"))
    array = np.load(io.BytesIO(b"".join(found.chunks)), allow_pickle=False)
    assert isinstance(array, np.ndarray)
    return array


def predictions_of(place: Workplace, project_id: str) -> int:
    found = open_table(place.store, project_id, Wanted("predictions", "parquet"))
    return int(pq.read_table(io.BytesIO(b"".join(found.chunks))).num_rows)
