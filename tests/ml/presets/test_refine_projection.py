"""Wei et al.'s preset: pretrained by contrast, taught by principal components, refined by moves."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from ml.errors import InvalidInputError
from ml.graph.neighbours import Neighbours, comparable
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.model import LatentModel, build_model
from ml.presets import make_learner
from ml.presets.contrast import Contrast
from ml.presets.refine_projection import RefineProjection
from ml.records import RunConfig, Snapshot
from ml.samples.training_set import TrainingSet
from ml.seeding import make_generator
from tests.ml.scenes import blobs, figure, resumable, run, snapshots

PRETRAINING = RunConfig(preset="refine-projection", num_epochs=30, batch_size=32)
REFINING = dataclasses.replace(PRETRAINING, num_epochs=3, learning_rate=0.04)


def fresh() -> LatentModel:
    return build_model(PRETRAINING, (1, 8, 8), 3)


@pytest.fixture(scope="module")
def pretraining() -> list[Snapshot]:
    return snapshots(run(fresh(), blobs(), PRETRAINING))


def child(parent: Snapshot) -> LatentModel:
    model = fresh()
    load_weights(model, unpack_checkpoint(parent.checkpoint))
    return model


def moved(samples: TrainingSet, ids: list[int], target: tuple[float, float]) -> TrainingSet:
    """The same samples, some of them dropped at one place."""
    targets = np.full((samples.num_samples, 2), np.nan, np.float32)
    targets[ids] = target
    return dataclasses.replace(samples, target=targets)


def test_pretraining__tells_the_kinds_apart_and_spreads_the_map(
    pretraining: list[Snapshot],
) -> None:
    assert figure(pretraining[-1], "contrast") < 0.9 * figure(pretraining[1], "contrast")
    assert figure(pretraining[-1], "teaching") < figure(pretraining[1], "teaching")
    assert figure(pretraining[-1], "spread") == pytest.approx(1, abs=0.3)
    assert pretraining[-1].metrics["active_units"] is None
    kind = np.arange(120) % 3
    places = np.stack([pretraining[-1].embedding[kind == k].mean(0) for k in range(3)])
    own = pretraining[-1].embedding - places[kind]
    gaps = [np.linalg.norm(places[a] - places[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert min(gaps) > np.sqrt(np.square(own).sum(1).mean())


def test_pretraining__resumes_as_if_never_stopped(pretraining: list[Snapshot]) -> None:
    checkpoint = resumable(pretraining[-2])
    resumed = snapshots(run(fresh(), blobs(), PRETRAINING, resume=checkpoint))
    assert resumed[-1].checkpoint == pretraining[-1].checkpoint


def test_refining__learns_the_classes(pretraining: list[Snapshot]) -> None:
    samples = blobs(annotated=(0, 1, 2))
    config = dataclasses.replace(REFINING, num_epochs=6)
    last = snapshots(run(child(pretraining[-1]), samples, config))[-1]
    assert figure(last, "held_out_accuracy") > 0.9


def test_refining__few_annotations_teach_in_every_step(pretraining: list[Snapshot]) -> None:
    samples = blobs()
    annotation = samples.annotation.copy()
    annotation[[1, 2]] = [1, 2]
    few = dataclasses.replace(samples, annotation=annotation)
    learner = make_learner(child(pretraining[-1]), few, REFINING, is_fine_tuning=True)
    minibatches = learner.begin_epoch(1)
    assert [len(ids) for ids in minibatches] == [32, 32, 32]
    assert set(torch.cat(minibatches).tolist()) == {1, 2}
    last = snapshots(run(child(pretraining[-1]), few, REFINING))[-1]
    assert last.prediction[[1, 2]].tolist() == [1, 2]


def test_refining__every_sample_annotated_comes_once_an_epoch() -> None:
    whole = dataclasses.replace(blobs(), annotation=(np.arange(120) % 3).astype(np.int16))
    learner = make_learner(fresh(), whole, REFINING, is_fine_tuning=True)
    minibatches = learner.begin_epoch(1)
    np.testing.assert_array_equal(np.sort(torch.cat(minibatches)), whole.trained_ids)


class CountedOperations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what PyTorch is asked to do."""

    count = 0

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        self.count += 1
        return func(*args, **(kwargs or {}))


def test_refining__one_annotation_among_many_is_drawn_at_once() -> None:
    """Each round on its own kept a stop waiting for as many rounds as there are samples."""
    samples = blobs(3000)
    samples.annotation[1] = 1
    learner = make_learner(fresh(), samples, REFINING, is_fine_tuning=True)
    with CountedOperations() as counted:  # type: ignore[no-untyped-call]
        order = learner.order(make_generator(0))
    assert order.tolist() == [1] * 2400
    assert counted.count < 50


