"""A viewer follows and points, and does not take the floor."""

from pathlib import Path

from tests.pages.auth.people import people_app, person
from tests.pages.rooms.live import live


def test_room__a_viewer_follows_and_does_not_present(tmp_path: Path) -> None:
    with people_app(tmp_path) as served:
        project_id = served.project().project_id
        _, vera = person(served, "Vera", "viewer")
        _, ada = person(served, "Ada", "annotator")
        with (
            live(served.port, project_id, browser=vera) as viewer,
            live(served.port, project_id, browser=ada) as annotator,
        ):
            viewer.wait_for_people(2)
            for do in ("present", "ask"):
                viewer.say(do)
                refused = viewer.hear("refused")
                assert refused["code"] == "role"
                assert refused["message"].startswith("You are a viewer here;")
            annotator.say("present")
            assert viewer.hear("told", code="presents")["name"] == "Ada"
            viewer.say("follow", on=True)
            viewer.hear("room")
            assert {each["name"] for each in viewer.room["people"]} == {"Vera", "Ada"}
