"""The child that decodes: it ends in time, with its parent, and tells when the disk is full."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from ml.intake.records import Options
from store.opening import Store
from tasks.child_start import ROOT, start_child, without_secrets
from tasks.decoding import Decoding
from tasks.intake import IntakeDesk
from tests.ml.intake.brought import make_zip
from tests.small_disk import files_up_to, small_disk
from tests.tasks.test_intake import npz, sent, until, wait_for

APP = """
import sys
from contextlib import closing
from ml.intake.records import Options
from store.opening import open_store
from store.settings import Settings
from tasks.intake import IntakeDesk

with open_store(Settings.from_env({}, {"data_dir": sys.argv[1]})) as store:
    desk = IntakeDesk(store)
    desk.read(store.intakes.get(sys.argv[2]), Options())
    while (pid := desk.pid(sys.argv[2])) is None:
        pass
    print(pid, flush=True)
    sys.stdin.read()
"""


POOL = "import pyarrow as pa; print(pa.default_memory_pool().backend_name)"


def test_child__reserves_nothing_for_arrow_that_counts_for_its_limit(tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text(POOL)
    path = os.pathsep.join([str(tmp_path), *sys.path])
    with start_child("pool", {}, without_secrets() | {"PYTHONPATH": path}) as child:
        assert child.stdout is not None
        assert child.stdout.read() == b"system\n"


def is_gone(pid: int) -> Any:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE or None
    except psutil.NoSuchProcess:
        return True


def test_child__ends_with_an_app_that_is_killed(store: Store) -> None:
    intake = sent(store, npz(60_000))
    app = subprocess.Popen(
        [sys.executable, "-c", APP, str(store.settings.data_dir), intake.intake_id],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    with app:
        assert app.stdout is not None
        pid = int(app.stdout.readline())
        os.kill(app.pid, signal.SIGKILL)
    wait_for(lambda: is_gone(pid))
    with closing(IntakeDesk(store)) as next_app:
        next_app.start()
        assert until(store, intake, "ready", "failed").state == "ready"


def child(tmp_path: Path, num_samples: int, code: str) -> subprocess.Popen[bytes]:
    """Start the child's program, with something changed; it has its task."""
    upload, staged = tmp_path / "things.npz", tmp_path / "staged"
    upload.write_bytes(npz(num_samples))
    staged.mkdir()
    started = subprocess.Popen(
        [sys.executable, "-c", f"from tasks import intake_child\n{code}\nintake_child.main()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    task = {"upload": str(upload), "name": "things.npz", "options": {}, "staged": str(staged)}
    assert started.stdin is not None
    started.stdin.write(json.dumps(task).encode() + b"\n")
    started.stdin.flush()
    return started


def test_child__ends_when_its_stdin_closes_where_no_kernel_tells(tmp_path: Path) -> None:
    with child(tmp_path, 60_000, "intake_child.sys.platform = 'other'") as started:
        assert started.stdout is not None
        assert b"outline" in started.stdout.readline()
        assert started.stdin is not None
        started.stdin.close()
        assert started.wait(10) == -signal.SIGKILL


def test_child__has_a_time_for_everything(tmp_path: Path) -> None:
    code = "intake_child.TOTAL_S, intake_child.TELL_S = 0, 0"
    with child(tmp_path, 5000, code) as started:
        assert started.stdout is not None
        last = json.loads(started.stdout.read().splitlines()[-1])
    assert last["error"]["code"] == "too_slow"
    assert last["error"]["message"].startswith("Reading it takes more than 0 hours; import it in")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the heap has no limit")
def test_child__has_half_of_a_small_machine_and_says_so(tmp_path: Path) -> None:
    code = "\n".join([
        "import resource",
        "def stage(*_):",
        "    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == 5 * 2**29",
        "    raise MemoryError",
        "intake_child.stage = stage",
        "from tasks import memory",
        "memory.usable_bytes = lambda: 5 * 2**30",
    ])  # fmt: skip
    with child(tmp_path, 30, code) as started:
        assert started.stdout is not None
        last = json.loads(started.stdout.read().splitlines()[-1])
    assert last["error"] == {
        "code": "too_large",
        "message": "Reading it takes more than 2.5 GB of memory; import it in parts.",
    }


def test_decoding__on_a_disk_that_is_full_midway(tmp_path: Path) -> None:
    upload = tmp_path / "things.npz"
    upload.write_bytes(npz(20_000))
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk", 300_000):
        decoding = Decoding(upload, "things.npz", Options(), tmp_path / "disk" / "staged")
        last = list(decoding.said())[-1]
        decoding.kill()
    assert last == {"error": {"code": "disk_full", "message": "The disk is full - not saved. "
                              "Free some space and try again."}}  # fmt: skip


def test_decoding__unpacks_where_there_is_room_for_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "disk"))
    upload = make_zip(tmp_path / "things.zip", {"things.npz": npz(300)})
    with small_disk(tmp_path / "disk", 8192):
        decoding = Decoding(upload, "things.zip", Options(), tmp_path / "staged")
        last = list(decoding.said())[-1]
        decoding.kill()
    assert last["summary"]["num_samples"] == 300


def test_desk__a_full_disk_while_reading_fails_with_a_sentence(store: Store) -> None:
    intake = sent(store, npz(20_000))
    with closing(IntakeDesk(store)) as desk:
        with files_up_to(900_000):  # the child takes it over; the database is smaller
            desk.read(intake, Options())
            failed = until(store, intake, "failed", "ready")
        assert failed.error is not None
        assert failed.error["code"] == "disk_full"
        desk.read(failed, Options())
        assert until(store, intake, "ready", "failed").error is None


def test_decoding__knows_no_secret_of_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "LODEMAP_DATABASE_URL",
               "SOMEBODYS_TOKEN"]  # fmt: skip
    told = ["PATH", "LC_ALL", "OMP_NUM_THREADS", "PYTHONHASHSEED", "TMPDIR"]
    for name in [*secrets, *told[1:-1]]:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    upload = tmp_path / "things.npz"
    upload.write_bytes(npz(30))
    decoding = Decoding(upload, "things.npz", Options(), tmp_path / "staged")
    environ = psutil.Process(decoding.pid).environ()
    assert list(decoding.said())[-1]["summary"]["num_samples"] == 30
    decoding.kill()
    assert not set(secrets) & set(environ)
    assert set(told) <= set(environ)


@pytest.mark.parametrize("num_bytes", [0, 1])
def test_decoding__where_nothing_can_be_made(tmp_path: Path, num_bytes: int) -> None:
    upload = tmp_path / "things.npz"
    upload.write_bytes(npz(30))
    with files_up_to(num_bytes):
        decoding = Decoding(upload, "things.npz", Options(), tmp_path / "staged")
        last = list(decoding.said())[-1]
        decoding.kill()
    assert last["error"]["code"] == "disk_full"