def test_refining__rounds_of_annotations_each_come_in_an_order_of_their_own() -> None:
    samples = blobs()
    samples.annotation[[1, 2, 3, 4, 6, 7, 8]] = 1
    learner = make_learner(fresh(), samples, REFINING, is_fine_tuning=True)
    order = learner.order(make_generator(0))
    assert len(order) == 96
    rounds = [part.tolist() for part in torch.split(order, 7)]
    assert all(sorted(each) == [1, 2, 3, 4, 6, 7, 8] for each in rounds[:-1])
    assert len(set(map(tuple, rounds))) > 10


def test_pretraining__of_many_compares_only_those_it_drew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.presets.contrast.MOST_PER_EPOCH", 40)
    learner = make_learner(fresh(), blobs(), PRETRAINING, is_fine_tuning=False)
    assert isinstance(learner, Contrast)
    found = Neighbours(comparable(learner.pixels), 15, learner.ids, learner.ids)
    list(found.chunks())
    compared = []

    def counted(samples: torch.Tensor) -> torch.Tensor:
        compared.append(len(samples))
        return comparable(samples)

    monkeypatch.setattr("ml.presets.contrast.comparable", counted)
    list(learner.prepare())
    assert compared == [40]
    torch.testing.assert_close(learner._neighbours, found.ids)


def test_refining__with_nothing_that_teaches_changes_nothing(pretraining: list[Snapshot]) -> None:
    last = snapshots(run(child(pretraining[-1]), blobs(), REFINING))[-1]
    np.testing.assert_array_equal(last.embedding, pretraining[-1].embedding)


def test_refining__moved_points_arrive(pretraining: list[Snapshot]) -> None:
    start = pretraining[-1].embedding
    ids = [1, 4, 7]
    samples = moved(blobs(annotated=(0, 1)), ids, (2.0, 2.0))
    config = dataclasses.replace(REFINING, num_epochs=10)
    done = snapshots(run(child(pretraining[-1]), samples, config))
    before = np.linalg.norm(start[ids] - 2, axis=1)
    after = np.linalg.norm(done[-1].embedding[ids] - 2, axis=1)
    assert (after < before).all()
    assert figure(done[-1], "displacement") < figure(done[0], "displacement")


def test_refining__resumes_as_if_never_stopped(pretraining: list[Snapshot]) -> None:
    samples = moved(blobs(annotated=(0, 1)), [1, 2], (1.0, -1.0))
    whole = snapshots(run(child(pretraining[-1]), samples, REFINING))
    checkpoint = resumable(whole[0])
    resumed = run(child(pretraining[-1]), samples, REFINING, resume=checkpoint)
    assert snapshots(resumed)[-1].checkpoint == whole[-1].checkpoint


def test_total__is_the_weighted_sum_of_formula_1(pretraining: list[Snapshot]) -> None:
    samples = moved(blobs(annotated=(0, 1)), [1, 2], (1.0, -1.0))
    learner = make_learner(child(pretraining[-1]), samples, REFINING, is_fine_tuning=True)
    assert isinstance(learner, RefineProjection)
    total, classification, displacement = learner.losses(learner.ids[:8], torch.Generator())
    expected = 0.89 * classification + 0.11 * displacement
    torch.testing.assert_close(total, expected)


def test_moves__of_held_out_samples_teach_nothing() -> None:
    samples = moved(blobs(), [0, 1, 5], (1.0, 1.0))  # every fifth is held out
    assert samples.moved_ids.tolist() == [1]


def test_moves__with_more_axes_than_the_map_are_refused() -> None:
    samples = dataclasses.replace(blobs(), target=np.zeros((120, 3), np.float32))
    with pytest.raises(InvalidInputError, match="target has shape"):
        make_learner(fresh(), samples, PRETRAINING, is_fine_tuning=False)


def test_vectors__are_pretrained_and_refined() -> None:
    rng = np.random.default_rng(0)
    kind = np.arange(90) % 3
    vectors = (rng.normal(size=(90, 20)) + 4 * np.eye(20)[kind]).astype(np.float32)
    annotation = np.where(np.arange(90) < 45, kind, -1).astype(np.int16)
    held_out = np.arange(90) >= 60
    samples = TrainingSet(vectors, annotation, held_out, kind.astype(np.int16), 3)
    first = snapshots(run(build_model(PRETRAINING, (20,), 3), samples, PRETRAINING))[-1]
    model = build_model(REFINING, (20,), 3)
    load_weights(model, unpack_checkpoint(first.checkpoint))
    last = snapshots(run(model, samples, dataclasses.replace(REFINING, num_epochs=6)))[-1]
    assert figure(last, "held_out_accuracy") > 0.9
