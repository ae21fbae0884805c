"""A network leaves by a child process and works where no Lodemap is."""

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import NoReturn

import numpy as np
import onnxruntime
import psutil
import pytest

from ml.records import PRESETS, RunConfig
from store.errors import DiskFullError
from store.opening import Store
from store.records import ClassInfo
from store.snapshots.seen import see
from tasks.child_start import ROOT, start_child
from tasks.fine_tune import run_fine_tune
from tasks.network_child import unique_names
from tasks.network_export import NetworkExportError, network_zip
from tasks.workbench import Workbench
from tests.contract.taught import teach_digits
from tests.contract.workplace import NUM_SAMPLES, SHORT, put_samples
from tests.small_disk import files_up_to
from tests.tasks.conftest import Submit
from tests.tasks.test_intake import wait_for
from tests.tasks.test_intake_child import is_gone

PATIENT_S = 110.0
CONFIG = RunConfig("annotate-vae", num_epochs=3, batch_size=64, seed=5)
APP = """
import sys
from store.snapshots.seen import see
from store.opening import open_store
from store.settings import Settings
from tasks.network_export import network_zip

with open_store(Settings.from_env({}, {"data_dir": sys.argv[1]})) as store:
    next(network_zip(store.settings, see(store, sys.argv[2]), 100.0))
"""


def taught(store: Store, bench: Workbench, preset: str) -> str:
    """Make a project whose digits were pretrained and taught; return its id."""
    dataset_id = put_samples(store).dataset_id
    project_id = store.projects.create("Digits | *few*", dataset_id, preset=preset).project_id
    run = store.runs.submit(project_id, "pretrain", SHORT, "Ana", "a", "p")
    run_fine_tune(run.run_id, store, bench, "one")
    teach_digits(store, project_id)
    run = store.runs.submit(project_id, "fine_tune", CONFIG, "Ana", "a", "u")
    run_fine_tune(run.run_id, store, bench, "one")
    assert store.runs.get(run.run_id).state == "finished", store.runs.get(run.run_id).error
    return project_id


def unpacked(store: Store, project_id: str, folder: Path, **which: object) -> dict[str, bytes]:
    sight = see(store, project_id, **which)  # type: ignore[arg-type]
    data = b"".join(network_zip(store.settings, sight, PATIENT_S))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    "preset", [PRESETS[0], *(pytest.param(each, marks=pytest.mark.wide) for each in PRESETS[1:])]
)
def test_network_zip__holds_the_snapshots_network(
    store: Store, bench: Workbench, tmp_path: Path, preset: str
) -> None:
    project_id = taught(store, bench, preset)
    files = unpacked(store, project_id, tmp_path / "out")
    assert set(files) == {
        "README.md", "config.json", "network.py", "network.safetensors", "network.onnx",
    }  # fmt: skip
    sight = see(store, project_id)
    images = np.asarray(store.datasets.samples(sight.project.dataset_id).images)
    session = onnxruntime.InferenceSession(files["network.onnx"])
    z, probabilities = session.run(["z", "probabilities"], {"samples": images})
    span = np.ptp(sight.frame.embedding, axis=0).max()
    np.testing.assert_allclose(z, sight.frame.embedding, atol=span / 65535 + 1e-4)
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)
    config = json.loads(files["config.json"])
    assert config["class_names"] == [str(digit) for digit in range(6)]
    assert config["config"]["preset"] == preset
    assert config["input"]["dtype"] == "uint8"
    assert b"the program made them" in files["network.py"]
    share = float((probabilities.argmax(1) == sight.frame.prediction).mean())
    card = files["README.md"].decode()
    assert f"It gives {share:.1%} of the {NUM_SAMPLES:,} samples, " in card
    assert "Digits \\| \\*few\\*" in card
    assert sight.frame.confidence is not None
    apart = np.abs(probabilities.max(1) - sight.frame.confidence / np.float32(255)).mean()
    assert f"differs from the confidence in the app by {apart:.3f} on the mean" in card
    assert "Expected calibration error on the held-out samples" in card
    assert "| 0 | 8 | 0 |" in card, "six named and two moved, none held out"
    assert ("label spreading" in card) == (preset == "lodemap")
    if preset == "lodemap":
        run_lines_of(card, tmp_path / "out")
    else:
        assert share == 1
    assert not list(store.settings.data_dir.glob("export-*"))


