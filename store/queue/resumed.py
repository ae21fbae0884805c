"""That a run was stopped and goes on, as is noted in its row beside the settings.

A run that goes on waits since it was asked to, while one whose worker died keeps its
place: the note says which it is. By it, too, the time of this turn is told from that of earlier
ones. The names are those of no knob, and their values numbers, as all are there.
"""

import json
from dataclasses import dataclass
from typing import Self

from store.sql.rows import to_json


@dataclass(frozen=True)
class Resumed:
    """The newest time that a run was asked to go on."""

    resumed_at: float
    """When, in seconds since 1970 by the database's clock."""
    resumed_attempt: int
    """Times a worker had claimed it until then."""
    resumed_epoch: int
    """Its newest epoch then."""
    resumed_after_s: float
    """Seconds that it had been worked on."""

    @classmethod
    def of(cls, config: str) -> Self | None:
        """Return what is noted in the settings of a run as kept; None of one that never stopped."""
        values = json.loads(config)
        found = {name: values.get(name) for name in cls.__dataclass_fields__}
        return None if None in found.values() else cls(**found)

    def noted_in(self, config: str) -> str:
        """Return the settings of a run, as they are kept, with this noted."""
        return to_json({**json.loads(config), **self.__dict__})


def asked_s_of(config: str, created_at: float) -> float:
    """Return since when a run was asked for, in seconds since 1970."""
    resumed = Resumed.of(config)
    return created_at if resumed is None else max(created_at, resumed.resumed_at)


def turn_of(config: str, last_epoch: int, worked_s: float) -> tuple[int, float]:
    """Return the epochs that a run has behind it in this turn, and the seconds they took.

    Args:
        config: Its settings as kept.
        last_epoch: Its newest epoch.
        worked_s: Seconds that it has been worked on in all.
    """
    resumed = Resumed.of(config)
    if resumed is None:
        return last_epoch, worked_s
    return last_epoch - resumed.resumed_epoch, max(0.0, worked_s - resumed.resumed_after_s)
