r"""Team mode, the worker's side. Start it from the repository's root, in the app's environment.

REMAP_SIGTERM=SIGQUIT celery -A tasks.celery_app worker \
    --without-gossip --without-mingle --without-heartbeat -Q gpu

SIGTERM and Ctrl+C give the run at hand back at its next step, and another worker goes on with it.
A second one takes Celery's own way, which waits for up to 15 s.
"""

from ml import startup

# isort: split
import importlib
import logging
import os
import signal
import sys
import time
from contextlib import suppress
from typing import Any, Final

from celery import Celery, signals
from celery.worker import state

from ml.errors import LodemapError
from store.errors import SettingsError, StartError
from store.logs import set_up_logs
from store.settings import Settings
from store.sql.made import check_file
from tasks import ring_transport
from tasks.celery_settings import TASK_NAME, TRANSPORT, make_celery
from tasks.errors import EXIT_CANNOT_START
from tasks.memory import limit_bytes
from tasks.redis_check import check_redis
from tasks.threads import POLITE

startup.all_in()

logger = logging.getLogger(__name__)

BACK_OFF_S: Final = 5.0
"""Before a pool process that cannot start makes room for another try."""
GIVE_BACK: Final = signal.SIGUSR2
"""Tells a pool process to give its run back; SIGTERM is taken: billiard ends a process with it."""


class Pool:
    """The pool as each of its processes sees it."""

    def __init__(self) -> None:
        self._process: Any = None

    def open(self, **_: object) -> None:
        """Make this pool process warm.

        The module is named, not imported above: the pool's parent only waits, and PyTorch would
        cost it 3 s and 200 MB.
        """
        startup.coming_in()
        try:
            module = importlib.import_module("tasks.pool_process")
            self._process = module.PoolProcess(read_settings())
        except LodemapError as error:
            logger.error("This pool process cannot start: %s", error.sentence)
        except (ImportError, MemoryError, OSError, RuntimeError):
            logger.exception("This pool process cannot start.")
        finally:
            startup.all_in()
        if self._process is None:
            # Celery only logs what a signal's receiver raises, and would hand this process runs;
            # it starts another for one that ends
            time.sleep(BACK_OFF_S)
            raise SystemExit(EXIT_CANNOT_START)
        signal.signal(GIVE_BACK, lambda *_: self._process.give_back())

    def work(self, run_id: str) -> None:
        """Do the one task there is."""
        self._process.work(run_id)

    def close(self, **_: object) -> None:
        """Announce that this pool process ends."""
        if self._process is not None:
            self._process.close()


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


def check_start(**_: object) -> None:
    """End the worker at its start when Redis is unfit: Celery would try again for ever.

    Likewise where SQLite's file is not there. Of PostgreSQL each process of the pool says it.
    """
    settings = read_settings()
    try:
        check_redis(settings.broker_url or "")
        check_file(settings)
    except StartError as error:
        raise refuse(error) from error


def hand_over(sender: Any, **_: object) -> None:
    """Make the first SIGTERM or SIGINT give the runs at hand back before the worker ends."""
    for number in (signal.SIGTERM, signal.SIGINT):
        usual = signal.getsignal(number)

        def end(number: int, _frame: object, usual: Any = usual) -> None:
            for pid in sender.pool.info["processes"]:
                with suppress(ProcessLookupError):  # one that was just recycled
                    os.kill(pid, GIVE_BACK)
            # as Celery's own handler for a warm shutdown does: wait for the tasks, now short
            state.should_stop = os.EX_OK
            signal.signal(number, usual)

        signal.signal(number, end)


def log(**_: object) -> None:
    """Let Celery and its pool log as the app does."""
    set_up_logs(os.environ, "INFO")


def make_app() -> Celery:
    """Return the Celery app of this worker."""
    os.environ.update({**POLITE, **os.environ})  # for the pool's processes, which are spawned
    ring_transport.register()
    celery = make_celery(read_settings().broker_url or "", TRANSPORT)
    celery.conf.worker_max_memory_per_child = limit_bytes() // 1024
    celery.task(name=TASK_NAME)(pool.work)
    if "LODEMAP_LOG" in os.environ:  # else Celery logs as its own flags say
        signals.setup_logging.connect(log)
    signals.celeryd_init.connect(check_start)
    signals.worker_ready.connect(hand_over)
    signals.worker_process_init.connect(pool.open)
    signals.worker_process_shutdown.connect(pool.close)
    return celery


pool: Final = Pool()
app: Final = make_app()
