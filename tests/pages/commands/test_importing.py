"""`python app.py import`: what the Data page does, from a shell."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.commands.importing import main_import
from store.archives.packing import pack_project
from store.intake.intakes import MOST_OPEN
from store.opening import open_store
from store.settings import Settings


@pytest.fixture
def things(tmp_path: Path) -> Path:
    images = np.random.default_rng(0).integers(0, 255, (30, 8, 8), np.uint8)
    np.savez(tmp_path / "things.npz", images=images, labels=np.arange(30) % 3)
    return tmp_path / "things.npz"


def test_import__makes_a_project_and_leaves_nothing_else(
    things: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir = tmp_path / "data"
    asked = [str(things), "--data-dir", str(data_dir), "--held-out", "0.5", "--axes", "3"]
    assert main_import(asked) == 0
    assert "'things' is a project now: 30 samples, 15 held out." in capsys.readouterr().out
    with open_store(Settings.from_env({}, {"data_dir": data_dir})) as store:
        (project,) = store.projects.list()
        assert project.latent_dim == 3
        assert store.datasets.samples(project.dataset_id).is_held_out.sum() == 15
        assert store.intakes.of_author("command-line") == []
        with (tmp_path / "things.lodemap").open("wb") as file:
            file.writelines(pack_project(store, project.project_id, with_data=True))
    assert list((data_dir / "imports").iterdir()) == []
    assert main_import([str(tmp_path / "things.lodemap"), "--data-dir", str(data_dir)]) == 2
    assert "python app.py open" in capsys.readouterr().err


def test_import__holds_out_as_the_files_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for i in range(20):
        folder = tmp_path / "set" / ("test" if i % 5 < 2 else "train") / f"{i % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), i).save(folder / f"{i}.png")
    asked = [str(tmp_path / "set"), "--data-dir", str(tmp_path / "data")]
    assert main_import([*asked, "--look"]) == 0
    assert "The files hold out 8;" in capsys.readouterr().out
    assert main_import(asked) == 0
    assert "20 samples, 8 held out as the files say." in capsys.readouterr().out
    assert main_import([*asked, "--held-out", "0.1", "--name", "other"]) == 0
    assert "20 samples, 2 held out." in capsys.readouterr().out
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "data"})) as store:
        (project,) = [each for each in store.projects.list() if each.name == "set"]
        ids = store.datasets.sample_ids(project.dataset_id)
        is_held_out = store.datasets.samples(project.dataset_id).is_held_out
    assert is_held_out.tolist() == [each.startswith("test/") for each in ids]


def test_import__holds_out_a_fifth_where_the_files_say_nothing(
    things: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main_import([str(things), "--data-dir", str(tmp_path / "data")]) == 0
    assert "30 samples, 6 held out." in capsys.readouterr().out


def test_import__holds_out_a_fifth_where_the_files_would_leave_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{i},{i % 3},test" for i in range(20)]
    (tmp_path / "part.csv").write_text("\n".join(["x,y,split", *rows]))
    asked = [str(tmp_path / "part.csv"), "--data-dir", str(tmp_path / "data")]
    assert main_import([*asked, "--look"]) == 0
    assert "hold out" not in capsys.readouterr().out
    assert main_import(asked) == 0
    assert "20 samples, 4 held out." in capsys.readouterr().out


@pytest.mark.slow
def test_import__that_failed_does_not_stand_in_the_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.npy").write_text("<!doctype html><p>not found")
    data_dir = tmp_path / "data"
    with open_store(Settings.from_env({}, {"data_dir": data_dir})) as store:
        for _ in range(MOST_OPEN + 1):
            assert main_import([str(tmp_path / "page.npy"), "--data-dir", str(data_dir)]) == 2
            assert "is a web page" in capsys.readouterr().err
        assert store.intakes.of_author("command-line") == []


def test_import__that_cannot_be_kept_is_no_import_any_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.csv").write_text("x,y\n1,2\n")
    data_dir = tmp_path / "data"
    assert main_import([str(tmp_path / "one.csv"), "--data-dir", str(data_dir)]) == 2
    assert "A map needs 2 samples or more" in capsys.readouterr().err
    with open_store(Settings.from_env({}, {"data_dir": data_dir})) as store:
        assert (store.projects.list(), store.intakes.of_author("command-line")) == ([], [])
    assert list((data_dir / "imports").iterdir()) == []


@pytest.mark.parametrize("asked", [["nowhere.zip"], ["README.md", "--held-out", "most"]])
def test_import__refuses_in_one_line(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main_import([*asked, "--data-dir", str(tmp_path / "data")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("more", [[], ["--into", "x"]], ids=["project", "names"])
def test_import__of_what_may_not_be_looked_at_names_it(
    more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where its folder is closed; this name is refused to root as well."""
    path = tmp_path / ("x" * 300)
    assert main_import([str(path), *more, "--data-dir", str(tmp_path / "data")]) == 2
    assert capsys.readouterr().err == f"{path} cannot be read (File name too long).\n"


def test_import__lets_no_name_in_a_folder_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cats = tmp_path / "brought" / "\x1b[2Jcats"
    for shade, folder in enumerate((cats, cats.with_name("dogs")) * 2):
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), shade).save(folder / f"{shade}.png")
    (cats / "\x1b]0;mine\x07.png").write_text("no picture")
    asked = [str(cats.parent), "--look", "--data-dir", str(tmp_path / "data")]
    assert main_import(asked) == 0
    said = capsys.readouterr()
    assert "�]0;mine�.png" in said.err
    assert "[2Jcats" in said.out
    assert "\x1b" not in said.err + said.out
    assert "\x07" not in said.err