def run_lines_of(card: str, folder: Path) -> None:
    """Run the six lines of a card where no Lodemap is."""
    lines = re.search(r"```python\n(.*?)```", card, re.DOTALL)
    assert lines is not None
    assert len(lines[1].splitlines()) == 6
    code = lines[1] + "print(tuple(z.shape), tuple(probabilities.shape), len(CLASS_NAMES))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert result.stdout.strip() == "(1, 2) (1, 6) 6", result.stderr


def test_network_zip__of_a_pretraining_and_of_an_earlier_epoch(
    store: Store, bench: Workbench, tmp_path: Path
) -> None:
    dataset_id = put_samples(store).dataset_id
    project_id = store.projects.create("p", dataset_id).project_id
    run = store.runs.submit(project_id, "pretrain", SHORT, "Ana", "a", "p")
    run_fine_tune(run.run_id, store, bench, "one")
    which = {"run_id": run.run_id, "epoch": 1}
    files = unpacked(store, project_id, tmp_path / "out", **which)
    assert json.loads(files["config.json"])["epoch"] == 1
    assert "pretrained without names" in files["README.md"].decode()
    session = onnxruntime.InferenceSession(files["network.onnx"])
    images = np.asarray(store.datasets.samples(dataset_id).images)
    (z,) = session.run(None, {"samples": images})
    shown = see(store, project_id, run.run_id, 1).frame.embedding
    np.testing.assert_allclose(z, shown, atol=np.ptp(shown, axis=0).max() / 65535 + 1e-4)


def test_network_zip__what_cannot_be_is_one_sentence(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run = submit(SHORT)
    run_fine_tune(run.run_id, store, bench, "one")
    sight = see(store, run.project_id)
    with pytest.raises(NetworkExportError, match=r"not exported within 0\.01 s"):
        next(network_zip(store.settings, sight, 0.01))
    path = store.artifacts.local_path(store.runs.snapshot(run.run_id, 3).checkpoint)
    data = bytearray(path.read_bytes())
    data[-10] ^= 1
    path.write_bytes(data)
    with pytest.raises(NetworkExportError, match="checksum does not match"):
        next(network_zip(store.settings, sight, PATIENT_S))
    assert not list(store.settings.data_dir.glob("export-*"))


def test_network_zip__on_a_full_disk_says_so(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit(SHORT)
    run_fine_tune(run.run_id, store, bench, "one")
    sight = see(store, run.project_id)

    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "mkdir", full)
        with pytest.raises(DiskFullError):
            next(network_zip(store.settings, sight, PATIENT_S))
    data = b"".join(network_zip(store.settings, sight, PATIENT_S))
    with files_up_to(len(data) - 1), pytest.raises(NetworkExportError, match="The disk is full"):
        next(network_zip(store.settings, sight, PATIENT_S))


def test_child__ends_with_an_app_that_is_killed(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run = submit(SHORT)
    run_fine_tune(run.run_id, store, bench, "one")
    app = psutil.Popen(
        [sys.executable, "-c", APP, store.settings.data_dir, run.project_id], cwd=ROOT
    )
    (child,) = wait_for(lambda: app.children() or None)
    os.kill(app.pid, signal.SIGKILL)
    app.wait()
    wait_for(lambda: is_gone(child.pid))
    assert not list(store.settings.data_dir.glob("export-*/network.zip")), "it went on alone"


def test_start_child__that_ends_before_it_is_told_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deaf").write_text("#!/bin/sh\nexec 0<&-\nexit 3\n")
    (tmp_path / "deaf").chmod(0o700)
    monkeypatch.setattr("tasks.child_start.sys.executable", str(tmp_path / "deaf"))
    dumps = json.dumps

    def slow(task: object) -> str:
        time.sleep(0.5)
        return dumps(task)

    monkeypatch.setattr("tasks.child_start.json.dumps", slow)
    with start_child("tasks.network_child", {}, {}) as child:
        assert child.wait() == 3


def test_names__of_two_classes_that_share_one() -> None:
    """A class that was merged since, and a new one of its name: both were taught, both go out."""
    classes = [
        ClassInfo(0, "cat", 0, merged_into=1),
        ClassInfo(1, "dog", 1),
        ClassInfo(2, "cat", 2),
    ]
    assert unique_names(classes, [0, 1, 2]) == ["cat (0)", "dog", "cat (2)"]
    assert unique_names(classes, [1, 2]) == ["dog", "cat"]
