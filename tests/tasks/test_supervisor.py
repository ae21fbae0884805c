import os
import signal
from pathlib import Path

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
