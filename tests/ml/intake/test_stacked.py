import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.intake.array_pictures import Part
from ml.intake.arrays import ArrayFile
from ml.intake.stacked import StackedIds, StackedRows

FIRST = np.arange(40, dtype=np.float32).reshape(10, 4)
SECOND = np.arange(28, dtype=np.float64).reshape(7, 4)


def as_file(array: NDArray[Any], opened: list[int], is_column_major: bool = False) -> ArrayFile:
    def opener() -> io.BytesIO:
        opened.append(1)
        return io.BytesIO(array.T.tobytes() if is_column_major else array.tobytes())

    return ArrayFile("x", array.shape, array.dtype, opener, is_column_major)


def test_rows__are_those_of_all_arrays_read_in_one_pass() -> None:
    opened: list[int] = []
    rows = StackedRows([as_file(FIRST, opened), as_file(SECOND, opened)])
    assert (rows.shape, len(rows)) == ((17, 4), 17)
    assert rows.dtype == np.float64
    expected = np.concatenate([FIRST, SECOND])
    read = np.concatenate([rows[i : i + 3] for i in range(0, 17, 3)])
    assert np.array_equal(read, expected)
    assert len(opened) == 2
    assert np.array_equal(rows[4:12], expected[4:12])
    assert np.array_equal(rows[2:3], expected[2:3])
    assert rows[5:5].shape == (0, 4)


def test_column_major__is_read_once() -> None:
    opened: list[int] = []
    rows = StackedRows([as_file(FIRST, opened, is_column_major=True)])
    assert np.array_equal(np.concatenate([rows[:5], rows[5:]]), FIRST)
    assert len(opened) == 1


def test_ids__are_made_as_they_are_asked_for() -> None:
    parts = [Part(as_file(FIRST, []), "a"), Part(as_file(SECOND, []), "b", sample_ids="stuvwxy")]
    ids = StackedIds(parts)
    assert len(ids) == 17
    assert list(ids) == [*(f"a[{i}]" for i in range(10)), *"stuvwxy"]
    assert ids[9:12] == ["a[9]", "s", "t"]
