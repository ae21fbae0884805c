"""Every format people bring, by `python app.py import`, and what of it can be chosen there."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pages.commands import importing
from pages.commands.importing import main_import
from store.opening import Store, open_store
from store.records import Dataset
from store.settings import Settings
from tasks.public_sets import Part, PublicSet
from tests.browser.format_files import MAKERS, NUM, WORDS, sounds


@contextmanager
def opened(data_dir: Path) -> Iterator[Store]:
    with open_store(Settings.from_env({}, {"data_dir": data_dir})) as store:
        yield store


def only(data_dir: Path) -> Dataset:
    with opened(data_dir) as store:
        (project,) = store.projects.list()
        return store.datasets.get(project.dataset_id)


def bring(data_dir: Path, path: Path, *flags: str) -> int:
    return main_import([str(path), *flags, "--data-dir", str(data_dir)])


ALWAYS = ("jpeg-zip", "picture-parquet")
"""A folder and a table; the readers of all others are tested below."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.wide) for name in MAKERS],
)
def test_format__comes_in(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    make, has_classes = MAKERS[name]
    made = make(folder)
    path = made[0] if isinstance(made, list) and len(made) == 1 else folder
    assert bring(tmp_path / "data", path) == 0
    dataset = only(tmp_path / "data")
    assert dataset.num_samples == NUM
    assert len(dataset.class_names) == (2 if has_classes else 0)


def test_sound__is_cut_as_the_flags_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "tones"
    folder.mkdir()
    sounds("WAV")(folder)  # a quarter of a second each
    flags = ("--window", "0.1", "--overlap", "0.5", "--bands", "32", "--columns", "40")
    assert bring(tmp_path / "data", folder, *flags) == 0
    assert "overlap by 50" in capsys.readouterr().err
    dataset = only(tmp_path / "data")
    assert dataset.sample_shape == (1, 32, 40)
    assert dataset.num_samples == 4 * NUM
    assert dataset.about.sound_rate == 8000, "what no flag says stays as the reader chose it"


def test_sound__flags_of_it_are_refused_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "v.csv").write_text("x,y\n1,2\n3,4\n")
    assert bring(tmp_path / "data", tmp_path / "v.csv", "--window", "1") == 2
    assert capsys.readouterr().err.endswith("leave out what is about sound.\n")


def test_recordings__held_out_are_told_before_they_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    for name in ("dawn.wav", "dusk.wav"):
        soundfile.write(tmp_path / name, rng.normal(0, 0.1, 8 * 8000), 8000)
    assert bring(tmp_path / "data", tmp_path, "--window", "1", "--look") == 0
    said = capsys.readouterr().out
    assert "Held out would be 8 samples, of 1 recording; --held-out draws others.\n" in said
    assert "of these 2 none comes nearer to 20%" in said


def test_columns__have_the_roles_the_flags_give(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 3},{n / 7},{WORDS[n % 2]},note {n}\n" for n in range(12))
    (tmp_path / "v.csv").write_text(f"a,b,c,kind,note\n{rows}")
    flags = ("--value-column", "a", "--value-column", "c", "--label-column", "kind",
             "--text-column", "note", "--id-column", "")  # fmt: skip
    assert bring(tmp_path / "data", tmp_path / "v.csv", *flags) == 0
    dataset = only(tmp_path / "data")
    assert dataset.sample_shape == (2,)
    assert dataset.class_names == WORDS
    assert dataset.about.text_columns == ("note",)


def test_look__says_what_is_in_it_and_keeps_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    MAKERS["png-folder"][0](folder)
    (folder / "circle" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    listed = tmp_path / "left out.csv"
    assert bring(tmp_path / "data", folder, "--look", "--rejected", str(listed)) == 0
    said = capsys.readouterr().out
    assert f"PNG: {NUM} samples of kind image, 1 x 28 x 28" in said
    assert "       12  circle\n" in said
    assert said.endswith("Nothing was kept.\n")
    with listed.open(encoding="utf-8-sig", newline="") as file:
        assert [row["sample_id"] for row in csv.DictReader(file)] == ["circle/torn.png"]
    with opened(tmp_path / "data") as store:
        assert store.projects.list() == []
        assert store.intakes.of_author("command-line") == []


def test_set__comes_by_its_name(tmp_path: Path) -> None:
    assert main_import(["--set", "digits", "--data-dir", str(tmp_path), "--held-out", "given"]) == 0
    assert only(tmp_path).num_samples == 1797


def test_set__without_a_network_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = PublicSet("mnist", "MNIST", "", "", (Part("http://127.0.0.1:9/a.gz", "a.gz", 10),))
    monkeypatch.setattr(importing, "find_set", lambda _key: nowhere)
    assert main_import(["--set", "mnist", "--data-dir", str(tmp_path)]) == 2
    assert "127.0.0.1:9 cannot be reached" in capsys.readouterr().err.splitlines()[-1]
    with opened(tmp_path) as store:
        assert store.intakes.of_author("command-line") == []
