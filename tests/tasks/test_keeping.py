"""From an import to a project: both a data set and a project, or neither."""

import io
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update

from ml.intake.records import Options
from store.errors import DiskFullError
from store.intake.records import Intake
from store.opening import Store, open_store
from store.settings import Settings
from store.sql.tables import DATASET
from tasks.intake import IntakeDesk
from tasks.keeping import Choices
from tests.other_disk import other_disk
from tests.tasks.test_intake import npz, sent, told_so, until, wait_for


@pytest.fixture
def desk(store: Store) -> Iterator[IntakeDesk]:
    with closing(IntakeDesk(store)) as opened:
        yield opened


def read(store: Store, desk: IntakeDesk, data: bytes, name: str = "things.npz") -> Intake:
    intake = sent(store, data, name)
    desk.read(intake, Options())
    ready = until(store, intake, "ready", "failed")
    assert ready.error is None
    return ready


def files_of(store: Store) -> list[Path]:
    root = Path(store.settings.artifacts_url)
    return [path for path in root.rglob("*") if path.is_file()]


def test_keep__a_project_that_cannot_be_made_leaves_no_data_set(
    store: Store, desk: IntakeDesk
) -> None:
    ready = read(store, desk, npz())
    with store.database.write() as connection:  # as a disk that is full just then
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON project BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    desk.keep(ready, Choices("Things"))
    failed = until(store, ready, "failed")
    assert failed.error is not None
    assert failed.error["code"] == "server_error"
    assert (store.datasets.list(), files_of(store)) == ([], [])
    with store.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    desk.read(failed, Options())
    desk.keep(until(store, ready, "ready"), Choices("Things"))
    until(store, ready, "kept")
    assert len(store.datasets.list()) == 1


def test_keep__one_sample_makes_no_map(store: Store, desk: IntakeDesk) -> None:
    picture = io.BytesIO()
    Image.new("L", (12, 12), 200).save(picture, "PNG")
    ready = read(store, desk, picture.getvalue(), "one.png")
    desk.keep(ready, Choices("One"))
    told = wait_for(lambda: told_so(store, ready))
    assert told.error["message"].startswith("A map needs 2 samples or more")
    assert store.datasets.list() == []


def test_keep__a_data_set_of_others_stays_when_a_project_cannot_be_made(
    store: Store, desk: IntakeDesk
) -> None:
    desk.keep(first := read(store, desk, npz()), Choices("First"))
    until(store, first, "kept")
    second = read(store, desk, npz())
    with store.database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON project BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    desk.keep(second, Choices("Second"))
    until(store, second, "failed")
    assert store.datasets.samples(store.datasets.list()[0].dataset_id).images.shape[0] == 30


def test_keep__what_nobody_expected_is_told_and_logged(
    store: Store, desk: IntakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    ready = read(store, desk, npz())
    (ready.staged / "table.arrow").write_bytes(b"damaged")
    with caplog.at_level(logging.ERROR):
        desk.keep(ready, Choices("Things"))
        failed = until(store, ready, "failed")
    assert failed.error == {
        "code": "server_error",
        "message": "Something went wrong on the server; its log says what. Try again.",
    }
    assert [each.exc_info is not None for each in caplog.records] == [True]


def test_keep__where_there_is_no_room_says_how_much_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = other_disk(tmp_path)
    settings = Settings.from_env(
        {}, {"data_dir": tmp_path / "data", "artifacts_url": str(other / f"lodemap{tmp_path.name}")}
    )
    with open_store(settings) as store, closing(IntakeDesk(store)) as desk:
        ready = read(store, desk, npz(3000))
        monkeypatch.setattr("store.files.disk.SPARE_BYTES", 2**60)
        desk.keep(ready, Choices("Things"))
        told = wait_for(lambda: told_so(store, ready))
        assert told.error["code"] == DiskFullError.code
        assert told.error["message"].startswith("The data set needs 0.3 MB, and 0.0 MB are free")
        assert (store.datasets.list(), files_of(store)) == ([], [])
        monkeypatch.undo()
        desk.keep(told, Choices("Things"))
        dataset_id = until(store, ready, "kept").dataset_id or ""
        assert store.datasets.get(dataset_id).num_samples == 3000
        store.projects.delete(ready.intake_id)
    Path(settings.artifacts_url, "datasets").rmdir()
    Path(settings.artifacts_url).rmdir()


CSV = "id,x0,x1,note\na,1,2,{}\nb,3,4,{}\n"


def test_keep__samples_with_other_texts_are_another_data_set(
    store: Store, desk: IntakeDesk
) -> None:
    ids = []
    for notes in (("red", "blue"), ("red", "green"), ("red", "blue")):
        ready = read(store, desk, CSV.format(*notes).encode(), "things.csv")
        desk.keep(ready, Choices("Things", held_out=0.0))
        ids.append(until(store, ready, "kept").dataset_id or "")
    assert ids[0] == ids[2] != ids[1]
    assert [store.datasets.texts(each, 1)["note"] for each in ids[:2]] == ["blue", "green"]


def test_keep__tells_how_samples_were_made_also_of_a_set_that_did_not_know(
    store: Store, desk: IntakeDesk
) -> None:
    made = []
    for _ in range(2):
        ready = read(store, desk, npz())
        desk.keep(ready, Choices("Things"))
        until(store, ready, "kept")
        (dataset,) = store.datasets.list()
        made.append(dataset.about)
        with store.database.write() as connection:  # as an earlier Lodemap wrote it
            connection.execute(update(DATASET).values(about='{"source": "NPZ, things.npz"}'))
    assert made[0].recipe == {"made_from": "arrays", "black": 0, "white": 255}
    assert (made[1].recipe, made[1].treatment) == (made[0].recipe, made[0].treatment)
