"""How the web process tells workers that a run waits. SQL holds the run; a ring only saves time."""

from typing import Protocol


class Doorbell(Protocol):
    """Wakes a worker for a run.

    A ring may be lost or come twice: a run is claimed by compare-and-swap, and the reconciler
    rings again for whatever nobody claimed.
    """

    def ring(self, run_id: str) -> None:
        """Ask that some worker claims the run; never raises and never waits for anything."""

    def close(self) -> None:
        """Stop ringing; rings not delivered yet may be lost."""
