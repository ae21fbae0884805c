"""What every test shares: on a machine that must prove everything, no test may be skipped."""

import os
from collections.abc import Generator

import pytest

MUST_RUN_ALL = os.environ.get("LODEMAP_REQUIRE_ALL") == "1"
"""Set by .ci/run: a missing part (Chromium, Redis, PostgreSQL, Node) then fails its tests."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure, except where only a GPU is missing."""
    report = yield
    reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else ""
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if MUST_RUN_ALL and is_skip and "CUDA" not in reason:
        report.outcome = "failed"
        report.longrepr = f"Skipped where every part must be present: {reason}"
    return report
