"""What is known of the processes that train."""

from dataclasses import dataclass
from typing import Final

PRESENT_S: Final = 10.0
"""A worker says every 2 s that it is there; one silent for longer counts as gone."""


@dataclass(frozen=True)
class WorkerAbout:
    """What a worker says of itself and where it is."""

    device_name: str = ""
    """Such as "NVIDIA L4"; of a CPU how many cores it uses."""
    host_name: str = ""
    version: str = ""
    """Of Lodemap."""
    device_memory: int | None = None
    """Bytes that the device has; None where it cannot be told."""
    process_memory: int | None = None
    """Bytes that the process holds."""


@dataclass(frozen=True)
class Worker:
    """A process that trains, as it last reported."""

    worker_id: str
    state: str
    """What it says it does: `starting`, `ready`, `busy` or `stopping`."""
    device: str
    """Where it trains: `cpu` or `cuda`."""
    mode: str
    """`embedded` or `team`."""
    age_s: float
    """Seconds since it last reported, by the database's clock."""
    about: WorkerAbout = WorkerAbout()
    """What it said of itself."""
    run_id: str | None = None
    """The run that it holds."""

    @property
    def is_present(self) -> bool:
        """Whether it was heard of lately."""
        return self.age_s < PRESENT_S

    @property
    def has_gpu(self) -> bool:
        """Whether it trains on anything faster than a CPU."""
        return self.device != "cpu"
