"""Which file a cell names."""

import pytest

from ml.intake.finding import FileIndex

FILES = FileIndex(["set/a/1.png", "set/a/2.png", "set/b/1.png", "set/b/5.png"])


@pytest.mark.parametrize(
    ("cell", "folder", "found"),
    [
        ("set/a/1.png", "", 0),
        ("a/1.png", "", 0),
        ("1.png", "set/b/", 2),
        ("./5.png", "set/b/", 3),
        ("a\\2.png", "", 1),
        ("/home/ada/data/b/1.png", "", 2),
        ("2.png", "", 1),
        ("1.png", "", None),
        ("5", "", None),
        ("", "", None),
        ("9.png", "set/a/", None),
    ],
)
def test_find__by_path_by_its_end_or_by_a_name_that_only_one_has(
    cell: str, folder: str, found: int | None
) -> None:
    assert FILES.find(cell, folder) == found


def test_find__without_the_ending_where_it_is_asked_for() -> None:
    assert FILES.find("5", "", by_stem=True) == 3
    assert FILES.find("1", "", by_stem=True) is None
