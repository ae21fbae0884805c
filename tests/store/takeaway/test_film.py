"""Films, decoded back: as many pictures as asked for, of that size, in which points move."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL.GifImagePlugin import GifImageFile

from store.errors import DiskFullError
from store.opening import Store
from store.takeaway.inks import read_inks
from store.takeaway.making import make
from store.takeaway.scenes import pace
from store.takeaway.session import read_session
from store.takeaway.wish import Place, Wish
from tests.browser.drawn_project import draw_project
from tests.small_disk import files_up_to
from tests.store.scene import Scene


def frames_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def count_of(scene: Scene, wish: Wish) -> int:
    return pace(read_session(scene.store, scene.id, wish, 100), wish).num_pictures


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_mp4__plays_everywhere_and_moves(told: Scene, tmp_path: Path, theme: str) -> None:
    wish = Wish("film", width=480, fps=10, theme=theme)  # type: ignore[arg-type]
    path, shares = tmp_path / "film.mp4", list[float]()
    assert make(told.store, told.id, wish, path, shares.append) == []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 10
    frames = frames_of(path)
    assert len(frames) == count_of(told, wish)
    assert frames[0].shape == (270, 480, 3)
    assert (frames[0][2, 2].mean() > 128) == (theme == "light")
    middle = [frame[40:180, 40:360].astype(int) for frame in frames]
    assert np.abs(middle[-1] - middle[0]).max() > 60, "points moved"
    assert shares == sorted(shares)
    assert shares[-1] > 0.9


def test_gif__loops_at_its_pace(told: Scene, tmp_path: Path) -> None:
    wish = Wish("film", Place(1), Place(1), "gif", 320, 10, "dark", False)
    path = tmp_path / "film.gif"
    make(told.store, told.id, wish, path, lambda _share: None)
    with GifImageFile(path) as film:
        assert film.size == (320, 180)
        assert film.n_frames == count_of(told, wish)
        assert film.info["duration"] == 100
        assert film.info["loop"] == 0
        first = np.asarray(film.convert("RGB"), int)
        film.seek(film.n_frames - 1)
        assert np.abs(np.asarray(film.convert("RGB"), int) - first).max() > 60
    assert tuple(first[2, 2]) == read_inks("dark").of["map"]


def test_film__of_one_frame_and_of_three_axes(store: Store, tmp_path: Path) -> None:
    places = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    project_id = draw_project(store, "Cloud", places)
    wish = Wish("film", Place(0, 1), Place(0, 1), width=320, fps=10)
    make(store, project_id, wish, tmp_path / "still.mp4", lambda _share: None)
    frames = frames_of(tmp_path / "still.mp4")
    assert len(frames) == 15
    assert np.abs(frames[-1].astype(int) - frames[0].astype(int)).max() > 60, "the cloud turns"


def test_film__says_which_letters_no_font_has(told: Scene, tmp_path: Path) -> None:
    told.store.projects.rename(told.id, "Map \u0378")
    wish = Wish("film", width=320, fps=5)
    notes = make(told.store, told.id, wish, tmp_path / "film.mp4", lambda _share: None)
    assert len(notes) == 1
    assert "stand as ? in the film" in notes[0]


@pytest.mark.parametrize("kind", ["film", "replay"])
def test_files__on_a_full_disk(told: Scene, tmp_path: Path, kind: str) -> None:
    wish = Wish(kind, width=640, fps=25)  # type: ignore[arg-type]
    with files_up_to(20_000), pytest.raises(DiskFullError, match="The disk is full"):
        make(told.store, told.id, wish, tmp_path / "file", lambda _share: None)
