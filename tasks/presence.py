"""How a worker shows that it lives: a row in SQL, renewed every second or two."""

import logging
import socket
import threading
from typing import Final, Literal

from ml.errors import LodemapError
from store.exports.version import lodemap_version
from store.opening import Store
from store.queue.worker_records import WorkerAbout
from tasks.memory import memory_bytes

logger = logging.getLogger(__name__)

EVERY_S: Final = 2.0

WorkerState = Literal["starting", "ready", "busy", "stopping"]


def name_worker(mode: str, pid: int, token: str) -> str:
    """Return the id of a worker: tells people where it is, and is never used twice."""
    return f"{mode}-{socket.gethostname()}-{pid}-{token}"


class Presence:
    """Announces one worker until it is closed."""

    def __init__(
        self,
        store: Store,
        worker_id: str,
        device: str,
        mode: str,
        device_name: str = "",
        device_memory: int | None = None,
    ) -> None:
        """Prepare; `start` begins.

        Args:
            store: Where it is announced.
            worker_id: This worker.
            device: Where it trains, `cpu` or `cuda`.
            mode: `embedded` or `team`.
            device_name: What the device is called.
            device_memory: Bytes that the device has, None where nobody knows.
        """
        self._store = store
        self._device_name = device_name
        self._device_memory = device_memory
        self._worker_id = worker_id
        self._device = device
        self._mode = mode
        self._state: WorkerState = "starting"
        self._is_closing = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="presence", daemon=True)

    def start(self) -> None:
        """Announce the worker from now on."""
        self._thread.start()

    def say(self, state: WorkerState) -> None:
        """Announce a new state soon; nothing waits for it."""
        self._state = state
        self._wake.set()

    def close(self) -> None:
        """Announce that the worker stops, and fall silent."""
        self._is_closing = True
        self.say("stopping")
        self._thread.join()

    def _repeat(self) -> None:
        while not self._is_closing:
            self._announce()
            self._wake.wait(EVERY_S)
            self._wake.clear()
        self._announce()

    def _announce(self) -> None:
        try:
            about = WorkerAbout(
                self._device_name, socket.gethostname(), lodemap_version(),
                self._device_memory, memory_bytes(),
            )  # fmt: skip
            self._store.workers.beat(self._worker_id, self._state, self._device, self._mode, about)
        except LodemapError as error:
            logger.warning("Worker %s could not announce itself: %s", self._worker_id, error)
