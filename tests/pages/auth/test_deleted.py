"""The data set of a closed project is nobody's while the project goes, wherever that breaks off."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import update

from ml.errors import LodemapError
from pages.project_acts import dataset_options, perform
from pages.services import serving
from pages.session import Session
from store.errors import ArtifactsUnavailableError, NotFoundError, StoreUnavailableError
from store.files.artifacts import Artifacts
from store.projects.unseen import Unseen
from store.records import Project
from store.sql.tables import PROJECT
from tests.pages.auth.people import people_app, person
from tests.pages.web import Browser, Served
from tests.store.membership import be_for


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with people_app(tmp_path) as running:
        yield running


@pytest.fixture
def closed(served: Served) -> Project:
    """A project for its members only, of whom there are none; no other is closed."""
    project = served.project(60)
    be_for(served.store.members, project.project_id, True)
    return project


def statuses(browser: Browser, dataset_id: str) -> set[int]:
    paths = ("", "/samples", "/sheets/0.png", "/samples/0")
    return {browser.get(f"/api/datasets/{dataset_id}{path}").status for path in paths}


@pytest.mark.parametrize(
    ("owner", "method", "error"),
    [
        (Unseen, "clear", StoreUnavailableError("The database does not answer.")),
        (Artifacts, "remove", ArtifactsUnavailableError("The bucket does not answer.")),
    ],
)
def test_delete__that_breaks_off_opens_the_data_set_to_nobody(
    served: Served,
    closed: Project,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    method: str,
    error: LodemapError,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise error

    tom_is, tom = person(served, "Tom", "trainer")
    assert statuses(tom, closed.dataset_id) == {404}
    monkeypatch.setattr(owner, method, fail)
    services = served.dash_app.server.state.services
    with serving(services, Session("root", "Root", role="admin")):
        assert perform("delete", closed.project_id).words == "Noise deleted."
    _, eve = person(served, f"Eve of {method}", "trainer")  # whom the app has not met before
    for browser in (tom, eve):
        assert statuses(browser, closed.dataset_id) == {404}
    hidden = served.store.members.hidden_from(tom_is.person_id)
    tom_session = Session(tom_is.person_id, "Tom", role="trainer", is_person=True, hidden=hidden)
    with serving(services, tom_session):
        offered = [each["value"] for each in dataset_options(served.store)]
        assert closed.dataset_id not in offered
        with pytest.raises(NotFoundError, match="no such data set"):
            perform("create", "", "Mine", closed.dataset_id)


def test_data_set__of_no_project_is_nobodys(served: Served) -> None:
    """As while the copy of a closed project is made whose source is deleted meanwhile."""
    project = served.project()
    _, ada = person(served, "Ada", "trainer")
    assert statuses(ada, project.dataset_id) == {200}
    with served.store.database.write() as connection:
        connection.execute(update(PROJECT).values(draft_at=served.store.database.clock))
    assert statuses(ada, project.dataset_id) == {404}
