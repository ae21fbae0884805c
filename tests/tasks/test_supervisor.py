import errno
import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from store.opening import Store
from store.settings import Settings
from tasks.supervisor import Supervisor, to_environ
from tests.contract.workplace import is_alive, until, wait_for_worker


def test_to_environ__reads_back_to_equal_settings(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {},
        {
            "data_dir": tmp_path,
            "host": "0.0.0.0",
            "auth": "token",
            "allowed_hosts": ("a.example", "b.example"),
            "broker_url": "redis://:secret@host/0",
        },
    )
    assert Settings.from_env(to_environ(settings)) == settings


def test_supervisor__buries_and_replaces_a_worker_that_dies(store: Store) -> None:
    buried: list[str] = []
    supervisor = Supervisor(store.settings, buried.append)
    supervisor.start()
    first_id, first_pid = supervisor.worker_id, supervisor.pid
    assert first_pid is not None
    os.kill(first_pid, signal.SIGKILL)
    until(lambda: supervisor.pid not in (None, first_pid), "another worker")
    assert buried == [first_id]
    second_pid = supervisor.pid
    assert second_pid is not None
    wait_for_worker(store)
    supervisor.close()
    assert not is_alive(second_pid)
    assert [w.state for w in store.workers.list()] == ["stopping"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_supervisor__a_worker_that_cannot_start_says_why_and_is_not_hurried(store: Store) -> None:
    supervisor = Supervisor(replace(store.settings, device="cuda"), lambda _: None)
    supervisor.start()
    first_id = supervisor.worker_id
    until(lambda: supervisor.problem is not None, "the reason")
    problem, worker_id = supervisor.problem, supervisor.worker_id
    supervisor.close()
    assert problem is not None
    assert "no CUDA device here" in problem
    assert worker_id == first_id
    assert store.workers.list() == []


def test_supervisor__survives_when_no_process_can_be_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    popen, refusals = subprocess.Popen, [1, 2, 3]

    def scarce(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        if refusals:
            refusals.pop()
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        return popen(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", scarce)
    supervisor = Supervisor(store.settings, lambda _: None)
    supervisor.start()
    assert supervisor.pid is None
    assert supervisor.problem == (
        "The worker process cannot be started: Resource temporarily unavailable."
    )
    until(lambda: supervisor.pid is not None, "a worker at last")
    supervisor.close()
