"""A few requests of one person at a time, and a few that are slow."""

import asyncio

import pytest

import pages.middleware.turns
from pages.middleware.turns import Turns


def test_turns__of_one_are_few_and_hold_up_nobody_else() -> None:
    async def story() -> None:
        turns = Turns(2)
        first, second = await turns.take("a"), await turns.take("a")
        third, fourth = (asyncio.create_task(turns.take("a")) for _ in range(2))
        await turns.take("b")
        assert not third.done()
        first.end()
        first.end()  # counts once
        await third
        assert not fourth.done()
        second.end()
        await fourth

    asyncio.run(story())


def test_turns__of_who_left_are_given_to_the_next() -> None:
    async def story() -> None:
        turns = Turns(1)
        first = await turns.take("a")
        gone, called, last = (asyncio.create_task(turns.take("a")) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        first.end()
        called.cancel()  # between its call and its turn
        await asyncio.wait([called])
        (await last).end()
        assert turns._lines == {}

    asyncio.run(story())


def test_turns__of_what_is_slow_end_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.middleware.turns, "SLOW_S", 0.01)

    async def story() -> None:
        turns = Turns(1)
        await turns.take("a")
        async with asyncio.timeout(20):
            await turns.take("a")

    asyncio.run(story())


def test_turns__of_what_is_slow_end_by_themselves_but_for_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages.middleware.turns, "SLOW_S", 3600)

    async def story() -> None:
        turns = Turns(1, most_slow=2)
        slow = []
        for _ in range(2):
            slow.append(await turns.take("a"))
            slow[-1].lapse()
        last, waiting = await turns.take("a"), asyncio.create_task(turns.take("a"))
        last.lapse()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done(), "somebody's third slow request holds up their others"
        slow[0].end()
        last.lapse()
        for turn in (await waiting, slow[1], last):
            turn.end()
        assert turns._lines == {}

    asyncio.run(story())
