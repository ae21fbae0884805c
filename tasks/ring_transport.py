"""Takes from Redis what is a message, and drops the rest with one line.

Whoever reaches Redis can push any bytes on the list that is the queue. What is no message in the
form of kombu raises while it is taken off, before anything of Celery or of ours looks at it
(`tasks/ring_filter.py`), and ends the worker.
"""

import logging
from typing import Any, Final

from kombu.exceptions import InconsistencyError
from kombu.transport import TRANSPORT_ALIASES, redis

logger = logging.getLogger(__name__)

NO_FORM: Final = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What kombu raises where bytes are no text, no JSON, or JSON of another form."""
DROPPED: Final = "What lay on the queue is no message and was dropped."


class RingQoS(redis.QoS):
    """Messages that nobody has said are done; what is none of them is dropped, too.

    kombu looks at them every few seconds, and whatever raises keeps those after it from being
    given back, each time.
    """

    def restore_by_tag(self, tag: Any, client: Any = None, leftmost: bool = False) -> None:
        """Give a message back to its queue."""
        try:
            super().restore_by_tag(tag, client, leftmost)  # type: ignore[no-untyped-call]
        except (*NO_FORM, InconsistencyError):
            logger.warning(DROPPED)
            self._remove_from_indices(tag).execute()  # type: ignore[no-untyped-call]


class RingChannel(redis.Channel):
    """A channel that outlives what it cannot read."""

    QoS = RingQoS

    def _brpop_read(self, **options: Any) -> Any:
        self.connection.is_delivering = False
        try:
            return super()._brpop_read(**options)  # type: ignore[no-untyped-call]
        except NO_FORM:
            if self.connection.is_delivering:  # it was read well: something else is wrong
                raise
            logger.warning(DROPPED)
            return True


class RingTransport(redis.Transport):
    """Redis as kombu has it, with such channels."""

    Channel = RingChannel
    is_delivering = False
    """Whether a message was read and is being handed on."""

    def _deliver(self, message: Any, queue: str) -> None:
        if not is_message(message, self.channels[0]):
            logger.warning(DROPPED)
            return
        self.is_delivering = True
        super()._deliver(message, queue)  # type: ignore[no-untyped-call]


def is_message(message: Any, channel: Any) -> bool:
    """Whether decoded JSON has the form that Celery sends."""
    match message:
        case {
            "headers": {**_headers},
            "properties": {
                "delivery_tag": str(),
                "delivery_info": {"exchange": str(), "routing_key": str()},
            },
        }:
            pass
        case _:
            return False
    try:
        channel.Message(message, channel=channel)
    except NO_FORM:
        return False
    return True


def register() -> None:
    """Let every connection that this process makes to Redis use it."""
    path = f"{__name__}:{RingTransport.__name__}"
    TRANSPORT_ALIASES.update({"redis": path, "rediss": path})
