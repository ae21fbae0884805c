"""Team mode: a ring is a Celery message that holds a run id and nothing else."""

import logging
import queue
import threading
import time
from typing import Any, Final

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from store.endurance import Endurance
from tasks.celery_settings import PUBLISHER_TRANSPORT, QUEUE, TASK_NAME, make_celery
from tasks.redis_check import connect, takes_messages

logger = logging.getLogger(__name__)

OFFLINE: Final = (
    "The queue is offline: Redis takes no messages. Your gestures are kept, and waiting runs start "
    "when it is back."
)
FRESH_S: Final = 12.0
"""A ring that failed longer ago tells nothing: a waiting run is rung for every 5 s."""
MOST_WAITING: Final = 100
"""Rings in Redis that no worker has heard yet: more would tell whoever comes nothing new, and those
of a weekend without workers would fill it."""
CLOSE_WAIT_S: Final = 1.0
"""How long closing waits for a ring that is on its way."""


class CeleryDoorbell:
    """Publishes from a thread of its own, so that a hung Redis never holds a request."""

    def __init__(self, broker_url: str) -> None:
        self._broker_url = broker_url
        self._celery = make_celery(broker_url, PUBLISHER_TRANSPORT)
        self._redis = connect(broker_url)
        self._run_ids: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        self._failed_s: float | None = None
        self._endurance = Endurance("A waiting run was not announced")
        self._thread = threading.Thread(target=self._publish_all, name="doorbell", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str | None:
        """Why waiting runs do not start, in words for people; None when nothing is known."""
        failed_s = self._failed_s
        is_offline = failed_s is not None and time.monotonic() - failed_s < FRESH_S
        return OFFLINE if is_offline else None

    @property
    def is_turning(self) -> bool:
        """Whether its thread is there."""
        return self._thread.is_alive()

    @property
    def has_queue(self) -> bool:
        """Whether Redis takes messages now; asking takes 2 s where it hangs."""
        return takes_messages(self._broker_url)

    def ring(self, run_id: str) -> None:
        """See `Doorbell.ring`; a run id that already waits to go out is not queued again."""
        if run_id not in self._waiting:
            self._waiting.add(run_id)
            self._run_ids.put(run_id)

    def close(self) -> None:
        """See `Doorbell.close`."""
        self._run_ids.put(None)
        self._thread.join(CLOSE_WAIT_S)

    def _publish_all(self) -> None:
        while (run_id := self._run_ids.get()) is not None:
            self._waiting.discard(run_id)
            self._announce(run_id)
        self._celery.close()
        self._redis.close()

    def _announce(self, run_id: str) -> None:
        if not self._endurance.do(lambda: self._publish(run_id)):
            self._failed_s = time.monotonic()

    def _publish(self, run_id: str) -> None:
        try:
            if self._num_waiting() < MOST_WAITING:
                self._celery.send_task(TASK_NAME, args=[run_id], queue=QUEUE, retry=False)
        except (OperationalError, RedisError, OSError) as error:
            self._failed_s = time.monotonic()
            logger.warning("Run %s was not announced; it will be again: %s", run_id, error)
        else:
            self._failed_s = None

    def _num_waiting(self) -> int:
        """Return how many rings lie in Redis that no worker has heard."""
        num: Any = self._redis.llen(f"{PUBLISHER_TRANSPORT['global_keyprefix']}{QUEUE}")
        return int(num)
