"""What is left out of an import: exact numbers, and files that stay of bounded size."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from ml.intake.records import Rejection
from store.intake import left_out
from store.intake.left_out import REJECTED, WARNINGS, LeftOut


def test_left_out__counts_all_and_keeps_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_out, "MOST_LISTED", 30)
    with ExitStack() as files:
        notes = LeftOut(tmp_path, files)
        for i in range(40):
            notes.add(Rejection(f"{i}.png", "truncated", "It was cut off."))
        notes.add_duplicate("x", 3)
    assert (notes.num_rejected, notes.num_duplicates, notes.num_warnings) == (40, 1, 0)
    assert [each.sample_id for each in notes.first] == [f"{i}.png" for i in range(20)]
    rows = (tmp_path / REJECTED).read_text("utf-8-sig").splitlines()
    assert len(rows) == 1 + 30 + 1
    assert rows[-1] == ",more,11 more are not listed."


def test_left_out__tells_what_is_kept_apart(tmp_path: Path) -> None:
    with ExitStack() as files:
        notes = LeftOut(tmp_path, files)
        notes.add(Rejection("a", "bad_label", "Kept without its label.", is_kept=True))
        notes.add(Rejection("b", "corrupt", "It is damaged."))
    assert (notes.num_rejected, notes.num_warnings) == (1, 1)
    assert [each.sample_id for each in notes.first_warnings] == ["a"]
    assert "bad_label" in (tmp_path / WARNINGS).read_text()
    assert "bad_label" not in (tmp_path / REJECTED).read_text()
