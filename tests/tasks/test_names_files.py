"""Tables of names that lie about their size take no memory of the app."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from ml.errors import LodemapError
from ml.intake.errors import IntakeError
from ml.intake.members import file_member
from ml.intake.parquet_table import ParquetTable
from ml.intake.tables import open_table
from store.annotations.files import MOST_BYTES
from tasks.child_start import ROOT
from tasks.names_files import read_apart
from tests.small_disk import files_up_to

CELL_BYTES = 300_000_000
GROWN = """
import json, re, sys
from pathlib import Path
from ml.errors import LodemapError
import tasks.names_files, store.annotations.files
read = tasks.names_files.read_apart if APART else store.annotations.files.read_annotations
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
at = peak()
try:
    read(Path(sys.argv[1]), "names.parquet")
    said = ""
except LodemapError as error:
    said = error.sentence
print(json.dumps([said, (peak() - at) * 1024]))
"""


def varint(number: int, length: int) -> bytes:
    """A number as Thrift writes it, on so many bytes: those that are too many say nothing."""
    number *= 2  # zigzag
    parts = [(number >> 7 * nth) & 0x7F | 0x80 for nth in range(length)]
    return bytes([*parts[:-1], parts[-1] & 0x7F])


def forged(path: Path, num_bytes: int = CELL_BYTES) -> Path:
    """A table of one row, whose one cell is said to be small where the footer tells sizes."""
    table = pa.table({"sample_id": ["x" * num_bytes], "class_name": ["cat"]})
    parquet.write_table(
        table, path, compression="zstd", use_dictionary=False, write_statistics=False
    )
    size = parquet.ParquetFile(path).metadata.row_group(0).column(0).total_uncompressed_size
    length = (2 * size).bit_length() // 7 + 1
    data = path.read_bytes()
    footer = data.rindex(varint(size, length))
    path.write_bytes(data[:footer] + varint(900, length) + data[footer + length :])
    return path


@pytest.fixture(scope="module")
def lie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return forged(tmp_path_factory.mktemp("lie") / "names.parquet")


def grown(path: Path, *, apart: bool) -> tuple[str, int]:
    """What a process like the app is told, and by how many bytes it grew meanwhile."""
    command = [sys.executable, "-c", GROWN.replace("APART", str(apart)), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said, num_bytes = json.loads(done.stdout)
    return said, num_bytes


def test_forged__says_that_it_is_small(lie: Path) -> None:
    table = open_table(file_member(lie, "names.parquet"))
    assert isinstance(table, ParquetTable)
    assert table.unpacked_bytes(["sample_id"]) < 1000
    assert lie.stat().st_size < MOST_BYTES / 100


def test_read_apart__a_forged_footer_takes_no_memory_of_the_app(lie: Path) -> None:
    said, num_bytes = grown(lie, apart=True)
    assert "300,000,000 bytes" in said
    assert num_bytes < 50_000_000
    assert grown(lie, apart=False)[1] > CELL_BYTES, "what it would take without the child"


def test_read_apart__a_table_that_takes_too_much_is_refused_in_a_sentence(lie: Path) -> None:
    with pytest.raises(LodemapError) as caught:
        read_apart(lie, "names.parquet", memory_bytes=256 * 2**20)
    assert caught.value.status in (413, 422)
    assert caught.value.sentence.endswith(".")


def test_read_apart__reads_what_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text("sample_id,class_name\na,cat\nb,\n'=c,dög\n", encoding="utf-8")
    file = read_apart(path, "names.csv")
    assert file.sample_id.to_pylist() == ["a", "'=c"]
    assert file.class_name.to_pylist() == ["cat", "dög"]
    assert (file.num_empty, file.has_guards, len(file.sha256)) == (1, True, 64)
    path.write_text("sample_id,class_name\na,0\nb,-1\n", encoding="utf-8")
    file = read_apart(path, "names.csv")
    assert (file.num_empty, file.num_minus_one) == (1, 1)
    path.write_text("sample_id,class_name\na,\n", encoding="utf-8")
    assert len(read_apart(path, "names.csv").sample_id) == 0


def test_read_apart__refuses_what_is_none_as_before(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"\x80\x04junk")
    with pytest.raises(LodemapError) as caught:
        read_apart(path, "names.csv")
    assert caught.value.status in (415, 422)


def test_read_apart__a_process_that_ends_without_a_word_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "upload"
    path.write_text("sample_id,class_name\na,cat\n", encoding="utf-8")
    monkeypatch.setattr("tasks.child_start.sys.executable", "/bin/false")
    with pytest.raises(IntakeError, match="made the process crash"):
        read_apart(path, "names.csv")


def test_read_apart__a_process_that_the_kernel_ends_says_that_memory_was_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, killed = tmp_path / "upload", tmp_path / "killed"
    path.write_text("sample_id,class_name\na,cat\n", encoding="utf-8")
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o700)
    monkeypatch.setattr("tasks.child_start.sys.executable", str(killed))
    with pytest.raises(LodemapError, match="more memory than the server has left") as caught:
        read_apart(path, "names.csv")
    assert (caught.value.code, caught.value.status) == ("too_large", 413)


def test_read_apart__on_a_full_disk_says_so(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text("sample_id,class_name\na,cat\n", encoding="utf-8")
    with files_up_to(100), pytest.raises(LodemapError, match="The disk is full") as caught:
        read_apart(path, "names.csv")
    assert (caught.value.code, caught.value.status) == ("disk_full", 507)
