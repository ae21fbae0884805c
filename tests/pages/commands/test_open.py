"""An archive from the command line becomes a project."""

import os
from pathlib import Path

import pytest

import app
from pages.commands.export import main_export
from pages.commands.open import main_open
from store.opening import open_store
from store.settings import Settings
from tests.store.archives.story import tell
from tests.store.scene import make_scene


def test_open__what_export_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "one"})) as store:
        scene = make_scene(store)
        tell(scene)
        name = scene.project.name
    where = ["--data-dir", str(tmp_path / "one"), "--out", str(tmp_path)]
    assert main_export([name, *where, "--what", "project", "--with-data"]) == 0
    archive, other = str(tmp_path / f"{name}.lodemap"), ["--data-dir", str(tmp_path / "two")]
    assert app.main(["open", archive, *other, "--name", "Ours"]) == 0
    assert "'Ours' is there: " in capsys.readouterr().out
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "two"})) as store:
        assert [project.name for project in store.projects.list()] == ["Ours"]


@pytest.mark.parametrize("num_gone", [0, 1, 2])
def test_open__says_what_the_archive_came_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], num_gone: int
) -> None:
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "one"})) as store:
        scene = make_scene(store)
        runs = tell(scene)
        for run in runs[:num_gone]:
            store.artifacts.remove(store.runs.snapshot(run.run_id, run.last_epoch).checkpoint)
        name = scene.project.name
    where = ["--data-dir", str(tmp_path / "one"), "--out", str(tmp_path)]
    assert main_export([name, *where, "--what", "project", "--with-data"]) == min(1, num_gone)
    capsys.readouterr()
    other = ["--data-dir", str(tmp_path / "two")]
    assert main_open([str(tmp_path / f"{name}.lodemap"), *other]) == 0
    said = capsys.readouterr().err
    told = {0: "", 1: "1 file was gone or damaged when", 2: "2 files were gone or damaged when"}
    assert said.startswith(told[num_gone])
    assert said.count("\n") == min(1, num_gone)


def test_open__and_export_with_artifacts_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data-dir", str(tmp_path / "one"), "--artifacts-url", str(tmp_path / "far")]
    places = {"data_dir": tmp_path / "one", "artifacts_url": str(tmp_path / "far")}
    with open_store(Settings.from_env({}, places)) as store:
        scene = make_scene(store)
        tell(scene)
    wanted = ["--what", "project", "--with-data", "--out", str(tmp_path)]
    assert main_export([scene.project.name, *where, *wanted]) == 0
    archive = str(tmp_path / f"{scene.project.name}.lodemap")
    other = ["--data-dir", str(tmp_path / "two"), "--artifacts-url", str(tmp_path / "there")]
    assert main_open([archive, *other]) == 0
    assert f"--artifacts-url {tmp_path / 'there'} --open" in capsys.readouterr().out
    assert not (tmp_path / "two" / "artifacts").exists()
    assert any((tmp_path / "there").iterdir())


def test_open__says_in_one_line_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = ["--data-dir", str(tmp_path / "data")]
    (tmp_path / "no.lodemap").write_bytes(b"hello")
    for name, part in (("no.lodemap", "no Lodemap archive"), ("absent", "cannot be read")):
        assert main_open([str(tmp_path / name), *other]) == 2
        said = capsys.readouterr().err
        assert part in said
        assert said.count("\n") == 1


@pytest.mark.parametrize("command", ["open", "import"])
def test_pipe__is_refused_for_it_may_never_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    data_dir, pipe = tmp_path / "data", tmp_path / "pipe"
    os.mkfifo(pipe)
    assert app.main([command, str(pipe), "--data-dir", str(data_dir)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == f"{pipe} is a pipe or a device; name a file or a folder."
