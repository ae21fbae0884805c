"""Any bytes on the list that is the queue; the worker itself is attacked in tests/attacks."""

import logging
from typing import Any

import kombu
import pytest
from kombu.entity import Queue
from redis import Redis

from tasks.celery_settings import QUEUE, TRANSPORT
from tasks.ring_transport import RingTransport
from tests.attacks.no_messages import NO_MESSAGES

RING = [["run"], {}, {}]


def test_drain__drops_what_is_no_message_and_goes_on(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "tasks.ring_transport")
    heard: list[Any] = []
    # kombu takes a transport of one's own beside an address without a scheme
    host, port = redis_url.removeprefix("redis://").split("/")[0].split(":")
    with kombu.Connection(  # type: ignore[no-untyped-call, attr-defined]
        hostname=host, port=int(port), virtual_host="0", transport=RingTransport,
        transport_options=TRANSPORT,
    ) as connection:  # fmt: skip
        queue = Queue(QUEUE, routing_key=QUEUE)  # type: ignore[no-untyped-call]
        # as Celery hears: what the form holds is looked at by others
        with connection.Consumer(
            queue,
            on_message=heard.append,
            on_decode_error=lambda m, _: heard.append(m),
            no_ack=True,
        ):
            with Redis.from_url(redis_url) as bare:
                for data in NO_MESSAGES:
                    bare.lpush(f"{TRANSPORT['global_keyprefix']}{QUEUE}", data)
            connection.Producer().publish(RING, routing_key=QUEUE, declare=[queue])
            while not heard or heard[-1].content_type != "application/json":
                connection.drain_events(timeout=10)
    assert len(heard) + len(caplog.records) == 1 + len(NO_MESSAGES), "one line each"
    assert heard[-1].decode() == RING
    assert [each.body for each in heard[:-1]] in ([b"", "x"], [b""]), "of the form, with nonsense"


def test_drain__says_what_is_wrong_with_whoever_hears(redis_url: str) -> None:
    host, port = redis_url.removeprefix("redis://").split("/")[0].split(":")

    def fail(*_: object) -> None:
        raise ValueError("of our own")

    with kombu.Connection(  # type: ignore[no-untyped-call, attr-defined]
        hostname=host, port=int(port), virtual_host="0", transport=RingTransport
    ) as connection:
        queue = Queue("own", routing_key="own")  # type: ignore[no-untyped-call]
        connection.Producer().publish([1], routing_key="own", declare=[queue])
        with (
            connection.Consumer(queue, callbacks=[fail], no_ack=True),
            pytest.raises(ValueError, match="of our own"),
        ):
            connection.drain_events(timeout=10)
