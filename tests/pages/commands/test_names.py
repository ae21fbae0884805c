"""`python app.py import names.csv --into PROJECT`: names that were given elsewhere."""

from pathlib import Path

import pytest

from pages.commands.importing import main_import
from store.opening import Store
from store.records import ProjectState
from tests.store.scene import make_scene


@pytest.fixture
def project_id(store: Store) -> str:
    return make_scene(store).project.project_id


def names(path: Path, rows: dict[str, str]) -> Path:
    path.write_text("sample_id,class_name\n" + "".join(f"{k},{v}\n" for k, v in rows.items()))
    return path


def merge(store: Store, project_id: str, path: Path, *flags: str) -> int:
    folder = str(store.settings.data_dir)
    return main_import([str(path), "--into", project_id, "--data-dir", folder, *flags])


def state_of(store: Store, project_id: str) -> ProjectState:
    return store.journal.state(project_id)


def test_names__are_looked_at_then_merged_and_told(
    store: Store, project_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = names(tmp_path / "n.csv", {"0": "moon", "1": "moon", "99999": "moon"})
    before = state_of(store, project_id).seq
    assert merge(store, project_id, path, "--look") == 0
    told = capsys.readouterr()
    assert "2 without a name would get one" in told.err
    assert "  moon: a new class" in told.err
    assert "  99999" in told.err
    assert told.out == "Nothing was changed.\n"
    assert state_of(store, project_id).seq == before
    assert merge(store, project_id, path) == 0
    assert capsys.readouterr().out == "2 samples named in 1 class.\n"
    assert merge(store, project_id, path) == 0
    assert "nothing that is not known already" in capsys.readouterr().out


def test_names__a_conflict_is_listed_and_settled_as_asked(
    store: Store, project_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    merge(store, project_id, names(tmp_path / "one.csv", {"0": "moon"}))
    other = names(tmp_path / "two.csv", {"0": "sun"})
    capsys.readouterr()
    assert merge(store, project_id, other) == 0
    assert "  0: moon by Command line, sun in the file" in capsys.readouterr().err
    assert merge(store, project_id, other, "--conflicts", "replace") == 0
    state = state_of(store, project_id)
    called = {each.class_index: each.name for each in state.classes}
    assert called[int(state.annotation[0])] == "sun"


@pytest.mark.parametrize("flags", [("--into", "nobody's"), ()])
def test_names__one_line_says_why_not(
    store: Store, tmp_path: Path, flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv" if flags else tmp_path
    path.exists() or path.write_text("a,b\n1,2\n")
    flags = flags or ("--into", "x")
    assert main_import([str(path), *flags, "--data-dir", str(store.settings.data_dir)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_names__do_not_steer_the_terminal(
    store: Store, project_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {"0": "\x1b[2Jmoon", "1\x1b]0;mine\x07": "sun", "1": "\u202enus"}
    assert merge(store, project_id, names(tmp_path / "n.csv", rows)) == 0
    told = "".join(capsys.readouterr())
    assert "  1�]0;mine�" in told
    assert "U+001B" in told
    assert told.replace("\n", "").isprintable()
