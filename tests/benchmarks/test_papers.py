"""The benchmark's outside: its arguments, its keys, and that driving a learner is training it."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from benchmarks import papers
from benchmarks.__main__ import main
from benchmarks.driving import embedded, train_quietly
from benchmarks.kath import snapshots
from benchmarks.kath_figure import ticks_of
from benchmarks.labelled import LabelledSet
from benchmarks.moves import Moves, Picture
from benchmarks.records import Report
from benchmarks.wei import Condition
from benchmarks.wei_network import Base, lesson
from benchmarks.wei_report import HEADLINE, conditions
from ml.networks.model import build_model
from ml.presets.annotate_vae import AnnotateVae
from ml.records import RunConfig
from tests.ml.scenes import blobs


def test_absent_data__ends_with_2_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["papers", "--data", str(tmp_path / "no.npz")]) == 2
    error = capsys.readouterr().err
    assert "no.npz is not in" in error
    assert error.count("\n") == 1


def test_data_and_part__belong_to_papers_alone() -> None:
    with pytest.raises(SystemExit):
        main(["motion", "--part", "kath"])


def test_conditions__are_each_loss_rate_look_and_count_once() -> None:
    rows = list(conditions())
    assert len(rows) == len(set(rows)) == 3 * 2 * 2 * 2
    assert HEADLINE in rows
    assert Condition("ours", 30, 3, "lr005").key == "wei_ours_30m_3e_lr005"


def test_train_quietly__ends_where_train_does() -> None:
    config = RunConfig("annotate-vae", num_epochs=2, batch_size=32)
    samples = blobs(annotated=(0, 1))
    model = build_model(config, samples.sample_shape, 3)
    *_, end = snapshots(model, samples, config)
    learner = AnnotateVae(build_model(config, samples.sample_shape, 3), samples, config)
    train_quietly(learner, 2)
    np.testing.assert_array_equal(embedded(learner).mu, end.embedding)


def test_lesson__moved_test_points_alone_are_held_out_no_more() -> None:
    """The paper's loss knows their places; ours takes the drop as a name too."""
    samples = blobs()
    images = np.asarray(samples.images, np.uint8)
    data = LabelledSet(images, np.arange(120, dtype=np.int16) % 3, samples.is_held_out,
                       ("a", "b", "c"))  # fmt: skip
    model = build_model(RunConfig(preset="refine-projection", num_epochs=1), (1, 8, 8), 3)
    picture = Picture(np.zeros((120, 2), np.float32), data.label)
    base = Base(model, picture, data, 0)
    moves = Moves(np.array([5, 10]), np.ones((2, 2), np.float32))
    control, paper, ours = (lesson(base, moves, loss) for loss in ("control", "paper", "ours"))
    assert control.moved_ids.tolist() == []
    assert (control.is_held_out == data.is_test).all()
    assert paper.moved_ids.tolist() == ours.moved_ids.tolist() == [5, 10]
    assert np.flatnonzero(paper.is_held_out != data.is_test).tolist() == [5, 10]
    assert paper.annotation[[5, 10]].tolist() == [-1, -1]
    assert ours.annotation[[5, 10]].tolist() == [2, 1]
    assert dataclasses.replace(ours, target=None).moved_ids.tolist() == []


def test_ticks_of__are_round_and_inside() -> None:
    assert ticks_of(0.0, 6.0) == [-5.0, 0.0, 5.0]
    assert ticks_of(1.0, 2.5) == [0.0, 2.0]
    assert ticks_of(0.0, 1.0) == [-1.0, -0.5, 0.0, 0.5, 1.0]


def test_figures__of_another_set_end_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is trained: the part is replaced by a report of one figure."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (4, 8, 8), np.uint8)
    path = tmp_path / "hats.npz"
    np.savez(path, images=images, labels=np.array([0, 1, 0, 1]), class_names=np.array(["a", "b"]),
             split=np.array(["train", "train", "test", "test"]))  # fmt: skip
    monkeypatch.setattr(papers, "run_wei_part", lambda *_: Report("papers", {"flip": 1.0}))
    found = papers.run(True, path, "wei")
    assert dict(found.figures) == {"flip_hats": 1.0}
    assert "fewer epochs" in found.notes["quick"]
