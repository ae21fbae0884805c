"""Real parts that misbehave: workers in either mode, and a Redis that comes and goes."""

from collections.abc import Iterator

import pytest

from tests.contract.workplace import Workplace, open_workplace
from tests.faults.misdeeds import Misdeeds
from tests.faults.redis_server import RedisServer, redis_server


@pytest.fixture(scope="module")
def misdeeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Misdeeds]:
    """What processes that are started from now on may be asked to do wrong."""
    made = Misdeeds(tmp_path_factory.mktemp("misdeeds"))
    with pytest.MonkeyPatch.context() as patched:
        for name, value in made.environ.items():
            patched.setenv(name, value)
        yield made


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A Redis of the module's own."""
    with redis_server() as server:
        yield server


@pytest.fixture(scope="module")
def team(
    misdeeds: Misdeeds, redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workplace]:
    """An app with one Celery worker that may misbehave."""
    assert misdeeds.folder.is_dir()
    with open_workplace(tmp_path_factory.mktemp("team") / "data", redis.url) as place:
        yield place


@pytest.fixture(scope="module")
def embedded(misdeeds: Misdeeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """An app with its own worker that may misbehave."""
    assert misdeeds.folder.is_dir()
    with open_workplace(tmp_path_factory.mktemp("embedded") / "data", None) as place:
        yield place


@pytest.fixture(autouse=True)
def _rest(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let nobody misbehave for what an earlier test asked."""
    yield
    if "misdeeds" in request.fixturenames:
        request.getfixturevalue("misdeeds").rest()
