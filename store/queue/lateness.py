"""Whether the worker of a run has gone quiet: its lease is over, or well before that."""

from typing import Final

from sqlalchemy import ColumnElement

from store.sql.tables import RUN

SLACK_S: Final = 1.0
"""Seconds that a clock may be put back unnoticed: clocks are corrected by less all the time."""
LATE_S: Final = 2.7
"""Seconds without a renewal. A worker renews every 1.5 s, and may be kept from it for a while."""


def is_silent(clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether the lease of a row of `run` is over.

    One that ends later than any renewal could have said is over too: the clock was put back.
    """
    return (RUN.c.lease_until < clock) | is_from_the_future(
        RUN.c.lease_until - RUN.c.lease_s, clock
    )


def is_from_the_future(
    moment: ColumnElement[float], clock: ColumnElement[float]
) -> ColumnElement[bool]:
    """Return whether something was noted later than now, by a clock that was put back since."""
    return moment > clock + SLACK_S


def is_late(clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether a row of `run` is under way and its worker was not heard of for `LATE_S`."""
    return (RUN.c.state == "running") & (RUN.c.lease_until < clock + RUN.c.lease_s - LATE_S)
