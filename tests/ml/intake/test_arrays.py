import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.intake.arrays import ArrayFile, npy_array, rows_at_once, shape_text
from ml.intake.errors import IntakeError
from ml.intake.members import Member
from ml.intake.sources import open_source
from tests.ml.intake.brought import check_told, damaged, make_folder, make_zip, npy, refused


def member(data: bytes, name: str = "x.npy") -> Member:
    return Member(name, len(data), lambda: io.BytesIO(data))


def header(text: str, version: bytes = b"\1\0") -> bytes:
    size = struct.pack("<H" if version == b"\1\0" else "<I", len(text))
    return b"\x93NUMPY" + version + size + text.encode("latin1")


def declared(shape: str, descr: str = "'<f8'") -> bytes:
    return header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n")


@pytest.mark.parametrize("dtype", ["u1", "<f4", ">i2", "?", "<U3", "S2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows__are_those_that_were_saved(dtype: str, order: str) -> None:
    array = np.asarray(np.arange(60).reshape(10, 2, 3).astype(dtype), order=order)  # type: ignore[call-overload]
    read = npy_array(member(npy(array)))
    assert (read.shape, read.dtype) == (array.shape, array.dtype)
    assert np.array_equal(np.concatenate(list(read.chunks(4))), array)
    assert np.array_equal(read.whole(), array)
    assert np.array_equal(read[3:7], array[3:7])


def test_rows__are_read_from_a_zip_as_from_the_disk(tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 255, (1000, 8, 8)).astype(np.uint8)
    make_zip(tmp_path / "x.zip", {"x.npy": npy(array)})
    make_folder(tmp_path / "x", {"x.npy": npy(array)})
    for name in ("x.zip", "x"):
        read = npy_array(open_source(tmp_path / name, name).members[0])
        assert np.array_equal(np.concatenate(list(read.chunks(300))), array)
        assert np.array_equal(read[990:999], array[990:999])


@pytest.mark.parametrize(
    ("data", "code", "status", "word"),
    [
        (npy(np.array([{}, None])), "pickle_refused", 422, "Python objects"),
        (declared("(100000000000,)"), "too_large", 413, "declares 800 GB; the limit is 4 GB"),
        (declared("(4, 100)") + bytes(100), "truncated", 422, "3,200 bytes"),
        (declared("(-4, -100)") + bytes(3200), "empty", 422, "no values"),
        (declared("(0, 28)"), "empty", 422, "0 x 28"),
        (declared("()") + bytes(8), "empty", 422, "single value"),
        (declared("(4,)", "'<c16'") + bytes(64), "bad_dtype", 422, "complex128"),
        (declared("(4,)", "'<M8[s]'") + bytes(64), "bad_dtype", 422, "datetime"),
        (declared("(4,)", "[('a', '<i4')]") + bytes(64), "bad_dtype", 422, "'a'"),
        (declared("(4,)", "'<U99999999'") + bytes(64), "bad_dtype", 422, "type"),
        (declared("(4,)", "'V0'") + bytes(64), "bad_dtype", 422, "type"),
        (declared("(True,)", "'|u1'") + bytes(64), "", 0, ""),
        (b"\x93NUMPY\1\0", "corrupt", 422, "damaged"),
        (b"\x93NUMPY\7\0" + bytes(90), "corrupt", 422, "damaged"),
        (header("{'a': " + "(" * 5000), "corrupt", 422, "damaged"),
        (header("[" * 9000 + "]" * 9000), "corrupt", 422, "damaged"),
        (header("9" * 60_000), "corrupt", 422, "damaged"),
        (b"", "corrupt", 422, "damaged"),
    ],
)
def test_headers_that_lie__are_refused_before_memory_is_asked_for(
    data: bytes, code: str, status: int, word: str
) -> None:
    if not code:
        assert npy_array(member(data)).shape == (1,)
        return
    with pytest.raises(IntakeError, match=word.replace("(", r"\(")) as error:
        npy_array(member(data))
    assert refused(error) == (code, status)


def test_text_that_ends_early__is_told_while_reading() -> None:
    """Where no size was known, as within gzip."""
    array = ArrayFile("x", (100, 10), np.dtype(np.uint8), lambda: io.BytesIO(bytes(555)))
    with pytest.raises(IntakeError, match="cut off") as error:
        list(array.chunks(20))
    assert refused(error) == ("truncated", 422)


def test_headers_of_python_2__are_read() -> None:
    data = declared("(2L, 3L)", "'|u1'") + bytes(6)
    assert npy_array(member(data)).shape == (2, 3)


def test_column_major__is_read_as_a_whole_up_to_a_limit() -> None:
    array = ArrayFile(
        "x", (40_000, 40_000), np.dtype(np.uint8), lambda: io.BytesIO(), is_column_major=True
    )
    with pytest.raises(IntakeError, match="row-major") as error:
        list(array.chunks(1))
    assert refused(error) == ("too_large", 413)


def test_sizes__for_people() -> None:
    assert shape_text((70_000, 28, 28)) == "70,000 x 28 x 28"
    assert [rows_at_once(size, 256) for size in (0, 784, 80_000, 10**9)] == [256, 256, 100, 1]


@settings(max_examples=300)
@given(st.data())
def test_damaged_files__give_an_array_or_one_error(data: st.DataObject) -> None:
    valid = npy(np.arange(40, dtype=np.float32).reshape(10, 4))
    cells = data.draw(st.one_of(st.binary(max_size=300), st.composite(damaged_npy)(valid)))
    try:
        array = npy_array(member(cells))
        assert array.whole().shape == array.shape
    except IntakeError as error:
        check_told(error.sentence)


def damaged_npy(draw: st.DrawFn, valid: bytes) -> bytes:
    return damaged(valid, draw)
