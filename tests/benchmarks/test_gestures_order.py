"""In what order courses are run, so that a taking may be broken off at any time and go on."""

import dataclasses
from pathlib import Path

import pytest

from benchmarks import gestures
from benchmarks.gestures.course import Course
from benchmarks.gestures.keep import Keep
from benchmarks.gestures.plan import SetPlan
from benchmarks.gestures.scene import Scene, scene_of
from tests.benchmarks.test_gestures import TINY, write_set


@pytest.mark.wide
def test_taking__goes_round_all_sets_and_contenders_seed_by_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contenders of fewer seeds drop out; what is kept is not run again."""
    path = write_set(tmp_path / "thirds.npz")
    scene = scene_of(SetPlan("thirds", str(path), 120, 40), TINY, tmp_path / "kept")
    other = dataclasses.replace(scene, name="other", keep=Keep(scene.keep.folder / "other"))
    taken: list[tuple[str, str, int]] = []

    def noted(scene: Scene, contender: str, seed: int) -> Course:
        taken.append((scene.name, contender, seed))
        return Course({"answer": [0.5]}, [12])

    monkeypatch.setattr(gestures, "take", noted)
    gestures.take_missing([scene, other], ("lodemap", "leads"))
    assert taken == [
        (each.name, contender, seed)
        for seed, contenders_left in enumerate([("lodemap", "leads"), ("leads",)])
        for each in (scene, other)
        for contender in contenders_left
    ]
    gestures.take_missing([scene, other], ("lodemap", "leads"))
    assert len(taken) == 6
