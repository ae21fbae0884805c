"""What is a ring; the worker itself is attacked in tests/attacks/test_queue.py."""

from typing import Any

import pytest
from celery import Celery
from kombu.exceptions import ContentDisallowed

from tasks.celery_settings import TASK_NAME, make_celery
from tasks.ring_filter import RingConsumer, is_call, is_ring

BODY = [["run"], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]


class Message:
    """A message as Celery hands it over."""

    def __init__(self, body: Any = BODY, kind: str = "application/json", **headers: Any) -> None:
        self.body, self.content_type = body, kind
        self.headers: Any = {"task": TASK_NAME, "eta": None, "expires": None, **headers}

    def decode(self) -> Any:
        if self.body is None:
            raise ContentDisallowed("no")
        return self.body


def test_is_ring__of_ours() -> None:
    assert is_ring(Message())


def test_is_ring__what_our_doorbell_sends() -> None:
    sent = make_celery("memory://ring-filter", {})
    with sent.connection_for_write() as connection:
        sent.send_task(TASK_NAME, ("run",), connection=connection, queue="gpu")
        message = connection.SimpleQueue("gpu", no_ack=True).get(timeout=5)
    assert is_ring(message)


def test_consumer__is_the_workers() -> None:
    made: Celery = make_celery("memory://", {})
    assert made.conf.worker_consumer == f"{RingConsumer.__module__}:{RingConsumer.__name__}"


@pytest.mark.parametrize(
    "message",
    [
        Message(task="os.system"),
        Message(task=None),
        Message(kind="application/octet-stream"),
        Message(kind="application/x-python-serialize"),
        Message(eta="2999-01-01"),
        Message(expires="x"),
        Message(body=None),
        Message(body=b"bytes"),
    ],
    ids=lambda message: f"{message.content_type} {message.headers}"[:60],
)
def test_is_ring__anything_else(message: Message) -> None:
    assert not is_ring(message)
    message.headers = None
    assert not is_ring(message)


@pytest.mark.parametrize(
    "body",
    [
        [], {}, None, "x", [["a", "b"], {}, {}], [[1], {}, {}], [["a"], {"x": 1}, {}],
        [["a"], {}, {"chain": [{"task": "x"}]}], [["a"], {}], [[], {}, {}], [["a"], [], {}],
    ],
)  # fmt: skip
def test_is_call__nothing_else(body: Any) -> None:
    assert not is_call(body)
