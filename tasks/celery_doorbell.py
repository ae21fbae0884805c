"""Team mode: a ring is a Celery message that holds a run id and nothing else."""

import logging
import queue
import threading
from typing import Final

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from tasks.celery_settings import PUBLISHER_TRANSPORT, QUEUE, TASK_NAME, make_celery

logger = logging.getLogger(__name__)

CLOSE_WAIT_S: Final = 1.0
"""How long closing waits for a ring that is on its way."""


class CeleryDoorbell:
    """Publishes from a thread of its own, so that a hung Redis never holds a request."""

    def __init__(self, broker_url: str) -> None:
        self._celery = make_celery(broker_url, PUBLISHER_TRANSPORT)
        self._run_ids: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        self._thread = threading.Thread(target=self._publish_all, name="doorbell", daemon=True)
        self._thread.start()

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
            self._publish(run_id)
        self._celery.close()

    def _publish(self, run_id: str) -> None:
        try:
            self._celery.send_task(TASK_NAME, args=[run_id], queue=QUEUE, retry=False)
        except (OperationalError, RedisError, OSError) as error:
            logger.warning("Run %s was not announced; it will be again: %s", run_id, error)
