"""One app for all attacks, with something in it worth attacking."""

from collections.abc import Iterator

import pytest

from tests.attacks.target import Target, make_target
from tests.pages.web import Browser, serve


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with serve(tmp_path_factory.mktemp("attacked")) as served:
        yield make_target(served)


@pytest.fixture
def visitor(target: Target) -> Browser:
    return target.served.browser()
