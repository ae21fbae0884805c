"""What is no archive, or no longer the one that was written, is refused in one sentence."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ml.errors import LodemapError
from store.archives.adoption import import_project
from store.archives.archive import FORMAT_VERSION, BadArchiveError, NewerArchiveError
from store.archives.packing import pack_project
from store.opening import Store, open_store
from store.settings import Settings
from tests.store.archives.forging import changed_rows, files_of, put, signed, zipped
from tests.store.archives.story import tell
from tests.store.scene import make_scene

OF_NO_LENGTH = '{"preset": "lodemap", "latent_dim": 2%s}'


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive with its data."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    with open_store(Settings.from_env({}, {"data_dir": folder})) as store:
        scene = make_scene(store)
        tell(scene)
        file = io.BytesIO()
        file.writelines(pack_project(store, scene.id, with_data=True))
        return file.getvalue()


@pytest.fixture
def empty(store: Store) -> Iterator[Store]:
    """A store that must be as empty afterwards."""
    yield store
    assert store.projects.list(include_archived=True) == []
    assert store.datasets.list() == []
    root = Path(store.settings.artifacts_url)
    assert [path for path in root.rglob("*") if path.is_file()] == []


def refused(store: Store, file: io.BytesIO, match: str = r"\.$") -> LodemapError:
    with pytest.raises(BadArchiveError, match=match) as caught:
        import_project(store, file)
    sentence = caught.value.sentence
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    return caught.value


@pytest.mark.parametrize("counts", [[1], "x", 5, False])
def test_refused__counts_that_are_no_object(empty: Store, whole: bytes, counts: object) -> None:
    files = files_of(whole)
    manifest = json.loads(files["manifest.json"])
    refused(
        empty,
        zipped(files | {"manifest.json": json.dumps(manifest | {"counts": counts}).encode()}),
        "incomplete",
    )


def test_refused__what_is_no_archive(empty: Store, whole: bytes) -> None:
    refused(empty, io.BytesIO(b""), "cut off")
    refused(empty, io.BytesIO(b"PK\x03\x04 and so on"), "cut off")
    refused(empty, zipped({"a.txt": b"hello"}), "no archive of a Lodemap project")
    for size in (10, 1000, len(whole) // 2, len(whole) - 1):
        refused(empty, io.BytesIO(whole[:size]))


def test_refused__flipped_bits(empty: Store, whole: bytes) -> None:
    """Wherever a byte changes, the archive is refused, or what it says is the same."""
    for name in ("rows/event.jsonl", "project.json", "data/images.npy"):
        files = files_of(whole)
        data = bytearray(files[name])
        data[len(data) // 2] ^= 1
        refused(empty, zipped({**files, name: bytes(data)}), "changed")
    stored = bytearray(whole)
    at = whole.index(b"weights of epoch 2")
    stored[at] ^= 1
    refused(empty, io.BytesIO(bytes(stored)))


def test_refused__a_newer_version(empty: Store, whole: bytes) -> None:
    files = files_of(whole)
    manifest = json.loads(files["manifest.json"]) | {"format_version": FORMAT_VERSION + 1}
    files["manifest.json"] = json.dumps(manifest).encode()
    error = refused(empty, zipped(files), "newer Lodemap")
    assert isinstance(error, NewerArchiveError)


def test_refused__bombs(empty: Store, whole: bytes) -> None:
    files = files_of(whole)
    bomb = signed({**files, "rows/event.jsonl": b" " * (100 * 2**20)})
    assert len(bomb.getvalue()) < 2**20
    refused(empty, bomb, "would unpack to")


def test_refused__members_no_archive_has(empty: Store, whole: bytes) -> None:
    files = files_of(whole)
    for name in (
        "../../evil",
        "/abs",
        "artifacts/../../x",
        "artifacts/UPPER",
        "C:\\w",
        "notes.txt",
    ):
        refused(empty, signed({**files, name: b"x"}), "which no archive of a project has")
    refused(empty, zipped({**files, "stray": b"x"}), "changed")
    refused(empty, signed({**files, "artifacts/stray.frame": b"x"}), "nothing names")


def test_refused__two_members_of_one_name(empty: Store, whole: bytes) -> None:
    file = zipped(files_of(whole))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("project.json", b"{}")
    refused(empty, file, "two files of one name")


@pytest.mark.parametrize(
    ("member", "at", "values"),
    [
        ("event", 0, {"seq": 7}),
        ("event", 0, {"seq": True}),
        ("event", 0, {"verb": "explode"}),
        ("event", 0, {"author": "a\u202eb"}),
        ("event", 0, {"author": "a\x00b"}),
        ("event", 0, {"author": " Ana"}),
        ("event", 0, {"author": "Rene\u0301"}),
        ("event", 0, {"author_id": "a" * 101}),
        ("event", 0, {"author_id": "a\u202eb"}),
        ("run", 1, {"author": "Ana "}),
        ("run", 1, {"author": "a\u202eb"}),
        ("run", 1, {"author_id": "a" * 101}),
        ("run", 0, {"author_id": "a\u202eb"}),
        ("run", 0, {"author_id": 7}),
        ("event", 0, {"values_json": '{"class_index": 0, "name": "x ", "color": 0}'}),
        ("event", 0, {"values_json": "[]"}),
        ("event", 0, {"values_json": '{"class_index": 30000, "name": "x", "color": 1}'}),
        ("event", 0, {"values_json": '{"class_index": 0, "name": "x", "color": 10000}'}),
        ("event", 0, {"values_json": '{"class_index": 0, "name": "\\u202e", "color": 0}'}),
        ("event", 2, {"values_json": '{"class_index": 5}'}),
        ("event", 2, {"samples": "!!"}),
        ("event", 2, {"samples": "AP//AAA="}),
        ("event", 2, {"created_at": 1e300}),
        ("event", 2, {"key": "k" * 101}),
        ("event", 2, {"surprise": 1}),
        ("event", 3, {"values_json": '{"run_id": "nobody"}'}),
        ("run", 0, {"run_id": "../../etc/passwd"}),
        ("run", 0, {"config": "{}"}),
        ("run", 0, {"state": "asleep"}),
        ("run", 0, {"kind": "control"}),
        ("run", 1, {"parent_run_id": "nobody"}),
        ("run", 1, {"kind": "pretrain"}),
        ("run", 1, {"position": 0}),
        ("run", 1, {"journal_seq": 9999}),
        ("frame", 0, {"run_id": "nobody"}),
        ("frame", 0, {"artifact": "datasets/x/images.npy"}),
        ("frame", 1, {"n": 1}),
        ("snapshot", 0, {"metrics": "NaN"}),
        ("snapshot", 0, {"epoch": 1}),
        ("snapshot", 0, {"epoch": 2**30}),
        ("snapshot", 0, {"metrics": '{"loss": "<b>"}'}),
        ("run", 0, {"last_epoch": 2**30}),
        ("run", 0, {"receipt": "[" * 5000}),
        ("run", 0, {"created_at": 1e300}),
        ("run", 0, {"started_at": -1.0}),
        ("run", 0, {"started_at": None}),
        ("run", 0, {"ended_at": 2.0**33 + 1}),
        ("run", 0, {"ended_at": None}),
        ("run", 0, {"config": OF_NO_LENGTH % ""}),
        ("run", 0, {"config": OF_NO_LENGTH % ', "num_epochs": 0'}),
        ("run", 0, {"config": OF_NO_LENGTH % ', "num_epochs": 2.5'}),
    ],
)
def test_refused__rows_that_cannot_be(
    empty: Store, whole: bytes, member: str, at: int, values: dict[str, Any]
) -> None:
    files, name = files_of(whole), f"rows/{member}.jsonl"
    refused(empty, signed({**files, name: changed_rows(files[name], put(**values), at)}))


@pytest.mark.parametrize("ancestors", [{1: 1}, {1: 2, 2: 1}])
def test_refused__a_run_that_is_its_own_ancestor(
    empty: Store, whole: bytes, ancestors: dict[int, int]
) -> None:
    files, name = files_of(whole), "rows/run.jsonl"
    ids = [json.loads(line)["run_id"] for line in files[name].splitlines()]
    data = files[name]
    for at, parent in ancestors.items():
        data = changed_rows(data, put(parent_run_id=ids[parent], parent_epoch=2), at)
    refused(empty, signed({**files, name: data}), "run 1 is not one")


def test_refused__class_indices_with_a_gap(empty: Store, whole: bytes) -> None:
    """The next class would get the index of one that is there."""
    files, name = files_of(whole), "rows/event.jsonl"
    last = json.loads(files[name].splitlines()[-1])
    values = json.dumps({"class_index": 7, "name": "far", "color": 0})
    made = last | {"seq": last["seq"] + 1, "verb": "add_class", "key": "far", "samples": ""}
    added = json.dumps(made | {"values_json": values}).encode() + b"\n"
    refused(empty, signed({**files, name: files[name] + added}), "a class that cannot be")


def test_refused__frames_of_another_map(empty: Store, whole: bytes) -> None:
    files = files_of(whole)
    name = next(name for name in files if name.endswith(".frame"))
    for data in (b"", b"junk", files[name][:-1]):
        refused(empty, signed({**files, name: data}), "not of a map")


def test_refused__other_data_than_the_id_says(empty: Store, whole: bytes) -> None:
    files = files_of(whole)
    images = bytearray(files["data/images.npy"])
    images[-1] ^= 1
    refused(empty, signed({**files, "data/images.npy": bytes(images)}), "not the one its id names")
    for data in (b"", b"\x93NUMPY junk", files["data/label.npy"]):
        refused(empty, signed({**files, "data/images.npy": data}))


def test_refused__more_samples_than_there_are(empty: Store, whole: bytes) -> None:
    """Said before memory is taken for two billion annotations."""
    files = files_of(whole)
    said = json.loads(files["dataset.json"]) | {"num_samples": 2**31 - 1}
    refused(empty, signed({**files, "dataset.json": json.dumps(said).encode()}), "has fewer")


def test_accepted__what_was_only_packed_anew(store: Store, whole: bytes) -> None:
    assert import_project(store, signed(files_of(whole))).name.startswith("project ")


def test_accepted__rows_that_leave_out_what_has_a_default(store: Store, whole: bytes) -> None:
    """An older Lodemap may know fewer columns, and not of every row."""
    files = files_of(whole)
    data = changed_rows(files["rows/run.jsonl"], lambda row: row.pop("receipt"), 1)
    data = changed_rows(data, lambda row: [row.pop(n) for n in ("num_strikes", "error")], 0)
    project = import_project(store, signed({**files, "rows/run.jsonl": data}))
    assert len(store.runs.of_project(project.project_id)) == 3
