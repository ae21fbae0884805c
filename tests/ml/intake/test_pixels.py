import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.intake.arrays import ArrayFile
from ml.intake.pixels import Layout, ValueRange, layout_of, range_of, scale_of

BYTES = np.dtype(np.uint8)
FLOATS = np.dtype(np.float32)
FROM_0_TO_1 = ValueRange(0, 1, False, True)
FROM_0_TO_255 = ValueRange(0, 255, True, True)


def as_file(array: NDArray[Any]) -> ArrayFile:
    return ArrayFile("x", array.shape, array.dtype, lambda: io.BytesIO(array.tobytes()))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((28, 20), (1, 28, 20)),
        ((28, 20, 3), (3, 28, 20)),
        ((28, 20, 1), (1, 28, 20)),
        ((28, 20, 4), (4, 28, 20)),
        ((3, 28, 20), (3, 28, 20)),
        ((1, 28, 20), (1, 28, 20)),
        ((784,), (1, 28, 28)),
        ((3072,), (3, 32, 32)),
        ((785,), None),
        ((16,), None),
        ((5, 28, 20), None),
        ((2, 2, 28, 20), None),
        ((), None),
    ],
)
def test_layouts__of_bytes(shape: tuple[int, ...], expected: tuple[int, int, int] | None) -> None:
    found = layout_of(shape, BYTES, FROM_0_TO_255)
    assert (found and (found.channels, found.height, found.width)) == expected


@pytest.mark.parametrize(
    ("values", "is_picture"),
    [
        (FROM_0_TO_1, True),
        (ValueRange(0, 0.996, False, True), True),
        (ValueRange(0, 0.3, False, True), False),
        (ValueRange(0, 0, True, True), True),
        (FROM_0_TO_255, True),
        (ValueRange(0, 16, True, True), True),
        (ValueRange(0, 5.3, False, True), False),
        (ValueRange(-1, 1, False, True), False),
        (ValueRange(0, 4000, True, True), False),
    ],
)
def test_rows_of_numbers__are_pictures_where_they_look_like_brightness(
    values: ValueRange, is_picture: bool
) -> None:
    """An embedding may have 64 or 784 dimensions too."""
    for dtype in (np.float32, np.float64, np.int64):
        assert (layout_of((64,), np.dtype(dtype), values) is not None) == is_picture


def test_arrange__puts_channels_first() -> None:
    planes = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    last = Layout(3, 4, 5, "hwc").arrange(planes.transpose(0, 2, 3, 1))
    first = Layout(3, 4, 5, "chw").arrange(planes)
    assert np.array_equal(last, planes)
    assert np.array_equal(first, planes)


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([0, 100, 255], "u1", [0, 100, 255]),
        ([0, 1, 1], "u1", [0, 255, 255]),
        ([0, 8, 16], "u1", [0, 128, 255]),
        ([0, 1, 0], "?", [0, 255, 0]),
        ([0, 0.5, 1], "f4", [0, 128, 255]),
        ([0, 100.4, 255], "f4", [0, 100, 255]),
        ([-1, 0, 1], "f8", [0, 128, 255]),
        ([0, 8, 16], "f8", [0, 128, 255]),
        ([-2, 0, 2], "f2", [0, 128, 255]),
        ([0, 2000, 4000], "i8", [0, 128, 255]),
        ([0, 2000, 4000], ">u2", [0, 128, 255]),
        ([0, 0, 0], "f4", [0, 0, 0]),
        ([-3, -3, -3], "f4", [0, 0, 0]),
        ([1e300, -1e300, 0], "f8", [255, 0, 128]),
        ([np.inf, np.nan, 1], "f4", [255, 0, 255]),
    ],
)
def test_scale__makes_bytes(values: list[float], dtype: str, expected: list[int]) -> None:
    array = np.array(values).astype(dtype)[:, None]
    scale = scale_of(range_of(as_file(array)), array.dtype)
    assert scale.to_bytes(array)[:, 0].tolist() == expected


def test_range__of_bytes_is_known_early() -> None:
    """Reading all only to find the largest byte would read every file twice."""
    array = np.full((100_000, 16), 200, np.uint8)
    num_opened = []

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            num_opened.append(size)
            return super().read(size)

    file = ArrayFile("x", array.shape, array.dtype, lambda: Counted(array.tobytes()))
    assert range_of(file).high == 200
    assert len(num_opened) == 1


def test_range__knows_what_is_not_finite() -> None:
    found = range_of(as_file(np.array([[0.5], [np.nan], [2.0]], np.float32)))
    assert (found.low, found.high, found.is_finite, found.is_whole) == (0.5, 2.0, False, False)
    nothing = range_of(as_file(np.full((3, 1), np.nan)))
    assert (nothing.low, nothing.high, nothing.is_finite) == (0, 0, False)
