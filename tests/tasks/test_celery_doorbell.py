import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import redis

from tasks.celery_doorbell import MOST_WAITING, CeleryDoorbell
from tasks.celery_settings import SETTINGS, TRANSPORT
from tasks.redis_check import connect
from tests.contract.workplace import until
from tests.patience import PATIENCE
from tests.services import free_port, redis_command, running_redis, stop, wait_for_port

QUEUE_KEY = "lodemap:gpu"


def test_ring__puts_one_json_message_with_the_run_id_on_the_queue(redis_url: str) -> None:
    doorbell = CeleryDoorbell(redis_url)
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()  # others rang here as well
        doorbell.ring("some-run")
        until(lambda: client.llen(QUEUE_KEY) == 1, "the message")
        message = client.lpop(QUEUE_KEY)
    doorbell.close()
    assert isinstance(message, bytes)
    assert b'"application/json"' in message
    assert b"pickle" not in message


def test_ring__puts_nothing_where_many_wait_to_be_heard() -> None:
    """While all workers are busy, or away over a weekend, bells are rung for each waiting run."""
    with running_redis() as (url, _), redis.Redis.from_url(url) as client:
        client.lpush(QUEUE_KEY, *["waits"] * (MOST_WAITING - 2))
        doorbell = CeleryDoorbell(url)
        for i in range(5):
            doorbell.ring(f"run-{i}")
        until(lambda: client.llen(QUEUE_KEY) >= MOST_WAITING, "the two that still fit")
        doorbell.close()
        assert client.llen(QUEUE_KEY) == MOST_WAITING
        assert doorbell.problem is None, "Redis is there"


def test_ring__by_a_socket_reaches_the_database_it_names(tmp_path: Path) -> None:
    port, path = free_port(), tmp_path / "redis.sock"
    command = redis_command(port, tmp_path, "--unixsocket", str(path))
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        doorbell = CeleryDoorbell(url := f"redis+socket://{path}?virtual_host=1")
        doorbell.ring("some-run")
        with redis.Redis(port=port, db=1) as client, connect(url) as ours:
            until(lambda: client.llen(QUEUE_KEY) == 1, "the message")
            assert ours.llen(QUEUE_KEY) == 1
        doorbell.close()
    finally:
        stop(server)


def test_ring__never_waits_for_a_redis_that_hangs() -> None:
    with running_redis() as (url, server):
        doorbell = CeleryDoorbell(url)
        os.kill(server.pid, signal.SIGSTOP)
        started_s = time.monotonic()
        for i in range(100):
            doorbell.ring(f"run-{i}")
        took_s = time.monotonic() - started_s
        os.kill(server.pid, signal.SIGCONT)
        doorbell.close()
    assert took_s < 2 * PATIENCE, "a hundred that waited would take minutes"


def test_problem__is_told_while_redis_is_away_and_is_over_when_it_is_back() -> None:
    port = free_port()
    doorbell = CeleryDoorbell(f"redis://127.0.0.1:{port}/0")
    assert doorbell.problem is None
    doorbell.ring("some-run")
    until(lambda: doorbell.problem is not None, "the problem")
    assert "queue is offline" in (doorbell.problem or "")
    with running_redis(port):
        doorbell.ring("some-run")
        until(lambda: doorbell.problem is None, "the end of it")
        doorbell.close()


def test_ring__goes_on_after_an_error_that_nobody_foresaw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_redis() as (url, _), redis.Redis.from_url(url) as client:
        doorbell = CeleryDoorbell(url)

        def fail(*_: object, **__: object) -> None:
            raise ValueError("nobody foresaw it")

        with monkeypatch.context() as broken:
            broken.setattr(doorbell._celery, "send_task", fail)
            doorbell.ring("some-run")
            until(lambda: doorbell.problem is not None, "the problem")
        doorbell.ring("some-run")
        until(lambda: client.llen(QUEUE_KEY) == 1, "the message")
        assert doorbell.is_turning
        doorbell.close()
        until(lambda: not doorbell.is_turning, "the end of its thread")


def test_settings__are_those_that_were_measured_to_lose_nothing() -> None:
    assert SETTINGS["accept_content"] == ["json"]
    assert SETTINGS["result_backend"] is None
    assert SETTINGS["task_acks_late"] is True
    assert (SETTINGS["worker_prefetch_multiplier"], SETTINGS["worker_disable_prefetch"]) == (
        0,
        True,
    )
    assert SETTINGS["worker_cancel_long_running_tasks_on_connection_loss"] is False
    assert SETTINGS["worker_enable_remote_control"] is False
    assert SETTINGS["worker_max_tasks_per_child"] is None
    assert TRANSPORT["visibility_timeout"] == 86400
