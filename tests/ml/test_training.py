import dataclasses
import time

import numpy as np
import pytest
import torch

from ml.errors import DivergedError
from ml.learning.pacing import FramePacer
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.embedding import VALUES_PER_CHUNK, Embedding
from ml.networks.model import LatentModel, build_model
from ml.presets import make_learner
from ml.records import PRESETS, UNSURE, Frame, RunConfig, Snapshot, Step
from ml.seeding import make_generator
from ml.training import train
from tests.ml.scenes import CONFIG, blobs, figure, quiet_pacer, resumable, run, snapshots

LONG = dataclasses.replace(CONFIG, num_epochs=40)


def fresh(config: RunConfig = CONFIG) -> LatentModel:
    return build_model(config, (1, 8, 8), 3)


def eager_pacer() -> FramePacer:
    """A pacer that lets a frame out after every step."""
    return FramePacer(time.monotonic, min_gap_s=0.0, max_share=1e9)


@pytest.fixture(scope="module")
def pretrained() -> Snapshot:
    """The last snapshot of forty epochs without annotations."""
    return snapshots(run(fresh(LONG), blobs(), LONG))[-1]


def child(parent: Snapshot) -> LatentModel:
    model = fresh()
    load_weights(model, unpack_checkpoint(parent.checkpoint))
    return model


def test_train__a_fresh_model_shows_epoch_0_then_steps_and_snapshots() -> None:
    events = run(fresh(), blobs())
    assert isinstance(events[0], Snapshot)
    assert [s.epoch for s in snapshots(events)] == [0, 1, 2, 3]
    steps = [(e.epoch, e.step, e.num_steps) for e in events if isinstance(e, Step)]
    assert steps == [(e, i, 6) for e in (1, 2, 3) for i in range(1, 7)]  # 96 samples by 16


