r"""Team mode, the worker's side. Start it from the repository's root, in the app's environment.

REMAP_SIGTERM=SIGQUIT celery -A tasks.celery_app worker \
    --without-gossip --without-mingle --without-heartbeat -Q gpu

SIGTERM and Ctrl+C give the run at hand back at its next step, and another worker goes on with it.
A second one takes Celery's own way, which waits for up to 15 s.
"""

import logging
import os
import signal
import sys
import uuid
from dataclasses import dataclass
from typing import Any, Final

from celery import Celery, signals
from celery.worker import state

from ml.errors import LodemapError
from store.errors import SettingsError, StartError
from store.opening import Store, open_store
from store.settings import Settings
from tasks.celery_settings import TASK_NAME, TRANSPORT, make_celery
from tasks.fine_tune import run_fine_tune
from tasks.memory import limit_bytes
from tasks.presence import Presence, name_worker
from tasks.redis_check import check_redis
from tasks.workbench import Workbench

logger = logging.getLogger(__name__)

GIVE_BACK: Final = signal.SIGUSR2
"""Tells a pool process to give its run back; SIGTERM is taken: billiard ends a process with it."""


@dataclass(frozen=True, eq=False)
class Workplace:
    """What one pool process keeps between runs."""

    store: Store
    bench: Workbench
    worker_id: str
    presence: Presence


class Worker:
    """One process's part in the work; the pool's parent never opens a workplace."""

    def __init__(self) -> None:
        self._place: Workplace | None = None

    def open(self, **_: object) -> None:
        """Make this pool process warm: PyTorch, the data and the first convolution."""
        settings = read_settings()
        store, bench = open_store(settings), Workbench(settings.device)
        worker_id = name_worker("team", os.getpid(), uuid.uuid4().hex[:8])
        presence = Presence(store, worker_id, bench.device.type, "team")
        presence.start()
        signal.signal(GIVE_BACK, lambda *_: bench.closing.set())
        bench.warm_up()
        bench.preload(store)
        self._place = Workplace(store, bench, worker_id, presence)
        presence.say("ready")

    def work(self, run_id: str) -> None:
        """Work on one run; what cannot be worked on is left to the reconciler."""
        if self._place is None:
            raise RuntimeError("This process is no pool process; its workplace was never opened.")
        place = self._place
        place.bench.closing.clear()
        place.presence.say("busy")
        try:
            run_fine_tune(run_id, place.store, place.bench, place.worker_id)
        except LodemapError as error:
            logger.warning("Run %.100r was not worked on: %s", run_id, error.sentence)
        place.presence.say("ready")

    def close(self, **_: object) -> None:
        """Announce that this pool process ends."""
        if self._place is not None:
            self._place.presence.close()


def read_settings() -> Settings:
    """Return the settings of the environment; a false one ends the process with one line."""
    try:
        settings = Settings.from_env(os.environ)
        if settings.broker_url is None:
            raise SettingsError("LODEMAP_BROKER_URL is not set; a Celery worker needs Redis.")
    except StartError as error:
        raise refuse(error) from error
    return settings


def refuse(error: StartError) -> SystemExit:
    """Say in one line why this process cannot start, and return what ends it."""
    sys.stderr.write(f"{error.sentence}\n")
    return SystemExit(error.exit_code)


def check_broker(**_: object) -> None:
    """End the worker at its start when Redis is unfit: Celery would try again for ever."""
    try:
        check_redis(read_settings().broker_url or "")
    except StartError as error:
        raise refuse(error) from error


def hand_over(sender: Any, **_: object) -> None:
    """Make the first SIGTERM or SIGINT give the runs at hand back before the worker ends."""
    for number in (signal.SIGTERM, signal.SIGINT):
        usual = signal.getsignal(number)

        def end(number: int, _frame: object, usual: Any = usual) -> None:
            for pid in sender.pool.info["processes"]:
                os.kill(pid, GIVE_BACK)
            # as Celery's own handler for a warm shutdown does: wait for the tasks, now short
            state.should_stop = os.EX_OK
            signal.signal(number, usual)

        signal.signal(number, end)


def make_app() -> Celery:
    """Return the Celery app of this worker."""
    celery = make_celery(read_settings().broker_url or "", TRANSPORT)
    celery.conf.worker_max_memory_per_child = limit_bytes() // 1024
    celery.task(name=TASK_NAME)(worker.work)
    signals.celeryd_init.connect(check_broker)
    signals.worker_ready.connect(hand_over)
    signals.worker_process_init.connect(worker.open)
    signals.worker_process_shutdown.connect(worker.close)
    return celery


worker: Final = Worker()
app: Final = make_app()
