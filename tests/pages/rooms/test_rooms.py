"""The rooms of one app, told what other apps may say."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pages.rooms.rooms import Rooms, Seat
from pages.session import Session
from store.sql.exchange import LocalExchange, Message

PROJECT = "11111111-2222-3333-4444-555555555555"
OTHER = {"at": "other", "room": PROJECT}


@dataclass
class Overheard(LocalExchange):
    """An exchange whose messages a test reads along."""

    heard: list[Message] = field(default_factory=list)

    def say(self, message: Message, slot: str = "") -> None:
        self.heard.append(message)
        super().say(message, slot)


async def settle(rooms: Rooms, is_so: Callable[[], bool]) -> None:
    """Let what was said be heard."""
    for _ in range(50):
        if is_so():
            return
        await asyncio.sleep(0)
    raise AssertionError(rooms._rooms)


def in_a_room(act: Callable[[Rooms, Overheard, Seat], Any]) -> None:
    async def go() -> None:
        exchange = Overheard()
        rooms = Rooms(exchange)
        seat = rooms.enter(PROJECT, Session("a", "Ada", role="admin"))
        await settle(rooms, lambda: len(rooms._rooms) == 1)
        await act(rooms, exchange, seat)

    asyncio.run(go())


def member(key: str) -> Mapping[str, Any]:
    return {"member_id": key, "host": "other", "author_id": key, "name": "Ben"}


def test_lost__an_app_that_was_only_busy_is_back_at_once() -> None:
    async def act(rooms: Rooms, exchange: Overheard, seat: Seat) -> None:
        exchange.say({"do": "lost", "host": rooms.host, "at": "other"})
        await settle(rooms, lambda: seat.member_id not in members(rooms))
        await settle(rooms, lambda: seat.member_id in members(rooms))

    in_a_room(act)


def test_here__is_said_again_when_something_was_on_its_way() -> None:
    async def act(rooms: Rooms, exchange: Overheard, seat: Seat) -> None:
        heard = exchange.heard
        rooms.say(seat, {"do": "follow", "on": True})  # on its way when the other app asks
        rooms._hear({"do": "hello", "at": "other"})
        described = [each for each in heard if each["do"] == "here"]
        await settle(rooms, lambda: sum(each["do"] == "here" for each in heard) == 2)
        last = [each for each in heard if each["do"] == "here"][-1]
        assert not described[0]["members"][0]["is_following"]
        assert last["members"][0]["is_following"]

    in_a_room(act)


def test_absence__each_has_its_own_while_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(rooms: Rooms, exchange: Overheard, seat: Seat) -> None:
        loop, timers = asyncio.get_running_loop(), list[asyncio.TimerHandle]()

        def call_later(*args: Any) -> asyncio.TimerHandle:
            timers.append(asyncio.BaseEventLoop.call_later(loop, *args))  # type: ignore[arg-type]
            return timers[-1]

        def is_gone(is_so: bool) -> Callable[[], bool]:
            return lambda: presenter(rooms) is not None and presenter(rooms).is_gone is is_so

        monkeypatch.setattr(loop, "call_later", call_later)
        exchange.say({"do": "join", "member": member("b"), **OTHER})
        exchange.say({"do": "present", "by": "b", **OTHER})
        await settle(rooms, is_gone(False))
        term = rooms._rooms[PROJECT].term
        exchange.say({"do": "lost", "host": "other", "at": "third"})
        await settle(rooms, is_gone(True))
        here = {"do": "here", "members": [member("b")], "term": term, **OTHER}
        exchange.say(here)
        await settle(rooms, is_gone(False))
        exchange.say({"do": "leave", "by": "b", **OTHER})
        await settle(rooms, is_gone(True))
        assert [timer.cancelled() for timer in timers] == [True, False]
        rooms.leave(seat)
        await settle(rooms, lambda: not rooms._rooms)
        assert timers[1].cancelled(), "a room that nobody is in has nobody to forget"

    in_a_room(act)


def presenter(rooms: Rooms) -> Any:
    return rooms._rooms[PROJECT].presenter


def test_words__of_a_newer_app_are_passed_over() -> None:
    async def act(rooms: Rooms, exchange: Overheard, seat: Seat) -> None:
        exchange.say({"do": "dance", **OTHER})
        exchange.say({"do": "join", "member": member("b"), **OTHER})
        await settle(rooms, lambda: set(members(rooms)) == {seat.member_id, "b"})
        assert rooms.num_in(PROJECT) == 2

    in_a_room(act)


def members(rooms: Rooms) -> Mapping[str, Any]:
    return rooms._rooms[PROJECT].members if PROJECT in rooms._rooms else {}
