"""The process that exports a network: `python -m tasks.network_child`, its task on stdin.

It alone needs PyTorch. Where it cannot, it says why in one sentence on stdout and exits with 2; it
ends with the app that started it.
"""

from ml import startup

# isort: split
import json
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from ml.errors import LodemapError
from ml.measures.metrics import calibration_error, held_out_metrics
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.embedding import chunk_size
from ml.networks.model import build_model
from ml.records import NO_CLASS
from ml.samples.training_set import TrainingSet, to_pixels
from store.files.disk import disk_errors
from store.opening import Store, open_store
from store.records import ClassInfo
from store.settings import Settings
from store.snapshots.seen import SeenSnapshot, see
from store.version import lodemap_version
from tasks.child_life import take_task
from tasks.errors import EXIT_CANNOT_START
from tasks.lesson import load_lesson
from tasks.lone_head import fit_lone_head
from tasks.network_card import Agreement, NetworkFacts, TaughtClass, write_card
from tasks.plain_network import PlainNetwork, to_onnx, to_safetensors, to_source
from tasks.plain_prepare import preparing, told_of_input
from tasks.workbench import Workbench

startup.all_in()

FORMAT_VERSION: Final = 1
"""Of config.json."""


def main() -> int:
    """Export one network; return the exit status."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not be taken for a reason
    task = take_task()
    try:
        with open_store(Settings.from_env(os.environ)) as store:
            seen = see(store, task["project_id"], task["run_id"], task["epoch"])
            export_snapshot(store, seen, Path(task["path"]))
    except LodemapError as error:
        said.write(error.sentence)
        said.flush()
        return EXIT_CANNOT_START
    return 0


def export_snapshot(store: Store, seen: SeenSnapshot, path: Path) -> None:
    """Write the network of a snapshot, and all that goes with it, as a zip.

    Raises:
        LodemapError: when its checkpoint or its data are gone or damaged.
    """
    run = seen.run
    lesson = load_lesson(run, store, Workbench("cpu"))
    row = store.runs.snapshot(run.run_id, seen.epoch)
    checkpoint = unpack_checkpoint(store.artifacts.read(row.checkpoint, row.sha256))
    model = build_model(run.config, checkpoint.sample_shape, checkpoint.num_classes)
    load_weights(model, checkpoint)
    taught = np.flatnonzero(lesson.is_active) if run.kind == "fine_tune" else np.zeros(0, np.int64)
    if model.preset == "lodemap" and len(taught):
        fit_lone_head(model, lesson, seen.frame)
    network = PlainNetwork(model, taught.tolist())
    network.train(False)
    names = unique_names(store.journal.state(run.project_id).classes, taught.tolist())
    facts = NetworkFacts(
        project=seen.project,
        dataset=store.datasets.get(seen.project.dataset_id),
        config=run.config,
        run_number=run.number,
        epoch=seen.epoch,
        classes=count_taught(lesson, taught, names),
        metrics=row.metrics,
        agreement=compare(network, lesson, seen, taught),
        version=lodemap_version(),
    )
    write_zip(network, facts, path)


def unique_names(classes: Sequence[ClassInfo], class_indices: Sequence[int]) -> list[str]:
    """Return the names of classes as they are now; one that two share gets its index."""
    known = {info.class_index: info.name for info in classes}
    names = [known.get(index, f"class {index}") for index in class_indices]
    return [
        f"{name} ({index})" if names.count(name) > 1 else name
        for index, name in zip(class_indices, names, strict=True)
    ]


def count_taught(
    lesson: TrainingSet, class_indices: NDArray[np.int64], names: Sequence[str]
) -> list[TaughtClass]:
    """Return what the run heard of each class."""
    held_out = lesson.annotation[lesson.is_held_out]
    return [
        TaughtClass(name, int((lesson.taught == index).sum()), int((held_out == index).sum()))
        for index, name in zip(class_indices.tolist(), names, strict=True)
    ]


@torch.no_grad()
def look(
    network: PlainNetwork, lesson: TrainingSet
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """Return z (num_samples, latent_dim), the best column or -1 of each sample, and how sure."""
    pixels, size = to_pixels(lesson.images), chunk_size(lesson.sample_shape, torch.device("cpu"))
    z, best, sure = [], [], []
    for start in range(0, len(pixels), size):
        found = network(pixels[start : start + size])
        z.append(found[0].numpy())
        none = torch.zeros(len(z[-1])), torch.full((len(z[-1]),), NO_CLASS)
        top = found[1].max(1) if len(found) == 2 else none
        sure.append(top[0].numpy())
        best.append(top[1].numpy())
    return np.concatenate(z), np.concatenate(best), np.concatenate(sure)


def compare(
    network: PlainNetwork, lesson: TrainingSet, seen: SeenSnapshot, class_indices: NDArray[np.int64]
) -> Agreement:
    """Measure the exported network against the snapshot, on all samples."""
    z, best, sure = look(network, lesson)
    shown = seen.frame.embedding
    span = np.maximum(shown.max(axis=0) - shown.min(axis=0), 1e-12)  # (latent_dim,)
    furthest = float((np.abs(z - shown) / span).max())
    app, believed = seen.frame.prediction, seen.frame.confidence
    if not len(class_indices) or app is None or believed is None:
        return Agreement(len(z), furthest)
    prediction = class_indices[best].astype(np.int16)
    own = held_out_metrics(prediction, lesson.truth, lesson.is_held_out)
    is_same, held_out = prediction == app, lesson.is_held_out
    known = held_out & (lesson.truth >= 0)
    confidence = believed / np.float32(255)
    is_told = own["held_out_accuracy"] is not None

    def error(how: NDArray[np.floating], what: NDArray[np.int16]) -> float | None:
        return calibration_error(how[known], (what == lesson.truth)[known]) if is_told else None

    return Agreement(
        num_samples=len(z),
        furthest=furthest,
        share=float(is_same.mean()),
        held_out_share=float(is_same[held_out].mean()) if held_out.any() else None,
        accuracy=own["held_out_accuracy"],
        num_known=int(own["held_out_known"] or 0),
        difference=float(np.abs(sure - confidence).mean()),
        calibration=error(sure, prediction),
        app_calibration=error(confidence, app),
    )


def describe(facts: NetworkFacts) -> dict[str, object]:
    """Return what `config.json` says."""
    return {
        "format_version": FORMAT_VERSION,
        "lodemap_version": facts.version,
        "project": facts.project.name,
        "dataset_id": facts.dataset.dataset_id,
        "sample_shape": list(facts.dataset.sample_shape),
        "input": told_of_input(facts.dataset),
        "latent_dim": facts.project.latent_dim,
        "run": facts.run_number,
        "epoch": facts.epoch,
        "class_names": [each.name for each in facts.classes],
        "config": facts.config.to_json(),
    }


def write_zip(network: PlainNetwork, facts: NetworkFacts, path: Path) -> None:
    """Write the five files of an exported network.

    Raises:
        DiskFullError: they do not fit on the disk.
    """
    config = describe(facts)
    names = [each.name for each in facts.classes]
    title = f"{facts.project.name}, run {facts.run_number}, epoch {facts.epoch}"
    prepare = preparing(facts.dataset).source
    described = {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in config.items()
    }
    with disk_errors("The network"), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", write_card(facts))
        archive.writestr("config.json", json.dumps(config, ensure_ascii=False, indent=2))
        archive.writestr("network.py", to_source(network, title, facts.version, names, prepare))
        archive.writestr("network.safetensors", to_safetensors(network))
        archive.writestr("network.onnx", to_onnx(network, described))


if __name__ == "__main__":
    sys.exit(main())
