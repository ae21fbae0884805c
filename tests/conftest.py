"""What every test shares: on a machine that must prove everything, no test may be skipped."""

import gc
import os
import shutil
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from store.opening import Store, open_store
from store.settings import Settings
from tasks.threads import POLITE
from tests.leases import PATIENT
from tests.services import running_postgres, running_redis

# before PyTorch is imported: its threads must not spin where several tests share two cores
os.environ.update({**POLITE, **os.environ})

MUST_RUN_ALL = os.environ.get("LODEMAP_REQUIRE_ALL") == "1"
"""Set by .ci/run: a missing part (Chromium, Redis, PostgreSQL, Node) then fails its tests."""

MAY_BE_MISSING = ("CUDA", "is an extra")
"""Words of a reason: no GPU here, or a package that only some benchmarks need."""

FAILED = pytest.StashKey[bool]()
"""Whether a test has failed so far, for fixtures that then keep evidence."""


def pytest_configure() -> None:
    """End on SIGTERM as on Ctrl+C: what the tests started is stopped, not left behind.

    What must prove everything does not depend on luck either: there, made-up inputs are the same
    each time, and everybody's own runs look for new ones. No input has a deadline: a busy machine
    is no error.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    slow = [hypothesis.HealthCheck.too_slow]
    patient = hypothesis.settings(deadline=None, suppress_health_check=slow)
    hypothesis.settings.register_profile("new ones", patient)
    hypothesis.settings.register_profile("same each time", patient, derandomize=True)
    hypothesis.settings.load_profile("same each time" if MUST_RUN_ALL else "new ones")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure, but for what may be missing; note what failed."""
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else ""
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if MUST_RUN_ALL and is_skip and not any(part in reason for part in MAY_BE_MISSING):
        report.outcome = "failed"
        report.longrepr = f"Skipped where every part must be present: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def patient_leases() -> Iterator[None]:
    """A run trained in this process never ends it; tests of hung steps set their own limits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.fine_tune.LeaseTimings", lambda: PATIENT)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_left() -> Iterator[None]:
    """What nobody closed fails the last test, which can be tried again, and not the run as such."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite database to copy."""
    settings = Settings.from_env({}, {"data_dir": tmp_path_factory.mktemp("empty") / "data"})
    open_store(settings).close()
    return settings.data_dir / "lodemap.db"


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[Store]:
    """A store on SQLite in a folder of its own."""
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    if not settings.data_dir.exists():
        settings.data_dir.mkdir(mode=0o700)
        shutil.copy(migrated, settings.data_dir)
    with open_store(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A throw-away PostgreSQL cluster; take a database of your own with `fresh_database`."""
    with running_postgres() as (url, _):
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A throw-away redis-server."""
    with running_redis() as (url, _):
        yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser's tests last: Playwright keeps an event loop in the thread it began in."""
    items.sort(key=lambda item: "browser" in item.path.parts)
