"""A page that only listens, as the Runs page does."""

from tests.pages.rooms.live import live
from tests.pages.rooms.test_news import add_class, hear_on_coming, settle
from tests.pages.web import Served


def test_bell__hears_of_news_and_is_seen_by_nobody(served: Served) -> None:
    project_id = served.project().project_id
    with (
        live(served.port, project_id, "Ben") as ben,
        live(served.port, project_id, "Ada", query="?bell=1") as bell,
    ):
        hear_on_coming(bell)
        settle(ben, served, project_id)
        add_class(served, project_id, "pear")
        assert bell.hear("news") == {"is": "news"}
        bell.say("present")
        assert bell.hear("refused")["code"] == "listens"
        ben.hear("news")
    assert {each["is"] for each in bell.seen} == {"you", "news", "refused"}
    rooms = [each for each in ben.seen if each["is"] == "room"]
    assert {len(each["people"]) for each in rooms} == {1}
