"""Recordings that were cut into windows: none lies on both sides of the split."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.intake.records import Batch, Outline
from store.intake.held_out import draw_held_out
from store.intake.staged import Staged
from store.intake.staging import Staging

SOUND = Outline("spectrogram", "WAV", (1, 4, 4), sound_rate=8000)


def recordings(sizes: list[int]) -> tuple[NDArray[np.int16], NDArray[np.intp]]:
    """Return label and recording of windows of one label."""
    return np.zeros(sum(sizes), np.int16), np.repeat(np.arange(len(sizes)), sizes)


def test_windows__of_one_recording_stay_together(tmp_path: Path) -> None:
    ids = [f"{r}.wav@{s}.00s" for r in "abcdefghij" for s in range(5)]
    ids += ["k@home.wav", "k@work.wav", "short.wav"]
    names = ["cat"] * 25 + ["dog"] * 25 + ["owl"] * 3
    values: Any = np.random.default_rng(0).integers(1, 255, (53, 1, 4, 4), np.uint8)
    with Staging(tmp_path, SOUND, keep_duplicates=False) as staging:
        staging.add(Batch(values, ids, names))
        staging.finish()
    staged = Staged(tmp_path, SOUND)
    chosen = staged.held_out(0.4)
    assert (chosen[:50].reshape(10, 5).all(1) == chosen[:50].reshape(10, 5).any(1)).all()
    assert [int(chosen[staged.label() == k].sum()) for k in range(3)] == [10, 10, 1]
    assert (staged.held_out(0.4) == chosen).all()


@pytest.mark.parametrize(
    ("sizes", "share", "held_out"),
    [
        ([5, 5, 5], 0.2, 5),
        ([90, 3, 3, 3], 0.1, 9),
        ([9, 10], 0.2, 9),
        ([9, 10], 0.0, 0),
        ([40, 25, 20, 15], 0.2, 20),
        ([200, 2], 0.5, 101),
        ([200, 2], 0.03, 2),
        ([1000, 3], 0.2, 201),
        ([1000, 60], 0.2, 60),
        ([30, 20, 4], 0.5, 24),
        ([50, 50], 0.01, 50),
        ([10], 0.2, 2),
        ([1] * 10, 0.2, 2),
    ],
    ids=[
        "nearest",
        "not the long one",
        "of two the smaller",
        "none",
        "the very share",
        "half stays, windows where the rest is too little",
        "the short one",
        "below a quarter windows",
        "above a quarter the recording",
        "half stays",
        "exactly half may go",
        "one is cut",
        "whole",
    ],
)
def test_recordings__are_held_out_as_near_to_the_share_as_they_allow(
    sizes: list[int], share: float, held_out: int
) -> None:
    label, recording = recordings(sizes)
    assert draw_held_out(label, share, recording).sum() == held_out


@pytest.mark.parametrize(
    ("sizes", "share", "note"),
    [
        ([50, 50], 0.2, "Recordings are held out whole, and of these 2 none comes nearer to 20%"),
        ([40, 25, 20, 15], 0.2, ""),
        ([100], 0.2, "There is one recording alone: windows of it are both trained on and held"),
        ([1000, 3], 0.2, "No whole recording of a class fits the share: windows of 2 recordings"),
        ([50, 50], 0.0, ""),
    ],
)
def test_held_out__is_told_before_it_is_kept(
    tmp_path: Path, sizes: list[int], share: float, note: str
) -> None:
    ids = [f"{r}.wav@{s}.00s" for r, size in enumerate(sizes) for s in range(size)]
    values: Any = np.random.default_rng(0).integers(1, 255, (len(ids), 1, 4, 4), np.uint8)
    with Staging(tmp_path, SOUND, keep_duplicates=False) as staging:
        staging.add(Batch(values, ids, ["owl"] * len(ids)))
        staging.finish()
    told = Staged(tmp_path, SOUND).told_held_out(share)
    chosen = Staged(tmp_path, SOUND).held_out(share)
    of = {each.partition("@")[0] for each, is_out in zip(ids, chosen, strict=True) if is_out}
    assert (told.num_samples, told.counts) == (chosen.sum(), [chosen.sum()])
    assert told.num_recordings == len(of)
    assert told.note.startswith(note)
    assert bool(told.note) == bool(note)


def test_recordings_of_one_window_each__are_drawn_as_pictures_are() -> None:
    """A set that is brought again is the same data set."""
    label = np.arange(40, dtype=np.int16) % 3
    chosen = draw_held_out(label, 0.3, np.arange(40)[::-1].copy())
    assert (chosen == draw_held_out(label, 0.3)).all()


@given(st.lists(st.integers(1, 30), min_size=2, max_size=9), st.floats(0, 0.5))
def test_half_of_a_label__is_always_left_to_train_on(sizes: list[int], share: float) -> None:
    label, recording = recordings(sizes)
    chosen = draw_held_out(label, share, recording)
    assert chosen.sum() <= max(sum(sizes) // 2, round(share * sum(sizes)))
    assert chosen.any() == (round(share * sum(sizes)) > 0)
