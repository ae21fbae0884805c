"""Leases of runs that a test trains in its own process."""

from typing import Final

from tasks.lease import LeaseTimings

PATIENT: Final = LeaseTimings(fence_s=300.0, hang_s=300.0, starved_s=300.0)
"""A worker whose step hangs ends itself; here that would end all tests, on a machine held up."""
HELD_S: Final = 600.0
"""Of a run that a test holds and nobody else shall have, however slowly the test goes on."""
