import errno
import itertools
import os
import signal
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from store.opening import Store
from store.settings import Settings
from tasks import supervisor as supervisor_module
from tasks.child_start import to_environ
from tasks.errors import EXIT_CANNOT_START, EXIT_TRY_AGAIN
from tasks.supervisor import FIRST_BACK_OFF_S, LONG_BACK_OFF_S, SOON_S, Supervisor
from tests.contract.workplace import is_alive, until, wait_for_worker

IDLE = "exec cat >/dev/null"
"""A worker that has started and ends with its stdin."""


class Pauses(threading.Event):
    """A closing event whose waits are noted, and last until the test or `close` ends them."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_s: list[float | None] = []
        self.over = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.asked_s.append(timeout)
        self.over.wait()
        return self.is_set()

    def set(self) -> None:
        super().set()
        self.over.set()


@pytest.fixture
def supervisor(store: Store, monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    """A supervisor that waits between two workers as long as the test likes."""
    made = Supervisor(store.settings, lambda _: None)
    monkeypatch.setattr(made, "_closing", Pauses())
    return made


def pauses_of(supervisor: Supervisor) -> Pauses:
    pauses = supervisor._closing
    assert isinstance(pauses, Pauses)
    return pauses


def act(monkeypatch: pytest.MonkeyPatch, *scripts: str) -> None:
    """Let shell scripts, one after the other and then an idle one, stand in for the worker."""
    popen, parts = subprocess.Popen, itertools.chain(scripts, itertools.repeat(IDLE))

    def play(_command: object, **kwargs: Any) -> subprocess.Popen[bytes]:
        return popen(["sh", "-c", next(parts)], **kwargs)

    monkeypatch.setattr(subprocess, "Popen", play)


def test_to_environ__reads_back_to_equal_settings(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {},
        {
            "data_dir": tmp_path,
            "host": "0.0.0.0",
            "auth": "token",
            "allowed_hosts": ("a.example", "b.example"),
            "broker_url": "rediss://:secret@host/0",
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
    assert len(store.workers.list()) == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_supervisor__a_worker_that_cannot_start_says_why(store: Store) -> None:
    supervisor = Supervisor(replace(store.settings, device="cuda"), lambda _: None)
    supervisor.start()
    until(lambda: supervisor.problem is not None, "the reason")
    problem = supervisor.problem
    supervisor.close()
    assert problem is not None
    assert "no CUDA device here" in problem
    assert store.workers.list() == []


@pytest.mark.parametrize(
    ("status", "pause_s"),
    [(EXIT_CANNOT_START, LONG_BACK_OFF_S), (EXIT_TRY_AGAIN, SOON_S), (1, FIRST_BACK_OFF_S)],
)
def test_supervisor__waits_longest_after_a_worker_that_cannot_start(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, status: int, pause_s: float
) -> None:
    act(monkeypatch, f"exit {status}")
    supervisor.start()
    first_id, pauses = supervisor.worker_id, pauses_of(supervisor)
    until(lambda: bool(pauses.asked_s), "the pause")
    assert supervisor.worker_id == first_id
    pauses.over.set()
    until(lambda: supervisor.worker_id != first_id, "the next worker")
    supervisor.close()
    assert pauses.asked_s == [pause_s]


def test_problem__is_over_once_a_worker_has_started(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(monkeypatch, "printf Full.; exit 2")
    supervisor.start()
    pauses = pauses_of(supervisor)
    until(lambda: bool(pauses.asked_s), "the pause")
    assert supervisor.problem == "Full."
    pauses.over.set()
    until(lambda: supervisor.problem is None, "the end of the problem")
    assert supervisor.pid is not None
    supervisor.close()


def test_close__ends_a_worker_that_is_just_being_made(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(monkeypatch, "exit 0", "exec sleep 60")
    monkeypatch.setattr(supervisor_module, "CLOSE_WAIT_S", 0.1)
    popen, is_second_asked = subprocess.Popen, threading.Event()
    made: list[Any] = []

    def slow(*args: Any, **kwargs: Any) -> Any:
        if made:
            is_second_asked.set()
            until(pauses_of(supervisor).is_set, "close to begin")
        made.append(popen(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(subprocess, "Popen", slow)
    supervisor.start()
    is_second_asked.wait()
    supervisor.close()
    assert [child.returncode for child in made] == [0, -signal.SIGKILL]


def test_supervisor__survives_when_no_process_can_be_made(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
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
    assert "cannot be started: Resource temporarily unavailable. It is tried again." in caplog.text
    assert "ended" not in caplog.text, "no worker was there to end"
