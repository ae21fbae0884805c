"""Parquet files that are damaged, lie, or are large."""

import io
import multiprocessing
import signal
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ml.intake.cells import to_words
from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member
from ml.intake.parquet_sizes import BATCH_BYTES, dictionary_bytes
from ml.intake.parquet_table import open_parquet
from ml.intake.records import Batch, Options
from ml.intake.sources import Source
from ml.intake.vectors import open_tables
from tests.ml.intake.brought import check_found, refused
from tests.ml.intake.rows import parquet_of, read_rows

SMALL = parquet_of({"id": ["a", "b", "c"], "x": [1.0, 2.0, 3.0], "v": [[1.0], [2.0], [3.0]],
                    "image": [b"x", b"y", None]})  # fmt: skip

APART = multiprocessing.get_context("forkserver")
"""As an import is decoded: pyarrow ends the process where a footer's histograms have false lengths
(apache/arrow issue 45283 tells of them), and the person is told that the file is damaged."""
APART.set_forkserver_preload([__name__])


def member_of(data: bytes | bytearray) -> Member:
    return Member("a.parquet", len(data), lambda: io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SMALL[:-1], "corrupt_parquet"),
        (SMALL[: len(SMALL) // 2], "corrupt_parquet"),
        (b"PAR1", "corrupt_parquet"),
        (b"PAR1" + bytes(100) + b"PAR1", "corrupt_parquet"),
        (parquet_of(pa.table([[1], [2]], names=["x", "x"])), "duplicate_column"),
        (parquet_of({"x": pa.array([], pa.float32())}), "empty"),
        (parquet_of({"name": ["a"]}), "no_numbers"),
        (parquet_of({"v": pa.array([None, []], pa.list_(pa.float32()))}), "no_numbers"),
        (parquet_of({"v": [np.zeros(4097)]}), "too_many_dimensions"),
        (parquet_of({"nested": [[["x"]]]}), "no_numbers"),
    ],
)
def test_broken_parquet__gets_one_sentence(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(IntakeError) as error:
        read_rows(tmp_path, {"a.parquet": data})
    assert refused(error)[0] == code


def test_too_many_rows__are_refused_by_the_footer() -> None:
    buffer = io.BytesIO()
    table = pa.table({"x": pa.repeat(pa.scalar(1, pa.int8()), 2_000_000)})
    with parquet.ParquetWriter(buffer, table.schema) as writer:
        for _ in range(6):
            writer.write_table(table)
    assert buffer.tell() < 100_000  # a bomb: it would take 48 MB as float32
    with pytest.raises(IntakeError, match="12,000,000 rows; the limit is 10,000,000"):
        open_parquet(member_of(buffer.getvalue()))


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6),
    st.sampled_from([0, 0, 0, 1, 50]),
)
def test_damaged_bytes__are_read_or_refused(changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(SMALL[: len(SMALL) - cut])
    for at, value in changes:
        damaged[at % len(damaged)] = value
    child = APART.Process(target=read_whole, args=(bytes(damaged),))
    child.start()
    child.join(60)
    assert child.exitcode in ((0,) if damaged == SMALL else (0, -signal.SIGABRT))


def read_whole(data: bytes) -> None:
    warnings.simplefilter("error")
    source = Source("a.parquet", "file", (member_of(data),))
    for each in check_found(lambda: open_tables(source, Options())):
        assert np.isfinite(each.values).all()


def test_reading__keeps_no_rows() -> None:
    """What Arrow holds does not grow with what was read."""
    vectors = np.random.default_rng(0).normal(size=(40_000, 64)).astype(np.float32)
    cells = pa.FixedSizeListArray.from_arrays(vectors.ravel(), 64)
    source = Source("a.parquet", "file", (member_of(parquet_of({"v": cells})),))
    before, most, count = pa.total_allocated_bytes(), 0, 0
    for each in open_tables(source, Options()).read():
        assert isinstance(each, Batch)
        count += len(each.values)
        most = max(most, pa.total_allocated_bytes() - before)
    assert count == 40_000
    assert most < vectors.nbytes


def test_class_names_that_are_no_text__are_passed_over() -> None:
    said = b'{"info": {"features": {"x": {"names": ["%s"], "_type": "ClassLabel"}}}}'
    table = pa.table({"x": [0]})
    for word, names in ((b"cat", ("cat",)), (b"\\ud800", ())):
        data = parquet_of(table.replace_schema_metadata({b"huggingface": said % word}))
        assert open_parquet(member_of(data)).class_names("x") == names


def test_labels__of_lists_and_of_what_has_fields_are_words() -> None:
    lists = pa.array([["cat", "old"], None, []])
    assert to_words(lists) == ["cat, old", None, None]
    assert to_words(pa.array([{"a": 1}, None])) == ["{'a': 1}", None]


def test_batches__are_as_short_as_the_dictionary_of_pictures_is_large() -> None:
    large, count = bytes(BATCH_BYTES // 4), 40
    data = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([large]))
    table = pa.table({"image": pa.StructArray.from_arrays([data], ["bytes"])})
    file = io.BytesIO()
    parquet.write_table(table, file, store_schema=False, dictionary_pagesize_limit=2**30,
                        compression="none")  # fmt: skip
    chunk = parquet.ParquetFile(file).metadata.row_group(0).column(0)
    assert dictionary_bytes(file, chunk) == len(large) + 4  # its length stands before it
    told_of_none = SimpleNamespace(
        dictionary_page_offset=None, data_page_offset=4, physical_type="BYTE_ARRAY"
    )
    assert dictionary_bytes(file, told_of_none) == len(large) + 4
    data_page = SimpleNamespace(
        dictionary_page_offset=None,
        data_page_offset=chunk.data_page_offset,
        physical_type="BYTE_ARRAY",
    )
    assert dictionary_bytes(file, data_page) == 0
    assert dictionary_bytes(io.BytesIO(bytes(20)), told_of_none) == BATCH_BYTES
    found = [batch.num_rows for batch in open_parquet(member_of(file.getvalue()))
             .batches(["image"], 32)]  # fmt: skip
    assert max(found) == 3
    assert sum(found) == count


def test_batches__of_numbers_are_as_long_as_they_may_be() -> None:
    """Whatever dictionary their writer tried: here one of a megabyte for lists of 384."""
    values = np.random.default_rng(0).normal(size=(2000, 384)).astype(np.float32)
    data = parquet_of({"v": pa.FixedSizeListArray.from_arrays(values.ravel(), 384)})
    found = [batch.num_rows for batch in open_parquet(member_of(data)).batches(["v"], 1500)]
    assert found == [1500, 500]


def test_list__of_one_number_many_times_is_refused_by_the_footer() -> None:
    many = pa.array(np.ones(50_000_000, np.float32))  # 200 MB in some hundred bytes
    lists = pa.ListArray.from_arrays(pa.array([0, len(many) - 1, len(many)], pa.int32()), many)
    table = open_parquet(member_of(parquet_of({"v": lists})))
    with pytest.raises(TooLargeError, match="expands") as error:
        next(table.batches(["v"], 2))
    assert refused(error)[0] == "bomb"


def test_batches__of_long_words_are_unfolded_in_parts() -> None:
    word, count = np.random.default_rng(0).bytes(BATCH_BYTES // 8).hex(), 40
    said = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([word]))
    file = io.BytesIO()
    table = pa.table({"x": np.arange(count), "note": said})
    parquet.write_table(table, file, store_schema=False, dictionary_pagesize_limit=2**30)
    found = list(open_parquet(member_of(file.getvalue())).batches(["x", "note"], 32))
    assert pa.concat_arrays([each["x"] for each in found]).to_pylist() == list(range(count))
    assert {each["note"][0].as_py() for each in found} == {word}
    assert max(each["note"].nbytes for each in found) <= BATCH_BYTES * 1.01
