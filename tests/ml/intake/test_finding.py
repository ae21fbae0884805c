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
        ("5.png", "set/a/", None),
        ("a/5.png", "", None),
        ("/home/ada/data/a/5.png", "", None),
        ("/home/ada/pictures/5.png", "", 3),
        ("5.png", "set/tables/", 3),
    ],
)
def test_find__by_path_by_its_end_or_by_a_name_that_only_one_has(
    cell: str, folder: str, found: int | None
) -> None:
    match = FILES.find(cell, folder)
    assert (match and match.at) == found


def test_find__without_the_ending_where_it_is_asked_for() -> None:
    assert FILES.find("5", "", by_stem=True) == (3, 2)
    assert FILES.find("1", "", by_stem=True) is None
    assert FILES.find("5", "set/a/", by_stem=True) is None


def test_find__says_how_strictly_a_file_was_named() -> None:
    cells = ("set/b/1.png", "/home/ada/b/1.png", "/home/ada/x/5.png")
    assert [FILES.find(cell, "") for cell in cells] == [(2, 0), (2, 1), (3, 2)]


def test_find__among_files_of_no_folder() -> None:
    files = FileIndex(["1.png", "2.png"])
    assert files.find("data//2.png", "") == (1, 2)
    assert files.find("2.png", "tables/") == (1, 0)


def test_find__in_the_same_folder_of_another_part_is_no_match() -> None:
    files = FileIndex(["train/images/1.png", "test/images/1.png", "test/images/2.png"])
    assert files.find("images/2.png", "train/") is None
    assert files.find("images/2.png", "test/") == (2, 0)
    assert files.find("images/2.png", "") == (2, 1)
