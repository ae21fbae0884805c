"""Embedded mode: a ring is a line on the stdin of the local worker."""

import logging
from typing import Final

from tasks.supervisor import Supervisor

logger = logging.getLogger(__name__)

LONGEST_ID: Final = 100
"""Characters; longer or unprintable ones are no run ids and could break the line."""


class LocalDoorbell:
    """Rings the worker that a supervisor keeps."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def ring(self, run_id: str) -> None:
        """See `Doorbell.ring`."""
        if len(run_id) <= LONGEST_ID and run_id.isprintable():
            self._supervisor.send(run_id)
        else:
            logger.warning("%.40r is not a run id; nobody was woken.", run_id)

    def close(self) -> None:
        """See `Doorbell.close`; the supervisor is closed by whoever opened it."""
