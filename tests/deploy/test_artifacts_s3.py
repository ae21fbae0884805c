"""Artifacts in a bucket: whole or not at all, and one sentence for whatever goes wrong."""

import os
import subprocess
import sys
import time
from pathlib import Path

import fsspec
import numpy as np
import pytest

from store.errors import (
    ArtifactMissingError,
    ArtifactsRefusedError,
    ArtifactsUnavailableError,
    SettingsError,
)
from store.files import fetched
from store.files.artifacts import Artifacts
from store.opening import open_store
from store.runs.orphans import remove_orphans
from store.settings import Settings
from tests.deploy.bucket import NAME, Bucket, wire_to
from tests.deploy.servers import clean_environ
from tests.patience import PATIENCE
from tests.services import free_port
from tests.source import ROOT
from tests.store.scene import make_scene


def reach(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], folder: Path, url: str
) -> Artifacts:
    """Open a bucket with these variables; fsspec would hand out what it opened before."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    return Artifacts(url, folder / "fetched")


def test_bucket__keeps_reads_and_forgets(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts = reach(monkeypatch, bucket.environ(), tmp_path, bucket.url)
    artifacts.check()
    assert bucket.names() == []
    sha256 = artifacts.write("runs/a/1.frame", b"bytes", durable=True)
    assert artifacts.read("runs/a/1.frame", sha256) == b"bytes"
    assert (artifacts.size("runs/a/1.frame"), artifacts.size("runs/a/2.frame")) == (5, 0)
    file = tmp_path / "images.npy"
    file.write_bytes(bytes(3_000_000))
    artifacts.add_file("datasets/a/images.npy", file)
    assert artifacts.local_path("datasets/a/images.npy").read_bytes() == file.read_bytes()
    assert bucket.names() == ["team/datasets/a/images.npy", "team/runs/a/1.frame"]
    for name in ("runs/a/1.frame", "datasets/a/images.npy"):
        artifacts.remove(name)
        artifacts.remove(name)
        assert not artifacts.exists(name)
        with pytest.raises(ArtifactMissingError):
            artifacts.read(name)
    assert bucket.names() == []


def test_bucket__two_processes_see_what_the_other_does(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = reach(monkeypatch, bucket.environ(), tmp_path / "a", bucket.url)
    theirs = reach(monkeypatch, bucket.environ(), tmp_path / "b", bucket.url)
    assert not ours.exists("runs/b/1")
    theirs.write("runs/b/1", b"x", durable=False)
    assert ours.exists("runs/b/1")
    assert ours.read("runs/b/1") == b"x"
    theirs.remove("runs/b/1")
    assert not ours.exists("runs/b/1")


def test_bucket__an_upload_torn_in_the_middle_leaves_nothing(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = b"old" * 1000
    reach(monkeypatch, bucket.environ(), tmp_path, bucket.url).write("weights", old, durable=True)
    file = tmp_path / "file"
    file.write_bytes(bytes(4_000_000))
    with wire_to(bucket.port, cut_after=1_000_000) as wire:
        artifacts = reach(monkeypatch, bucket.environ(wire.port), tmp_path, bucket.url)
        for name in ("weights", "weights-of-another"):
            with pytest.raises(ArtifactsUnavailableError, match="nothing was saved"):
                artifacts.write(name, bytes(4_000_000), durable=True)
            with pytest.raises(ArtifactsUnavailableError, match="nothing was saved"):
                artifacts.add_file(name, file)
        assert artifacts.read("weights") == old
    assert bucket.names() == ["team/weights"]
    artifacts = reach(monkeypatch, bucket.environ(), tmp_path, bucket.url)
    artifacts.write("weights", bytes(4_000_000), durable=True)
    assert artifacts.size("weights") == 4_000_000
    artifacts.remove("weights")


def test_bucket__a_copy_torn_in_the_middle_is_not_kept(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = reach(monkeypatch, bucket.environ(), tmp_path / "a", bucket.url)
    ours.write("set", bytes(4_000_000), durable=True)
    folder = tmp_path / "fetched"
    with wire_to(bucket.port, cut_answers_after=1_000_000) as wire:
        artifacts = reach(monkeypatch, bucket.environ(wire.port), tmp_path, bucket.url)
        with pytest.raises(ArtifactsUnavailableError):
            artifacts.local_path("set")
        with pytest.raises(ArtifactsUnavailableError):
            artifacts.read("set")
        found = [path for path in folder.rglob("*") if path.is_file()]
        assert all(path.name.startswith(".set.") for path in found), "half of it has no name"
        wire.cut_answers_after = None
        assert artifacts.local_path("set").read_bytes() == bytes(4_000_000)
    ours.remove("set")


def test_bucket__a_copy_goes_on_where_somebody_broke_off(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetched, "PIECE_BYTES", 1_000_000)
    artifacts = reach(monkeypatch, bucket.environ(), tmp_path, bucket.url)
    data = np.random.default_rng(0).bytes(3_500_000)
    artifacts.write("set", data, durable=True)
    pauses = iter([None, None])
    with pytest.raises(StopIteration):
        artifacts.local_path("set", lambda: next(pauses))
    (draft,) = (tmp_path / "fetched").glob(".set.*.tmp")
    assert draft.read_bytes() == data[:2_000_000]
    assert artifacts.local_path("set").read_bytes() == data
    artifacts.remove("set")


def test_bucket__is_swept_of_what_no_row_names(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.environ().items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    overrides = {"data_dir": tmp_path / "data", "artifacts_url": bucket.url}
    with open_store(Settings.from_env({}, overrides)) as store:
        run = (scene := make_scene(store)).claim(scene.submit("pretrain"))
        for name in ("1-0.weights", "1-0.0.frame", "1-1.weights"):
            store.artifacts.write(f"runs/{run.run_id}/{name}", b"bytes", durable=True)
        scene.commit(run, 0)
        store.leases.finish(run.run_id, "worker", "stopped")
        assert remove_orphans(store.database, store.artifacts) == 0, "written just now"
        assert remove_orphans(store.database, store.artifacts, -60.0) == 1
        assert not store.artifacts.exists(f"runs/{run.run_id}/1-1.weights")
        store.projects.delete(scene.id)
    assert bucket.names() == []


def test_bucket__a_server_that_is_gone_is_said_at_once(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wire_to(bucket.port) as wire:
        artifacts = reach(monkeypatch, bucket.environ(wire.port), tmp_path, bucket.url)
        artifacts.write("runs/c/1", b"x", durable=True)
        wire.cut()
        started_s = time.monotonic()
        for call in (artifacts.read, artifacts.exists, artifacts.size, artifacts.remove):
            with pytest.raises(ArtifactsUnavailableError, match=f"at s3://{NAME}/team do not"):
                call("runs/c/1")
        with pytest.raises(ArtifactsUnavailableError, match="nothing was saved") as caught:
            artifacts.write("runs/c/2", b"x", durable=True)
        assert time.monotonic() - started_s < 10 * PATIENCE
        assert (caught.value.status, caught.value.sentence.count("\n")) == (503, 0)
        wire.join()
        assert artifacts.read("runs/c/1") == b"x"
        artifacts.remove("runs/c/1")


@pytest.mark.parametrize("wrong", ["key", "secret"])
def test_bucket__wrong_credentials_are_one_sentence(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    environ = bucket.environ(secret="sesame" if wrong == "secret" else None)
    if wrong == "key":
        environ["AWS_ACCESS_KEY_ID"] = "AKIAXXXXXXXXXXXXXXXX"
    artifacts = reach(monkeypatch, environ, tmp_path, bucket.url)
    for call in (artifacts.check, lambda: artifacts.read("runs/a")):
        with pytest.raises(ArtifactsRefusedError, match="refuse this process") as caught:
            call()
        assert "correct its rights or credentials" in caught.value.sentence
        assert "sesame" not in caught.value.sentence


def test_bucket__that_is_not_there_is_one_sentence(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts = reach(monkeypatch, bucket.environ(), tmp_path, "s3://other/team")
    with pytest.raises(ArtifactsRefusedError, match="make the bucket"):
        artifacts.check()


@pytest.mark.parametrize(
    "trouble", [pytest.param("wrong credentials", marks=pytest.mark.wide), "nobody there"]
)
def test_app__says_in_a_line_that_its_bucket_cannot_be_used(
    bucket: Bucket, tmp_path: Path, trouble: str
) -> None:
    wrong = {"secret": "sesame"} if trouble == "wrong credentials" else {"port": free_port()}
    status = 2 if "secret" in wrong else os.EX_TEMPFAIL
    environ = {**bucket.environ(**wrong), "LODEMAP_ARTIFACTS_URL": bucket.url}
    ended = subprocess.run(
        [sys.executable, "app.py", "--port", "0", "--data-dir", str(tmp_path / "data")],
        cwd=ROOT, env=clean_environ(environ), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (status, ""), ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert ("refuse this process" if "secret" in wrong else "do not answer") in ended.stderr
    assert "sesame" not in ended.stderr


def test_place__of_an_unknown_kind_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="artifacts_url"):
        Artifacts("nowhere://x", tmp_path)
    with pytest.raises(SettingsError, match=r"requirements-s3\.lock"):
        Artifacts("gs://bucket", tmp_path)
