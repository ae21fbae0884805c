"""Steps that are recorded and replayed: on a GPU they must do what they did before."""

import numpy as np
import pytest
import torch
from torch import Tensor

from ml.device import be_repeatable
from ml.knobs import defaults_of
from ml.learning.replay import ReplayedStep
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.model import build_model
from ml.presets.lodemap import Lodemap
from ml.presets.unfold import Unfold
from ml.records import PRESETS, RunConfig, Snapshot
from ml.samples.training_set import TrainingSet
from tests.ml.scenes import blobs, figure, resumable, run, snapshots

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
each_preset = pytest.mark.parametrize("preset", PRESETS)


def config_of(preset: str, num_epochs: int) -> RunConfig:
    knobs = {**defaults_of(preset), "num_epochs": num_epochs, "batch_size": 16}
    return RunConfig(preset=preset, **knobs)  # type: ignore[arg-type]


def learn(preset: str, samples: TrainingSet, start: Snapshot | None = None) -> list[Snapshot]:
    """Pretrain on the GPU, or go on from an earlier end."""
    be_repeatable()
    config = config_of(preset, 8 if start is None else 4)
    model = build_model(config, samples.sample_shape, samples.num_classes, "cuda")
    if start is not None:
        load_weights(model, unpack_checkpoint(start.checkpoint))
    return snapshots(run(model, samples, config))


def five_kinds() -> TrainingSet:
    """Blobs of five kinds, all annotated: so many are refined."""
    samples = blobs(400)
    kind = np.arange(400) // 2 % 5  # every fifth is held out
    images = np.random.default_rng(0).integers(0, 60, samples.images.shape).astype(np.uint8)
    for k in range(5):
        images[kind == k, :, :, k : k + 2] += 180
    truth = kind.astype(np.int16)
    annotation = np.where(samples.is_held_out, -1, truth).astype(np.int16)
    return TrainingSet(images, annotation, samples.is_held_out, truth, 5)


def test_step__on_a_cpu_is_done_each_time() -> None:
    seen: list[list[int]] = []
    step = ReplayedStep(lambda ids: seen.append(ids.tolist()))
    for ids in ([1, 2], [3, 4], [5], [6, 7]):
        step(torch.tensor(ids))
    assert seen == [[1, 2], [3, 4], [5], [6, 7]]


@needs_cuda
def test_step__replayed_it_reads_new_ids_and_draws_new_noise() -> None:
    noise = torch.Generator("cuda").manual_seed(0)
    told, drawn = torch.zeros(2, 10, device="cuda"), []

    def work(ids: Tensor) -> None:
        told[0, ids] += 1
        told[1, ids] = torch.rand(len(ids), generator=noise, device="cuda")

    step = ReplayedStep(work, noise)
    for k in range(5):
        step(torch.tensor([2 * k, 2 * k + 1], device="cuda"))
        drawn.append(noise.get_offset())
    assert told[0].tolist() == [1] * 10
    plain = torch.Generator("cuda").manual_seed(0)
    expected = torch.cat([torch.rand(2, generator=plain, device="cuda") for _ in range(5)])
    torch.testing.assert_close(told[1], expected)
    assert noise.get_offset() == plain.get_offset()


@needs_cuda
def test_step__that_breaks_while_it_is_recorded_tells_what_broke_it() -> None:
    def work(ids: Tensor) -> None:
        assert float(told[ids].sum()) >= 0  # waits for the device, which no recording can

    told = torch.zeros(10, device="cuda")
    step = ReplayedStep(work)
    step(torch.tensor([1, 2], device="cuda"))
    with pytest.raises(RuntimeError, match="capturing"):
        step(torch.tensor([3, 4], device="cuda"))


@needs_cuda
def test_pretraining__replayed_is_the_same_as_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replayed = learn("lodemap", blobs(400))
    monkeypatch.setattr(Unfold, "IS_EVEN", False)
    for mine, plain in zip(replayed, learn("lodemap", blobs(400)), strict=True):
        np.testing.assert_allclose(mine.embedding, plain.embedding, rtol=1e-3, atol=1e-3)


@needs_cuda
def test_update__replayed_is_the_same_as_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = five_kinds()
    start = learn("lodemap", samples)[-1]
    replayed = learn("lodemap", samples, start)
    assert figure(replayed[-1], "contrast") > 0
    monkeypatch.setattr(Lodemap, "IS_EVEN", False)
    for mine, plain in zip(replayed, learn("lodemap", samples, start), strict=True):
        np.testing.assert_allclose(mine.embedding, plain.embedding, rtol=1e-3, atol=1e-3)


@needs_cuda
@each_preset
def test_runs__equal_seeds_give_equal_maps(preset: str) -> None:
    first, second = (learn(preset, blobs(200)) for _ in range(2))
    for mine, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(mine.embedding, other.embedding)
    updated = [learn(preset, blobs(200, annotated=(0, 1)), first[-1])[-1] for _ in range(2)]
    np.testing.assert_array_equal(updated[0].embedding, updated[1].embedding)
    assert np.isfinite(updated[0].embedding).all()


@needs_cuda
@each_preset
def test_runs__resumed_end_as_if_never_stopped(preset: str) -> None:
    be_repeatable()
    config, samples = config_of(preset, 4), blobs(200, annotated=(0, 1))
    whole = snapshots(run(build_model(config, (1, 8, 8), 3, "cuda"), samples, config))
    middle = resumable(whole[2])
    again = build_model(config, (1, 8, 8), 3, "cuda")
    rest = snapshots(run(again, samples, config, resume=middle))
    np.testing.assert_allclose(rest[-1].embedding, whole[-1].embedding, rtol=1e-4, atol=1e-4)
