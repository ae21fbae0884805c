"""T14: whoever reaches the queue can neither run code in a worker nor end it."""

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kombu
import pytest
from kombu.entity import Queue
from redis import Redis

from store.errors import SettingsError
from store.settings import Settings
from tasks.celery_settings import QUEUE, TASK_NAME, TRANSPORT
from tests.attacks.no_messages import NO_MESSAGES, UNACKED
from tests.contract.workplace import SHORT, Workplace, is_alive, open_workplace, until

pytestmark = pytest.mark.timeout(600)  # a process that imports PyTorch, beside busy cores
JSON = "application/json"


class Bomb:
    """Makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.path),))


@pytest.fixture
def place(redis_url: str, tmp_path: Path) -> Iterator[Workplace]:
    with open_workplace(tmp_path / "data", redis_url) as opened:
        yield opened


def headers(task: str) -> dict[str, Any]:
    """What Celery reads of a message before its body."""
    return {"lang": "py", "task": task, "id": "1", "root_id": "1", "argsrepr": "", "kwargsrepr": ""}


def messages(ran: Path) -> list[tuple[bytes, str, dict[str, Any]]]:
    """(body, content type, headers) of everything an attacker would send."""
    pickled = pickle.dumps(Bomb(ran))
    python = "application/x-python-serialize"
    empty = b'[[], {}, {"callbacks": null}]'
    return [
        (pickled, python, headers(TASK_NAME)),
        (pickled, JSON, headers(TASK_NAME)),
        (pickled, "application/octet-stream", headers(TASK_NAME)),
        (b"!!python/object/apply:os.mkdir [x]", "application/x-yaml", headers(TASK_NAME)),
        (empty, JSON, headers("os.system")),
        (empty, JSON, headers("celery.backend_cleanup")),
        (empty, JSON, headers(TASK_NAME)),
        (b'[["a", "b", "c"], {"x": 1}, {}]', JSON, headers(TASK_NAME)),
        (b'[[{"__reduce__": 1}], {}, {}]', JSON, headers(TASK_NAME)),
        (b'[["../../etc/passwd"], {}, {}]', JSON, headers(TASK_NAME)),
        (b'{"method": "shutdown"}', JSON, {}),
        (b"[" * 10_000, JSON, headers(TASK_NAME)),
        (b"\xff\x00", JSON, {}),
        (b"", JSON, headers(TASK_NAME)),
    ]


def test_queue__nothing_on_it_runs_or_ends_a_worker(
    place: Workplace, redis_url: str, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    assert place.celery is not None
    with kombu.Connection(redis_url, transport_options=TRANSPORT) as connection:  # type: ignore[no-untyped-call, attr-defined]
        producer, queue = connection.Producer(), Queue(QUEUE, routing_key=QUEUE)  # type: ignore[no-untyped-call]
        for body, content_type, given in messages(ran):
            producer.publish(
                body, routing_key=QUEUE, headers=given, content_type=content_type,
                content_encoding="binary" if content_type != JSON else "utf-8",
                correlation_id="1", declare=[queue],
            )  # fmt: skip
    with Redis.from_url(redis_url) as bare:
        for data in NO_MESSAGES:
            bare.lpush(f"{TRANSPORT['global_keyprefix']}{QUEUE}", data)
    # what is behind all of these on the queue is done
    assert place.wait_for_end(place.submit(SHORT).run_id).state == "finished"
    assert place.celery.poll() is None
    assert is_alive(place.celery.pid)
    assert not ran.exists()


def test_queue__what_waits_to_be_given_back_and_is_no_message_is_dropped(
    place: Workplace, redis_url: str
) -> None:
    assert place.celery is not None
    prefix = TRANSPORT["global_keyprefix"]
    with Redis.from_url(redis_url) as bare:
        for nth, data in enumerate(UNACKED):
            bare.hset(f"{prefix}unacked", f"tag-{nth}", data)
            bare.zadd(f"{prefix}unacked_index", {f"tag-{nth}": nth})
        bare.zadd(f"{prefix}unacked_index", {b"\xff\xfe": 1, "nobody's": 1})
        until(lambda: not bare.exists(f"{prefix}unacked_index"), "the end of what is no message")
    assert place.wait_for_end(place.submit(SHORT).run_id).state == "finished"
    assert place.celery.poll() is None


@pytest.mark.parametrize("host", ["10.0.0.1:6379", "cache.example", "[2001:db8::1]:6379"])
def test_redis__on_another_machine_is_not_asked_in_plain_text(host: str) -> None:
    with pytest.raises(SettingsError, match="Use rediss://") as refused:
        Settings.from_env({"LODEMAP_BROKER_URL": f"redis://:hunter2@{host}/0"})
    assert "hunter2" not in refused.value.sentence
