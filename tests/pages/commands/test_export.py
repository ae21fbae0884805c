"""What the command line writes, and what it says when it cannot."""

import csv
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import app
from pages.commands.export import main_export
from store.archives.adoption import import_project
from store.opening import Store, open_store
from store.settings import Settings
from tests.store.archives.story import tell
from tests.store.scene import Scene, make_scene


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("LODEMAP_DATA_DIR", raising=False)
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "data"}), as_app=True) as store:
        scene = make_scene(store)
        tell(scene)
        yield scene


def export(scene: Scene, out: Path, *more: str) -> int:
    folder = str(scene.store.settings.data_dir)
    return main_export([scene.project.name, "--data-dir", folder, "--out", str(out), *more])


def test_export__tables_while_the_app_works(
    told: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out" / "deep"
    assert export(told, out, "--what", "annotations") == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.parent == out
    assert path.name == f"{told.project.name} - annotations.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 5
    assert export(told, out, "--what", "embedding", "--format", "npy", "--run", "0") == 0
    z = np.load(out / f"{told.project.name} - embedding - run 0 epoch 2.npy", allow_pickle=False)
    assert z.shape == (40, 2)
    assert not [each for each in out.iterdir() if each.name.startswith(".")]


@pytest.mark.parametrize(("what", "end"), [("annotations", "csv"), ("report", "html")])
def test_export__follows_no_link_laid_in_its_way(
    told: Scene, tmp_path: Path, what: str, end: str
) -> None:
    (victim := tmp_path / "victim").write_text("dear")
    (out := tmp_path / "out").mkdir()
    name = f"{told.project.name} - {what}.{end}"
    for each in (name, f".{name}.part"):
        (out / each).symlink_to(victim)
    assert export(told, out, "--what", what) == 0
    assert victim.read_text() == "dear"
    assert (out / name).is_file()
    assert not (out / name).is_symlink()


def test_export__the_project(told: Scene, store: Store, tmp_path: Path) -> None:
    assert export(told, tmp_path, "--what", "project", "--with-data") == 0
    with (tmp_path / f"{told.project.name}.lodemap").open("rb") as file:
        assert import_project(store, file).name == f"{told.project.name} (2)"


def test_export__names_the_files_that_are_gone_and_ends_with_1(
    told: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = told.store.runs.of_project(told.id)[0]
    name = told.store.runs.snapshot(run.run_id, run.last_epoch).checkpoint
    told.store.artifacts.remove(name)
    assert export(told, tmp_path, "--what", "project") == 1
    said = capsys.readouterr()
    assert f"{name} is missing: the network of the pretraining at epoch" in said.err
    assert Path(said.out.strip()).is_file()
    assert export(told, tmp_path, "--what", "annotations") == 0


def test_export__of_a_project_with_a_long_name_writes_each_file(
    told: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told.store.projects.rename(told.id, "圆" * 200)
    where = ("--data-dir", str(told.store.settings.data_dir), "--out", str(tmp_path / "out"))
    for what in ("annotations", "history", "predictions", "project"):
        assert main_export([told.id, *where, "--what", what]) == 0
    paths = capsys.readouterr().out.split("\n")[:-1]
    assert len(set(paths)) == len(list((tmp_path / "out").iterdir())) == 4


def test_export__the_selection_alone(told: Scene, tmp_path: Path) -> None:
    listed = tmp_path / "ids.txt"
    listed.write_text("7\n3\n\n3\n")
    wanted = ("--what", "embedding", "--samples", str(listed))
    assert export(told, tmp_path / "out", *wanted) == 0
    (path,) = (tmp_path / "out").iterdir()
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["sample_id"] for row in csv.DictReader(file)] == ["3", "7"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_export__a_figure(told: Scene, tmp_path: Path, theme: str) -> None:
    for form in ("png", "svg"):
        assert export(told, tmp_path, "--what", "figure", "--format", form, "--theme", theme) == 0
    (drawn,) = tmp_path.glob("*figure*.svg")
    root = ElementTree.parse(drawn).getroot()
    marks = [each for each in root if each.tag.rpartition("}")[2] in ("circle", "rect", "polygon")]
    num_classes = len(told.store.journal.state(told.project.project_id).classes)
    assert 40 + 1 <= len(marks) <= 40 + 1 + num_classes, "points, paper, legend"
    (painted,) = tmp_path.glob("*figure*.png")
    with Image.open(painted) as picture:
        assert len(picture.getcolors(2**21) or ()) > 10


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--what", "embedding", "--run", "9"), "has no run 9"),
        (("--what", "annotations", "--format", "npy"), "choose one of"),
        (("--what", "embedding", "--run", "0", "--epoch", "9"), "no snapshot of epoch 9"),
        (("--data-dir", "/nowhere/at/all"), "no data directory"),
        (("--data-dir", "/" + "x" * 300), "cannot be read (File name too long); name another"),
        (("--what", "figure", "--format", "csv"), "choose one of png, svg"),
        (("--what", "embedding", "--samples", "/nowhere/ids.txt"), "cannot be read"),
        (("--what", "embedding", "--samples", "README.md"), "has no sample"),
    ],
)
def test_export__says_in_one_line_why_not(
    told: Scene,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    flags: tuple[str, ...],
    sentence: str,
) -> None:
    assert export(told, tmp_path / "out", *flags) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_export__is_part_of_the_app(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["export", "--no-such-flag"])
    assert left.value.code == 2
    assert "python app.py export --help" in capsys.readouterr().err
