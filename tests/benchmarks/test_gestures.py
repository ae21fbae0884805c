"""What `gestures` counts, keeps and reports, on sets of a hundred tiny pictures."""

import dataclasses
import json
import math
import tomllib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import gestures
from benchmarks.__main__ import main
from benchmarks.gestures import contenders
from benchmarks.gestures.answers import feature_answer, knn_answer
from benchmarks.gestures.course import Course
from benchmarks.gestures.hand import LassoHand, Naming, View
from benchmarks.gestures.keep import Keep, code_digest, source_of
from benchmarks.gestures.layout import PIN, umap_layout
from benchmarks.gestures.live import begin, live_course, named
from benchmarks.gestures.plan import CONTENDERS, PRESET_OF, Plan, SetPlan, request_of
from benchmarks.gestures.scene import Scene, scene_of
from benchmarks.gestures.static import ceiling, static_course
from benchmarks.records import MissingPartError
from ml.records import PRESETS
from tests.source import ROOT

TINY = Plan(
    num_gestures=3, num_seeds=2, num_few_seeds=1,
    pretrain_epochs=1, vae_epochs=1, cnn_steps=4, ceiling_steps=4,
)  # fmt: skip


def write_set(path: Path) -> Path:
    """Three kinds of 8x8 pictures, bright in another third; a quarter is for testing."""
    rng = np.random.default_rng(0)
    labels = np.arange(160) % 3
    images = rng.integers(0, 60, (160, 8, 8))
    for k in range(3):
        images[labels == k, :, 2 * k : 2 * k + 3] += 180
    split = np.where(np.arange(160) % 4 == 0, "test", "train")
    names = np.array(["left", "middle", "right"])
    np.savez(path, images=images.astype(np.uint8), labels=labels, split=split, class_names=names)
    return path


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    path = write_set(tmp_path / "thirds.npz")
    return scene_of(SetPlan("thirds", str(path), 120, 40), TINY, tmp_path / "kept")