def test_train__a_fresh_model_is_seen_before_neighbours_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Among 100,000 images that takes half a minute."""
    monkeypatch.delattr("ml.presets.contrast.Neighbours.chunks")
    config = dataclasses.replace(CONFIG, preset="lodemap")
    events = train(fresh(config), blobs(), config, quiet_pacer())
    first = next(events)
    assert isinstance(first, Snapshot)
    assert first.epoch == 0
    with pytest.raises(AttributeError, match="chunks"):
        next(events)


def test_train__snapshots_have_the_promised_shapes() -> None:
    for snapshot in snapshots(run(fresh(), blobs(annotated=(0, 1)))):
        assert snapshot.embedding.shape == (120, 2)
        assert snapshot.embedding.dtype == np.float32
        assert snapshot.prediction.dtype == np.int16
        for share in (snapshot.confidence, snapshot.uncertainty):
            assert share.shape == (120,)
            assert share.dtype == np.float32
            assert ((share >= 0) & (share <= 1)).all()


def test_train__the_loss_falls_and_the_map_spreads(pretrained: Snapshot) -> None:
    first = snapshots(run(fresh(LONG), blobs(), dataclasses.replace(LONG, num_epochs=1)))[-1]
    assert figure(pretrained, "loss") < 0.95 * figure(first, "loss")
    assert figure(pretrained, "spread") > 0.3
    assert figure(pretrained, "active_units") >= 1


def test_train__without_annotations_nothing_is_predicted(pretrained: Snapshot) -> None:
    assert (pretrained.prediction == -1).all()
    assert not pretrained.confidence.any()
    assert pretrained.metrics["held_out_accuracy"] is None
    assert pretrained.metrics["classification"] == 0


def test_train__a_parent_starts_without_epoch_0_and_learns_its_classes(
    pretrained: Snapshot,
) -> None:
    config = dataclasses.replace(CONFIG, num_epochs=10)
    done = snapshots(run(child(pretrained), blobs(annotated=(0, 1, 2)), config))
    assert done[0].epoch == 1
    assert done[-1].metrics["held_out_known"] == 24
    assert figure(done[-1], "held_out_accuracy") > 0.9


def test_train__classes_without_annotation_are_never_predicted(pretrained: Snapshot) -> None:
    last = snapshots(run(child(pretrained), blobs(annotated=(0, 2))))[-1]
    assert set(np.unique(last.prediction)) == {0, 2}


def test_train__held_out_pixels_and_annotations_change_nothing(pretrained: Snapshot) -> None:
    samples = blobs(annotated=(0, 1))
    assert isinstance(samples.images, np.ndarray)
    images, annotation = samples.images.copy(), samples.annotation.copy()
    images[samples.is_held_out] = 255 - images[samples.is_held_out]
    annotation[samples.is_held_out] = 2
    other = dataclasses.replace(samples, images=images, annotation=annotation)
    a, b = (snapshots(run(child(pretrained), s))[-1] for s in (samples, other))
    trained = samples.trained_ids
    np.testing.assert_array_equal(a.embedding[trained], b.embedding[trained])
    assert a.metrics["loss"] == b.metrics["loss"]


def test_train__unsure_counts_as_not_annotated(pretrained: Snapshot) -> None:
    samples = blobs(annotated=(0, 1))
    unsure = np.where(samples.annotation < 0, UNSURE, samples.annotation).astype(np.int16)
    other = dataclasses.replace(samples, annotation=unsure)
    a, b = (snapshots(run(child(pretrained), s))[-1] for s in (samples, other))
    assert a.checkpoint == b.checkpoint


def test_train__equal_seeds_give_equal_snapshots_with_and_without_frames() -> None:
    samples = blobs(annotated=(0, 1))
    quiet, framed = (run(fresh(), samples, pacer=p()) for p in (quiet_pacer, eager_pacer))
    assert any(isinstance(event, Frame) for event in framed)
    for a, b in zip(snapshots(quiet), snapshots(framed), strict=True):
        np.testing.assert_array_equal(a.embedding, b.embedding)
        assert a.checkpoint == b.checkpoint
        assert a.metrics == b.metrics


def test_train__global_random_state_is_neither_read_nor_moved() -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    a = snapshots(run(fresh(), blobs()))[-1]
    assert torch.equal(before, torch.random.get_rng_state())
    torch.manual_seed(2)
    assert snapshots(run(fresh(), blobs()))[-1].checkpoint == a.checkpoint


@pytest.mark.parametrize("annotated", [(0, 1, 2), ()])
@pytest.mark.parametrize("has_parent", [False, True])
def test_train__resumes_at_an_epoch_as_if_never_stopped(
    has_parent: bool, annotated: tuple[int, ...], pretrained: Snapshot
) -> None:
    samples = blobs(annotated=annotated)
    whole = snapshots(run(child(pretrained) if has_parent else fresh(), samples))
    at_1 = next(s for s in whole if s.epoch == 1)
    resumed = snapshots(run(fresh(), samples, resume=resumable(at_1)))
    assert [s.epoch for s in resumed] == [2, 3]
    for a, b in zip(whole[-2:], resumed, strict=True):
        np.testing.assert_array_equal(a.embedding, b.embedding)
        assert a.checkpoint == b.checkpoint


def test_train__resumes_where_most_minibatches_hold_no_annotation() -> None:
    samples = blobs(annotated=(0, 1))
    annotation = samples.annotation.copy()
    annotation[np.flatnonzero(annotation >= 0)[2:]] = -1
    sparse = dataclasses.replace(samples, annotation=annotation)
    config = dataclasses.replace(CONFIG, batch_size=8)
    whole = snapshots(run(fresh(), sparse, config))
    resumed = run(fresh(), sparse, config, resume=resumable(whole[-2]))
    assert snapshots(resumed)[-1].checkpoint == whole[-1].checkpoint


def test_train__the_first_frame_leaves_after_four_steps(pretrained: Snapshot) -> None:
    config = dataclasses.replace(CONFIG, batch_size=8)  # 12 steps an epoch
    pacer = FramePacer(time.monotonic, min_gap_s=1e9)
    events = run(child(pretrained), blobs(annotated=(0, 1)), config, pacer)
    (frame,) = [e for e in events if isinstance(e, Frame)]
    assert frame.epoch == pytest.approx(4 / 12)
    assert frame.embedding.shape == (120, 2)
    moved = np.linalg.norm(frame.embedding - pretrained.embedding, axis=1)
    assert moved.mean() > 0.01 * figure(pretrained, "spread")


def test_train__large_snapshots_give_way_between_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VALUES_PER_CHUNK, "cpu", 50 * 64)
    first = list(zip(range(3), train(fresh(), blobs(), CONFIG, quiet_pacer()), strict=False))
    assert [type(event) for _, event in first] == [Step, Step, Snapshot]
    whole = Embedding(fresh(), torch.from_numpy(np.asarray(blobs().images)))
    list(whole.chunks())
    assert whole.is_complete
    assert isinstance(first[-1][1], Snapshot)
    np.testing.assert_array_equal(first[-1][1].embedding, whole.mu)


def test_train__a_seat_is_taken_where_the_class_is(pretrained: Snapshot) -> None:
    config = dataclasses.replace(CONFIG, num_epochs=1)
    (after,) = snapshots(run(child(pretrained), blobs(annotated=(0, 1, 2)), config))
    assert figure(after, "held_out_accuracy") > 0.6  # a third would be chance


def test_train__a_loss_that_is_not_finite_ends_the_run() -> None:
    model = fresh()
    with torch.no_grad():
        model.get_parameter("mu.bias").fill_(float("nan"))
    with pytest.raises(DivergedError, match="not finite"):
        run(model, blobs())


@pytest.mark.parametrize(
    ("preset", "limit", "most"),
    [
        *[(preset, "MOST_PER_EPOCH", 40) for preset in PRESETS],
        *[(preset, "VALUES_PER_EPOCH", {"cpu": 40 * 64}) for preset in PRESETS],
    ],
)
def test_train__of_very_many_or_large_samples_an_epoch_meets_some(
    preset: str, limit: str, most: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Annotated ones always; and a resumed run meets the same ones."""
    monkeypatch.setattr(f"ml.learning.order.{limit}", most)
    if limit == "MOST_PER_EPOCH":
        monkeypatch.setattr("ml.presets.contrast.MOST_PER_EPOCH", most)
    config = RunConfig(preset=preset, num_epochs=3, batch_size=16)
    model = build_model(config, (1, 8, 8), 3)
    first = snapshots(run(model, blobs(), config))
    assert all(len(each.embedding) == 120 for each in first)
    samples = blobs(annotated=(0,))
    learner = make_learner(model, samples, config, True)
    orders = [learner.order(make_generator(0, epoch)) for epoch in (1, 1, 2)]
    assert [len(order) for order in orders] == [40, 40, 40]
    assert torch.equal(orders[0], orders[1])
    taught = np.flatnonzero(samples.taught >= 0)
    assert len(taught) == 20
    assert all(set(taught.tolist()) <= set(order.tolist()) for order in orders)
