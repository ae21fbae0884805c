"""One app for all attacks, with something in it worth attacking; one in which people sign in."""

from collections.abc import Iterator

import pytest

from tests.attacks.target import Target, fill, make_target, people_target
from tests.pages.auth.people import person
from tests.pages.web import Browser, serve


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with serve(tmp_path_factory.mktemp("attacked")) as served:
        yield make_target(served)


@pytest.fixture
def visitor(target: Target) -> Browser:
    return target.served.browser()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Has every route there is, but for a provider's, and something for each id in them."""
    with people_target(tmp_path_factory.mktemp("whole")) as made:
        fill(made, person(made.served, "Root", "admin")[1])
        yield made


@pytest.fixture
def admin(whole: Target) -> Browser:
    return person(whole.served, "Root", "admin")[1]
