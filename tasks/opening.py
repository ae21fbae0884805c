"""Opens the way to the workers that the settings ask for."""

from dataclasses import dataclass

from store.opening import Store
from store.settings import Settings
from tasks.celery_doorbell import CeleryDoorbell
from tasks.doorbell import Doorbell
from tasks.intake import IntakeDesk
from tasks.local_doorbell import LocalDoorbell
from tasks.reconciler import Reconciler
from tasks.redis_check import check_redis
from tasks.supervisor import Supervisor
from tasks.sweeper import Sweeper


@dataclass(frozen=True)
class Backend:
    """What the web process needs of the workers."""

    doorbell: Doorbell
    """To be rung after a run was submitted."""
    reconciler: Reconciler
    """Rings again for what was missed."""
    supervisor: Supervisor | None
    """Keeps the local worker; None where Celery workers do the work."""
    desk: IntakeDesk
    """Has imports read and kept, in this very app."""
    sweeper: Sweeper
    """Removes files that nobody names."""

    @property
    def problem(self) -> str | None:
        """Why no run can be worked on, in one sentence; None when nothing is known."""
        if isinstance(self.doorbell, CeleryDoorbell):
            return self.doorbell.problem
        return None if self.supervisor is None else self.supervisor.problem

    @property
    def is_turning(self) -> bool:
        """Whether the threads go on that look after runs and imports, and ring for runs."""
        if isinstance(self.doorbell, CeleryDoorbell) and not self.doorbell.is_turning:
            return False
        return self.reconciler.rounds.is_turning and self.desk.watch.rounds.is_turning

    @property
    def has_queue(self) -> bool:
        """Whether what lies between this app and its workers takes rings."""
        return not isinstance(self.doorbell, CeleryDoorbell) or self.doorbell.has_queue

    def close(self) -> None:
        """End every thread and process that `open_backend` started."""
        self.sweeper.close()
        self.desk.close()
        self.reconciler.close()
        self.doorbell.close()
        if self.supervisor is not None:
            self.supervisor.close()


def open_backend(settings: Settings, store: Store) -> Backend:
    """Start what carries runs to workers: a local worker, or a way to those on Celery.

    Raises:
        BackendError: when Redis cannot be used; within 3 s, with one sentence.
    """
    supervisor = None
    doorbell: Doorbell
    if settings.broker_url:
        check_redis(settings.broker_url)
        doorbell = CeleryDoorbell(settings.broker_url)
    else:
        supervisor = Supervisor(settings, store.leases.bury)
        supervisor.start()
        doorbell = LocalDoorbell(supervisor)
    reconciler = Reconciler(store, doorbell)
    reconciler.start()
    desk = IntakeDesk(store)
    desk.start()
    sweeper = Sweeper(store)
    sweeper.start()
    return Backend(doorbell, reconciler, supervisor, desk, sweeper)
