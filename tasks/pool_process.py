"""What a Celery pool process does: the only part of the team mode that imports PyTorch."""

import os
import uuid
from contextlib import ExitStack

from store.opening import open_for_worker
from store.settings import Settings
from tasks.answering import answer
from tasks.memory import give_back_memory
from tasks.presence import Presence, name_worker
from tasks.unforeseen import Unforeseen
from tasks.workbench import Workbench


class PoolProcess:
    """A process that stays warm between runs."""

    def __init__(self, settings: Settings) -> None:
        """Open the store, train a tiny network once, and take in the newest data.

        Raises:
            LodemapError: the store cannot be opened, or its artifacts be used here.
        """
        self._store = open_for_worker(settings)
        with ExitStack() as on_failure:
            on_failure.callback(self._store.close)
            self._store.check_mounted()
            self._store.artifacts.check()
            on_failure.pop_all()
        self._bench = Workbench(settings.device)
        self._worker_id = name_worker("team", os.getpid(), uuid.uuid4().hex[:8])
        self._presence = Presence(
            self._store,
            self._worker_id,
            self._bench.device.type,
            settings.mode,
            self._bench.device_name,
            self._bench.device_memory,
        )
        self._presence.start()
        self._bench.warm_up()
        self._bench.preload(self._store)
        self._presence.say("ready")

    def work(self, run_id: str) -> None:
        """Work on one run; what cannot be worked on is left to the reconciler.

        An error that nobody foresaw ends this process: the pool starts another.
        """
        self._presence.say("busy")
        with Unforeseen(self._store, self._worker_id, self._presence):
            answer(run_id, self._store, self._bench, self._worker_id)
        self._presence.say("ready")
        give_back_memory()

    def give_back(self) -> None:
        """Let go of the run at hand at its next step, and of any later one: this process ends."""
        self._bench.closing.set()

    def close(self) -> None:
        """Announce that this process ends, and close its store."""
        self._presence.close()
        self._store.close()
