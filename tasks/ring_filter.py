"""What a worker takes from the queue: rings of ours, and nothing else.

Celery looks into a message before it knows what it is; one whose body is no JSON ends the whole
worker (`argument of type 'bytes'...`), is given back by its end, and ends the next one. So each
message is looked at here first, and what is no ring is dropped with one line.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from celery.worker.consumer import Consumer
from kombu.exceptions import ContentDisallowed, DecodeError

from tasks.celery_settings import TASK_NAME

logger = logging.getLogger(__name__)

CONTENT_TYPE: Final = "application/json"
TIMES: Final = ("eta", "expires")
"""Headers that would let a message wait for ever."""


class RingConsumer(Consumer):  # type: ignore[misc]
    """Celery's consumer, behind a filter."""

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """Return what is called with each message."""
        handle = super().create_task_handler(*args, **kwargs)

        def take(message: Any) -> None:
            if is_ring(message):
                handle(message)
                return
            logger.warning("A message on the queue is no ring of ours and was dropped.")
            message.reject_log_error(logger, self.connection_errors)

        return take


def is_ring(message: Any) -> bool:
    """Whether a message asks for our one task with one text, at once, and for nothing after it."""
    headers = message.headers
    if not isinstance(headers, dict) or headers.get("task") != TASK_NAME:
        return False
    if message.content_type != CONTENT_TYPE or any(headers.get(name) for name in TIMES):
        return False
    try:
        body = message.decode()
    except (ContentDisallowed, DecodeError, UnicodeError, LookupError, TypeError, ValueError):
        return False
    return is_call(body)


def is_call(body: Any) -> bool:
    """Whether a decoded body is `[[run_id], {}, nothing to follow]`."""
    match body:
        case [[str()], {**named}, {**following}]:
            return not named and not any(following.values())
    return False
