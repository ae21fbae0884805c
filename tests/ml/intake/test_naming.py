import pytest

from ml.intake.naming import class_name, class_of_drawings, class_of_records
from store.names import clean_name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cat", "cat"),
        ("  big cat ", "big cat"),
        ("cafe\u0301", "caf\u00e9"),
        ("猫", "猫"),
        ("ग\u200cर", "ग\u200cर"),
        ("a\x00b\u202ec\n", "abc"),
        ("\u200b \t", None),
        ("", None),
        ("x" * 500, "x" * 200),
    ],
)
def test_class_names__are_fit_to_be_kept(given: str, expected: str | None) -> None:
    assert class_name(given) == expected
    if expected is not None:
        assert clean_name(expected, "class name") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/full_numpy_bitmap_alarm clock.npy", "alarm clock"),
        ("full_binary_apple.bin", "apple"),
        ("full_simplified_The Eiffel Tower.ndjson", "The Eiffel Tower"),
        ("apple.ndjson", "apple"),
    ],
)
def test_drawings__are_named_after_their_file(path: str, expected: str) -> None:
    assert class_of_drawings(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("clockData.bin", "clock"), ("donut1000.bin", "donut"), ("full_binary_eye.bin", "eye"),
     ("cat_data.bin", "cat"), ("123.bin", "123")],
)  # fmt: skip
def test_records__are_named_after_their_file(path: str, expected: str) -> None:
    assert class_of_records(path) == expected
