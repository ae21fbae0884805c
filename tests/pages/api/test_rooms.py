"""A room over a real connection: presenting, following, pointing, leaving."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import SHUT_RDWR

import numpy as np

from ml.maps.codec import pack_ids
from pages.rooms.rooms import Rooms
from tests.pages.rooms.live import VIEW, browser_of, live
from tests.pages.web import Served, wait_until


def test_presenting__a_follower_catches_up_and_goes_along(served: Served) -> None:
    project_id = served.project().project_id
    samples = base64.b64encode(pack_ids(np.array([1, 2]), 60)).decode()
    with live(served.port, project_id) as ada, live(served.port, project_id, "Ben") as ben:
        ada.wait_for_people(2)
        ada.say("present")
        ada.say("view", view=VIEW, samples=samples)
        ada.hear("told", code="presents", name="Ada")
        ben.wait_for_presenter(ada.member_id)
        assert ben.room["presenter"]["name"] == "Ada"
        ben.say("follow", on=True)
        assert ben.hear("samples")["samples"] == samples
        assert ben.hear("view")["view"] == VIEW
        ada.say("view", view={**VIEW, "n": 4})
        assert ben.hear("view")["view"]["n"] == 4
        ben.say("follow", on=False)
        ben.hear("room")
        ada.say("view", view={**VIEW, "n": 5})
        ada.say("stop")
        ben.wait_for_presenter(None)
        assert all(each.get("view", {}).get("n") != 5 for each in ben.seen)


def test_pointing__reaches_everybody_else_in_data_coordinates(served: Served) -> None:
    project_id = served.project().project_id
    with live(served.port, project_id) as ada, live(served.port, project_id, None) as guest:
        ada.wait_for_people(2)
        guest.say("point", place=[0.25, -1e5])
        point = ada.hear("point")
        by = next(each for each in ada.room["people"] if each["id"] == point["by"])
        assert (point["place"], by["name"]) == ([0.25, -1e5], None)
        guest.say("point", place=None)
        assert ada.hear("point")["place"] is None
        assert all(each["is"] != "point" for each in guest.seen)


def test_handing_over__to_who_asked(served: Served) -> None:
    project_id = served.project().project_id
    with live(served.port, project_id) as ada, live(served.port, project_id, "Ben") as ben:
        ada.wait_for_people(2)
        ada.say("present")
        ada.hear("told")
        ben.wait_for_presenter(ada.member_id)
        ben.say("ask")
        ada.hear("told", code="asks", name="Ben")
        ada.say("hand", to=ben.member_id)
        assert ben.hear("told", code="handed")["name"] == "Ben"
        assert ben.room["presenter"]["id"] == ben.member_id
        ben.say("view", view=VIEW)
        assert ada.hear("view")["view"] == VIEW


@contextmanager
def grace(served: Served, grace_s: float) -> Iterator[None]:
    """For how long a presenter who is gone is waited for, while the block runs."""
    rooms: Rooms = served.dash_app.server.state.rooms
    before, rooms._grace_s = rooms._grace_s, grace_s
    try:
        yield
    finally:
        rooms._grace_s = before


def test_reconnecting__the_presenter_goes_on(served: Served) -> None:
    project_id = served.project().project_id
    browser = browser_of(served.port, "Ada")
    with grace(served, 60), live(served.port, project_id, "Ben") as ben:
        with live(served.port, project_id, browser=browser) as ada:
            ada.say("present")
            ada.hear("told")
        ben.hear("told", code="gone", name="Ada")
        ben.say("present")
        ben.hear("told", code="taken")
        with live(served.port, project_id, browser=browser) as again:
            again.say("present")
            assert again.hear("told", code="back")["name"] == "Ada"


def test_absence__sets_the_presentation_free_and_says_so(served: Served) -> None:
    project_id = served.project().project_id
    with grace(served, 0.05), live(served.port, project_id, "Ben") as ben:
        with live(served.port, project_id) as ada:
            ada.say("present")
            ada.hear("told")
        ben.hear("told", code="freed", name="Ada")
        ben.say("present")
        ben.hear("told", code="presents", name="Ben")


def test_soak__joins_and_leaves_leave_nothing_behind(served: Served) -> None:
    rooms: Rooms = served.dash_app.server.state.rooms
    project_id = served.project().project_id
    browser = browser_of(served.port, "Ada")

    def come_and_go() -> None:
        for nth in range(25):
            with live(served.port, project_id, browser=browser) as one:
                one.say("present")
                one.say("point", place=[0, nth])
                one.hear("room")

    wait_until(lambda: rooms.num_seats == 0, "an empty house")
    num_threads = threading.active_count()
    crowd = [threading.Thread(target=come_and_go) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    wait_until(lambda: rooms.num_seats == 0 and rooms.num_in(project_id) == 0, "all to be gone")
    assert rooms._rooms.get(project_id) is None
    assert threading.active_count() <= num_threads + 8  # the pool of the event loop


def test_slow_follower__holds_up_nobody_and_gets_the_newest(served: Served) -> None:
    project_id = served.project(num_samples=4000).project_id
    samples = base64.b64encode(pack_ids(np.arange(0, 4000, 3), 4000)).decode()
    with (
        live(served.port, project_id) as ada,
        live(served.port, project_id, "Ben") as ben,
        live(served.port, project_id, "Slow", max_queue=1) as slow,
    ):
        ada.wait_for_people(3)
        ada.say("present")
        for follower in (ben, slow):
            follower.wait_for_presenter(ada.member_id)
            follower.say("follow", on=True)
        while sum(each["follows"] for each in ada.room["people"]) != 2:
            ada.hear("room")
        for n in range(100):
            ada.say("view", view={**VIEW, "n": n}, samples=samples)
            while ben.hear("view")["view"]["n"] != n:
                pass
        while slow.hear("view")["view"]["n"] != 99:
            pass


def test_pulled_cable__is_noticed_without_a_goodbye(served: Served) -> None:
    project_id = served.project().project_id
    with live(served.port, project_id, "Ben") as ben, live(served.port, project_id) as ada:
        ada.say("present")
        ada.hear("told")
        ada.socket.socket.shutdown(SHUT_RDWR)
        ben.hear("told", code="gone", name="Ada")
