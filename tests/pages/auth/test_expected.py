"""Who has a password and has not signed in yet is known to an admin."""

from pathlib import Path

from tests.pages.auth.people import PASSWORD, people_app, person


def test_people__with_a_password_are_listed_before_they_come(tmp_path: Path) -> None:
    with people_app(tmp_path) as served:
        root = person(served, "Root", "admin")[1]
        accounts = served.dash_app.server.state.door.accounts
        accounts.add("Anna", "annotator", PASSWORD)
        (anna, _) = root.get("/api/people").json["people"]
        assert (anna["name"], anna["role"], anna["seen_at"]) == ("Anna", "annotator", 0)
        project = served.project(60).project_id
        path = f"/api/projects/{project}/members"
        wanted = {"version": root.get(path).json["version"], "add": [anna["person_id"]]}
        assert root.post(path, wanted).json["person_ids"] == [anna["person_id"]]
        met, _ = person(served, "Anna", "annotator")
        assert met.person_id == anna["person_id"], "coming makes nobody else of her"
        accounts.take_out("Anna", served.store.people)
        names = [each["name"] for each in root.get("/api/people").json["people"]]
        assert names == ["Root"]
