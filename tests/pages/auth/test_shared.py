"""Two apps of one database: a sign-in counts in both, and ends in both."""

from contextlib import ExitStack
from pathlib import Path

from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.web import wait_until
from tests.services import fresh_database


def test_sign_in__is_one_for_all_apps_of_a_database(postgres_url: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(postgres_url))
        folders = [tmp_path / "one", tmp_path / "two"]
        for folder in folders:
            folder.mkdir()
        one, two = (stack.enter_context(people_app(each, database_url=url)) for each in folders)
        two.dash_app.server.state.door.accounts.add("Ada", "trainer", PASSWORD)
        met, here = person(one, "Ada", "trainer")
        there = two.browser()
        there.cookie = here.cookie.replace(str(one.port), str(two.port))
        assert there.get("/api/session").json["author_id"] == met.person_id
        assert here.post("/api/logout", {}).status == 200
        wait_until(lambda: there.get("/api/session").status == 401, "the sign-in to end there")
