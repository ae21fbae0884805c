import os
import subprocess
import sys

import pytest

from tasks.supervisor import ROOT
from tests.services import free_port


def start(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start a Celery worker that cannot start."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "tasks.celery_app", "worker"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LODEMAP_")}
    return subprocess.run(
        command, cwd=ROOT, env=clean | environ, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("broker_url", [None, "redis://:secret@127.0.0.1:{port}/0", "amqp://x"])
def test_worker__without_a_fit_redis_exits_with_2_and_one_line(broker_url: str | None) -> None:
    environ = {"LODEMAP_BROKER_URL": broker_url.format(port=free_port())} if broker_url else {}
    ended = start(environ)
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert "secret" not in ended.stderr


def test_app__leaves_pytorch_to_the_pool() -> None:
    code = "import sys, tasks.celery_app; print('torch' in sys.modules)"
    environ = {**os.environ, "LODEMAP_BROKER_URL": "redis://127.0.0.1:1/0"}
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "False"
