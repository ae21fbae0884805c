"""`export --what replay`, `film` and `report` from the command line."""

from pathlib import Path

import pytest

from pages.commands.export import main_export
from store.opening import Store
from tests.store.archives.story import tell
from tests.store.scene import Scene, make_scene


@pytest.fixture
def told(store: Store, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.delenv("LODEMAP_DATA_DIR", raising=False)
    scene = make_scene(store)
    tell(scene)
    return scene


def export(scene: Scene, out: Path, *more: str) -> int:
    folder = str(scene.store.settings.data_dir)
    return main_export([scene.project.name, "--data-dir", folder, "--out", str(out), *more])


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        (("--what", "replay"), "replay.html"),
        (("--what", "report", "--from", "1"), "report.html"),
        (("--what", "film", "--film", "gif", "--width", "320", "--fps", "5", "--to", "1:1",
          "--no-captions", "--theme", "dark"), "film.gif"),
    ],
)  # fmt: skip
def test_export__writes_one_file(
    told: Scene,
    tmp_path: Path,
    flags: tuple[str, ...],
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert export(told, tmp_path / "out", *flags) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == tmp_path / "out" / f"{told.project.name} - {name}"
    assert [each.name for each in (tmp_path / "out").iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--from", "2", "--to", "1"), "The range ends before it begins"),
        (("--from", "two"), "'two' is no place"),
        (("--width", "0"), "width must be a whole number"),
    ],
)
def test_export__says_in_a_sentence_why_not(
    told: Scene,
    tmp_path: Path,
    flags: tuple[str, ...],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert export(told, tmp_path, "--what", "film", *flags) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""
    assert not list(tmp_path.glob("*film*"))
