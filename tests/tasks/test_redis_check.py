import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import redis

from tasks.errors import BackendError, BackendSilentError
from tasks.redis_check import check_redis, shown_url, takes_messages
from tests.patience import PATIENCE
from tests.services import free_port, redis_command, running_redis, stop, wait_for_port


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--requirepass", "sesame"], "refused the password"),
        (["--maxmemory-policy", "allkeys-lru"], "maxmemory-policy is allkeys-lru"),
    ],
)
def test_check_redis__unfit_server_is_refused_in_one_sentence(
    tmp_path: Path, more: list[str], word: str
) -> None:
    port = free_port()
    server = subprocess.Popen(redis_command(port, tmp_path, *more), stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        with pytest.raises(BackendError, match=word) as caught:
            check_redis(f"redis://:wrong-secret@127.0.0.1:{port}/0")
    finally:
        stop(server)
    assert "wrong-secret" not in caught.value.sentence
    assert caught.value.exit_code == 2


def test_check_redis__nobody_there_is_said_within_three_seconds() -> None:
    started_s = time.monotonic()
    with pytest.raises(BackendSilentError, match="cannot be used") as caught:
        check_redis(f"redis://127.0.0.1:{free_port()}/0")
    assert time.monotonic() - started_s < 3 * PATIENCE
    assert caught.value.exit_code == os.EX_TEMPFAIL


def test_check_redis__a_word_that_redis_does_not_know_is_refused_in_one_sentence() -> None:
    with pytest.raises(BackendError, match="unexpected keyword argument 'colour'"):
        check_redis(f"redis://127.0.0.1:{free_port()}/0?colour=red")


def test_check_redis__fit_server_passes() -> None:
    with running_redis() as (url, _):
        check_redis(url)


ACL = [
    *("--user", "default", "off", "--user", "lodemap", "on", ">sesame", "~lodemap:*"),
    *("&lodemap:*", "+@all", "-@admin", "-@dangerous", "+info"),
]
"""As docs/deploy.md has it."""


def test_check_redis__one_that_lets_anybody_in_is_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running_redis() as (url, _):
        check_redis(url)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "lets anybody in" in caplog.text
    caplog.clear()
    port = free_port()
    server = subprocess.Popen(redis_command(port, tmp_path, *ACL), stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        check_redis(f"redis://lodemap:sesame@127.0.0.1:{port}/0")
        assert takes_messages(f"redis://lodemap:sesame@127.0.0.1:{port}/0")
    finally:
        stop(server)
    assert caplog.records == []


def test_takes_messages__not_where_redis_is_full_hangs_or_is_away() -> None:
    with running_redis() as (url, server):
        assert takes_messages(url)
        with redis.Redis.from_url(url) as client:
            client.config_set("maxmemory", 1)
            assert not takes_messages(url)
            client.config_set("maxmemory", 0)
        server.send_signal(signal.SIGSTOP)
        started_s = time.monotonic()
        assert not takes_messages(url)
        assert time.monotonic() - started_s < 5 * PATIENCE
        server.send_signal(signal.SIGCONT)
        assert takes_messages(url)
    assert not takes_messages(url)


def test_shown_url__hides_the_password() -> None:
    assert shown_url("rediss://ana:secret@host:7000/1") == "rediss://***@host:7000"
    assert shown_url("redis://host/1") == "redis://host"
