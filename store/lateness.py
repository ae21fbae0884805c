"""Whether the worker of a run has gone quiet, well before its lease ends."""

from typing import Final

from sqlalchemy import ColumnElement

from store.tables import RUN

LATE_S: Final = 2.7
"""Seconds without a renewal. A worker renews every 1.5 s, and may be kept from it for a while."""


def is_late(clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether a row of `run` is under way and its worker was not heard of for `LATE_S`."""
    return (RUN.c.state == "running") & (RUN.c.lease_until < clock + RUN.c.lease_s - LATE_S)
