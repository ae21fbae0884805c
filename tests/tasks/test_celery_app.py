import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from store.opening import Store
from tasks.child_start import ROOT, to_environ
from tests.services import free_port

COMMAND = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "tasks.celery_app", "worker"]


def start(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start a Celery worker that cannot start."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LODEMAP_")}
    return subprocess.run(
        COMMAND, cwd=ROOT, env=clean | environ, capture_output=True, text=True, timeout=300
    )


@pytest.mark.parametrize(
    ("broker_url", "status"),
    [(None, 2), ("redis://:secret@127.0.0.1:{port}/0", os.EX_TEMPFAIL), ("amqp://x", 2)],
)
def test_worker__without_a_fit_redis_ends_with_one_line(
    broker_url: str | None, status: int
) -> None:
    environ = {"LODEMAP_BROKER_URL": broker_url.format(port=free_port())} if broker_url else {}
    ended = start(environ)
    assert ended.returncode == status
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert "secret" not in ended.stderr


def test_worker__sent_to_a_folder_without_a_database_makes_none_and_says_which_setting_is_wrong(
    redis_url: str, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    ended = start({"LODEMAP_BROKER_URL": redis_url, "LODEMAP_DATA_DIR": str(elsewhere)})
    assert ended.returncode == os.EX_TEMPFAIL, "the app may make it soon"
    line = ended.stderr.strip().splitlines()[-1]  # above it, what may be better about Redis
    assert line.startswith(f"There is no database {elsewhere}/lodemap.db, and a worker makes none:")
    assert "correct LODEMAP_DATA_DIR" in line
    assert not elsewhere.exists()


def test_app__leaves_pytorch_to_the_pool() -> None:
    code = "import sys, tasks.celery_app; print('torch' in sys.modules)"
    environ = {**os.environ, "LODEMAP_BROKER_URL": "redis://127.0.0.1:1/0"}
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "False"


HAND_OVER = """
import os, signal, subprocess, types
from tasks import celery_app
gone = subprocess.Popen(["true"])
gone.wait()
pool = types.SimpleNamespace(info={"processes": [gone.pid, os.getpid()]})
signal.signal(celery_app.GIVE_BACK, lambda *_: print("given back", flush=True))
celery_app.hand_over(types.SimpleNamespace(pool=pool))
signal.raise_signal(signal.SIGTERM)
print(celery_app.state.should_stop)
"""


def test_hand_over__passes_over_a_process_that_has_ended() -> None:
    environ = {**os.environ, "LODEMAP_BROKER_URL": "redis://127.0.0.1:1/0"}
    shown = subprocess.run(
        [sys.executable, "-c", HAND_OVER], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert (shown.stdout.split("\n"), shown.stderr) == (["given back", "0", ""], "")


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_pool__replaces_a_process_that_cannot_start(redis_url: str, store: Store) -> None:
    settings = replace(store.settings, broker_url=redis_url, device="cuda")
    environ = {**os.environ, **to_environ(settings), "REMAP_SIGTERM": "SIGQUIT"}
    with subprocess.Popen(
        [*COMMAND, "--without-gossip", "--without-mingle", "-Q", "gpu"],
        cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as worker:  # fmt: skip
        assert worker.stderr is not None
        reasons = (line for line in worker.stderr if "no CUDA device here" in line)
        try:
            first, second = next(reasons), next(reasons)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
    assert "This pool process cannot start" in first
    assert first != second, "another process, at another time"
