"""How a worker shows that it lives: a row in SQL, renewed every second or two."""

import socket
import time
from typing import Final, Literal

from store.endurance import Endurance
from store.opening import Store
from store.queue.worker_records import WorkerAbout
from store.version import lodemap_version
from tasks.memory import memory_bytes
from tasks.rounds import Rounds

EVERY_S: Final = 2.0
LET_GO_S: Final = 30.0
"""Between two looks whether data sets that this worker has opened are still there."""

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
        self._let_go_s = time.monotonic()
        self._complaint = f"Worker {worker_id} could not announce itself"
        self._rounds = Rounds("presence", self._announce, EVERY_S, self._complaint)

    def start(self) -> None:
        """Announce the worker from now on."""
        self._rounds.start()

    def say(self, state: WorkerState) -> None:
        """Announce a new state soon; nothing waits for it."""
        self._state = state
        self._rounds.hasten()

    def close(self) -> None:
        """Announce that the worker stops, and fall silent."""
        self._state = "stopping"
        self._rounds.close()
        Endurance(self._complaint).do(self._announce)

    def _announce(self) -> None:
        about = WorkerAbout(
            self._device_name, socket.gethostname(), lodemap_version(),
            self._device_memory, memory_bytes(),
        )  # fmt: skip
        self._store.workers.beat(self._worker_id, self._state, self._device, self._mode, about)
        if time.monotonic() - self._let_go_s > LET_GO_S:
            self._let_go_s = time.monotonic()
            self._store.datasets.let_go()