def islands(scene: Scene) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A map (num_samples, 2) with an island for each class."""
    rng = np.random.default_rng(1)
    middles = np.array([[9, 0], [0, 9], [-9, -9]], np.float32)
    z = middles[scene.data.label] + rng.normal(size=(len(scene.data.label), 2))
    return z.astype(np.float32)


def test_static_course__counts_gestures_thumbnails_and_names(scene: Scene) -> None:
    z = islands(scene)
    answer = knn_answer(z, scene.data.is_test, 3)
    course = static_course(scene, z, answer, 0, lambda gesture: gesture != 2)
    assert len(course.looks) == len(course.named) == len(course.accuracy["knn"]) == 3
    assert course.looks == sorted(course.looks)
    assert course.looks[0] >= 15  # three spots, five pictures at least
    assert course.named == sorted(course.named)
    assert math.isnan(course.accuracy["knn"][1])
    assert course.accuracy["knn"][0] == pytest.approx(1 / 3, abs=0.1)  # one class is named
    assert course.purity[-1] > 0.9


def test_feature_answer__both_heads_and_their_mean_know_clear_classes(scene: Scene) -> None:
    h = np.repeat(islands(scene), 8, axis=1)
    annotation = np.where(np.arange(120) % 2 == 0, scene.train_label, -1).astype(np.int16)
    found = feature_answer(h, scene.data.is_test, 3)(annotation)
    assert set(found) == {"spreading", "logistic", "mean"}
    for beliefs in found.values():
        assert beliefs.shape == (40, 3)
        assert (beliefs.argmax(1) == scene.test_label).mean() > 0.95


def test_live_course__learns_after_each_gesture_and_measures_the_way(scene: Scene) -> None:
    course = live_course(scene, "annotate-vae", LassoHand, 1, 0)
    assert len(course.accuracy["answer"]) == len(course.displacement) == 3
    assert all(0 <= a <= 1 for a in course.accuracy["answer"])
    ways = zip(course.displacement_procrustes, course.displacement, strict=True)
    assert all(turned >= 0 and raw > 0 for turned, raw in ways)
    again = live_course(scene, "annotate-vae", LassoHand, 1, 0)
    assert dataclasses.replace(again, cpu_s=0) == dataclasses.replace(course, cpu_s=0)


class OneEach:
    """A hand that names a sample of another class each time, and ends after two."""

    def __init__(self, *_: object) -> None:
        self.views: list[View] = []

    def next_gesture(self, view: View) -> Naming | None:
        self.views.append(view)
        if view.num_gestures == 2:
            return None
        ids = view.samples.trained_ids[[view.num_gestures]]
        return Naming(ids, int(view.samples.truth[ids[0]]), 6)


def test_live_course__any_hand_fits_and_sees_what_it_named(scene: Scene) -> None:
    hand = OneEach()
    course = live_course(scene, "annotate-vae", lambda *_: hand, 1, 0)
    assert course.looks == [6, 12]
    assert [int((view.samples.annotation >= 0).sum()) for view in hand.views] == [0, 1, 2]
    assert (hand.views[0].snapshot.prediction == -1).all()
    assert (hand.views[2].snapshot.prediction >= 0).all()


def test_named__refuses_held_out_samples(scene: Scene) -> None:
    samples = begin(scene, "annotate-vae", 1, 0).samples
    with pytest.raises(ValueError, match="held-out"):
        named(samples, Naming(np.flatnonzero(samples.is_held_out)[:1], 0, 1))
    with pytest.raises(ValueError, match="held-out"):
        named(samples, Naming(np.zeros(0, int), 0, 1, np.flatnonzero(samples.is_held_out)[:1]))


def test_named__writes_what_was_refused_and_keeps_what_was_before(scene: Scene) -> None:
    samples = begin(scene, "annotate-vae", 1, 0).samples
    ids = samples.trained_ids
    first = named(samples, Naming(ids[:2], 0, 4, ids[2:4]))
    second = named(first, Naming(ids[4:5], 1, 2, ids[3:4]))
    assert first.refused is not None
    assert second.refused is not None
    assert np.argwhere(first.refused).tolist() == [[ids[2], 0], [ids[3], 0]]
    assert np.argwhere(second.refused).tolist() == [[ids[2], 0], [ids[3], 0], [ids[3], 1]]
    assert samples.refused is None


def test_ceiling__has_both_heads(scene: Scene) -> None:
    accuracy = ceiling(scene, 0).accuracy
    assert set(accuracy) == {"fine_tuned", "linear"}
    assert accuracy["linear"][0] > 0.9


def test_pretrained__is_made_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scene.pretrained("lodemap")
    monkeypatch.setattr("benchmarks.gestures.scene.snapshots", lambda *_: iter(()))
    assert scene.pretrained("lodemap") == first
    assert scene.features().shape == (160, 128)


def test_keep__brings_back_what_was_written(tmp_path: Path) -> None:
    keep = Keep(tmp_path / "set")
    course = Course({"knn": [0.1, math.nan]}, [12, 30], [4, 9], [1.0, math.nan], cpu_s=2.5)
    keep.write_course("knn_0_abc", course)
    found = keep.find_course("knn_0_abc")
    assert found is not None
    assert repr(found) == repr(course)  # NaN differs from itself
    assert keep.find_course("knn_1_abc") is None
    json.loads((tmp_path / "set" / "knn_0_abc.json").read_text(), parse_constant=pytest.fail)
    keep.discard("knn_*")
    assert list((tmp_path / "set").iterdir()) == []


def test_code_digest__follows_imports_from_ml_only() -> None:
    assert code_digest("ml.graph.spreading") == code_digest(
        "ml.graph.spreading", "ml.graph.spreading"
    )
    assert code_digest("ml.graph.spreading") != code_digest("ml.learning.losses")
    assert code_digest("ml.absent") == code_digest()


@pytest.mark.parametrize("contender", ["control", "annotate_vae"])
@pytest.mark.parametrize("module", ["layout", "course"])
def test_mark__changes_with_how_a_course_is_laid_out_and_counted(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contender: str, module: str
) -> None:
    changed = tmp_path / "changed.py"
    changed.write_text("other = 1")
    before = contenders.mark_of(scene, contender)

    def source(name: str) -> Path | None:
        return changed if name == f"benchmarks.gestures.{module}" else source_of(name)

    monkeypatch.setattr("benchmarks.gestures.keep.source_of", source)
    assert contenders.mark_of(scene, contender) != before


def test_rerun__goes_on_from_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_set(tmp_path / "thirds.npz")
    monkeypatch.setattr(gestures, "FOLDER", tmp_path / "kept")
    plan = dataclasses.replace(TINY, num_few_seeds=2)
    monkeypatch.setattr("benchmarks.gestures.plan.QUICK_PLAN", plan)
    taken = []
    real = contenders.take

    def counted(scene: Scene, contender: str, seed: int) -> Course:
        taken.append(seed)
        return real(scene, contender, seed)

    monkeypatch.setattr(gestures, "take", counted)
    first = gestures.run(True, data, "annotate_vae")
    again = gestures.run(True, data, "annotate_vae")
    assert taken == [0, 1]
    assert first.figures == again.figures
    gestures.run(True, data, "annotate_vae", is_fresh=True)
    assert taken == [0, 1, 0, 1]


def test_umap__absent_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_set(tmp_path / "thirds.npz")
    monkeypatch.setattr("benchmarks.gestures.layout.find_spec", lambda _: None)
    assert main(["gestures", "--quick", "--data", str(data)]) == 2
    assert PIN in (error := capsys.readouterr().err)
    assert error.count("\n") == 1
    with pytest.raises(MissingPartError):
        umap_layout(np.zeros((9, 4), np.float32), np.zeros(9, bool), "cosine")


def test_pin__is_that_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["optional-dependencies"]["gestures"] == [PIN]


@pytest.mark.skipif(find_spec("umap") is None, reason="umap-learn is an extra")
def test_umap_layout__places_held_out_samples_with_their_kind(scene: Scene) -> None:
    num_threads = torch.get_num_threads()
    z = scene.pixel_map()
    assert torch.get_num_threads() == num_threads
    assert z.shape == (160, 2)
    beliefs = knn_answer(z, scene.data.is_test, 3)(scene.train_label)["knn"]
    assert (beliefs.argmax(1) == scene.test_label).mean() > 0.9


def test_request__of_a_part_is_one_contender_or_one_set() -> None:
    assert [each.name for each in request_of(False, None, "round9").sets] == ["round9"]
    assert request_of(False, None, "round9").contenders == CONTENDERS
    everywhere = request_of(False, None, "control")
    assert (len(everywhere.sets), everywhere.contenders) == (3, ("control",))
    assert len(request_of(True, None, None).sets) == 1
    assert request_of(False, Path("a/hats.npz"), "lodemap").sets[0].name == "hats"


def test_live_contenders__run_once_their_preset_is_there() -> None:
    for contender, preset in PRESET_OF.items():
        is_here = preset in PRESETS and contender in contenders.HANDS
        assert (contenders.why_absent(contender) is None) == is_here
