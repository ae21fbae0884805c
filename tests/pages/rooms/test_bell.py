"""A page that only listens, as the Runs page does."""

import asyncio

from pages.rooms.news import News
from pages.rooms.rooms import Rooms
from tests.pages.rooms.live import live
from tests.pages.rooms.test_news import PROJECT, add_class, hear_on_coming, run, rung, settle
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
        bell.say("ring")
        bell.hear("news")
        bell.say("present")
        bell.hear("refused")
        ben.hear("news")
    assert [each["code"] for each in bell.seen if each["is"] == "refused"] == ["listens"]
    assert {each["is"] for each in bell.seen} == {"you", "news", "refused"}
    rooms = [each for each in ben.seen if each["is"] == "room"]
    assert {len(each["people"]) for each in rooms} == {1}


def test_ring__comes_to_whoever_asks_for_it_alone() -> None:
    """To a page whose network came back: nothing is new, and it must know that it is told."""

    async def scene(rooms: Rooms, news: News, said: dict[str, object]) -> None:
        asking, other = rooms.seats_in(PROJECT)
        async with asyncio.timeout(20):
            while news._pulses.get(PROJECT) != said["pulse"] or news._behind:
                await asyncio.sleep(0.001)
        for seat in (asking, other):
            seat.outbox._newest.clear()
        news.ring(asking)
        await rung(rooms, 1)
        assert "news" not in other.outbox._newest

    run(scene, 2)
