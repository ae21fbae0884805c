"""One app for all tests of the web layer; each test makes its own project."""

from collections.abc import Iterator

import pytest

from tests.pages.web import Browser, Served, serve


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture
def visitor(served: Served) -> Browser:
    return served.browser()
