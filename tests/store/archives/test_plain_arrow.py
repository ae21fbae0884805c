"""A table of samples that would unpack into memory comes in by no archive."""

from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest

from store.archives.adoption import import_project
from store.archives.archive import BadArchiveError
from store.archives.packing import pack_project
from store.archives.plain_arrow import is_plain
from store.datasets.files import TABLE as TABLE_FILE
from store.datasets.files import make_table
from store.opening import Store, open_store
from store.settings import Settings
from tests.store.archives.forging import files_of, signed
from tests.store.archives.test_identity import staged


def written(path: Path, table: pa.Table, compression: str | None = None) -> Path:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_file(path, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=2)
    return path


def never(_: object) -> None:
    pytest.fail("it was read")


TABLE = make_table(["a", "b", "c"], {"note": ["x" * 500, "y" * 500, "z" * 500]})


def test_is_plain__of_what_is_written_as_we_do(tmp_path: Path) -> None:
    assert is_plain(written(tmp_path / "one", TABLE))
    assert is_plain(written(tmp_path / "none", TABLE.slice(0, 0)))
    assert is_plain(staged(tmp_path / "staged", "x", "y", "z").files()[TABLE_FILE])


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_is_plain__not_of_what_is_compressed(tmp_path: Path, compression: str) -> None:
    assert not is_plain(written(tmp_path / "one", TABLE, compression))
    last = pa.concat_tables([TABLE, TABLE])
    assert not is_plain(written(tmp_path / "more", last, compression))


def test_is_plain__not_of_dictionaries_and_what_is_no_table(tmp_path: Path) -> None:
    coded = pa.table({"sample_id": pa.array(["a", "a"]).dictionary_encode()})
    assert not is_plain(written(tmp_path / "coded", coded))
    data = written(tmp_path / "whole", TABLE).read_bytes()
    for nth, part in enumerate((b"", b"ARROW1", data[:100], data[:-20] + data[-10:])):
        path = tmp_path / f"part-{nth}"
        path.write_bytes(part)
        assert not is_plain(path)


def test_import__a_table_that_unpacks_is_refused_unread(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = staged(tmp_path / "samples", "red", "green", "blue")
    dataset = samples.describe("Things", "CSV, things.csv", 0.0)
    kept = store.datasets.adopt(dataset, samples.files(), samples.content())
    file, project = BytesIO(), store.projects.create("Things", kept.dataset_id)
    file.writelines(pack_project(store, project.project_id, with_data=True))
    files = files_of(file.getvalue())
    texts = {"note": ["x" * 1_000_000] * 3}
    bomb = written(tmp_path / "bomb", make_table(["a", "b", "c"], texts), "zstd").read_bytes()
    assert len(bomb) < 10_000
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "elsewhere"})) as elsewhere:
        monkeypatch.setattr(
            "store.archives.identity.pa.ipc.open_file", lambda _: pytest.fail("it was read")
        )
        with pytest.raises(BadArchiveError, match="not as Lodemap writes it"):
            import_project(elsewhere, signed({**files, f"data/{TABLE_FILE}": bomb}))
