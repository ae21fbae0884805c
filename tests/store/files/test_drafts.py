"""A file gets its name when it is whole, and is no other file until then."""

from pathlib import Path

import pytest

from store.files.drafts import draft_of


def test_draft__takes_the_name_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("old")
    with draft_of(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]
    (plain := tmp_path / "plain").touch()
    assert path.stat().st_mode == plain.stat().st_mode, "whoever may read others may read it"


def test_draft__that_was_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), draft_of(tmp_path / "map.csv"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
