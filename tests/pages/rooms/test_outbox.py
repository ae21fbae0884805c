"""What waits for a page is bounded, and what it may send too."""

import asyncio

from pages.rooms.outbox import MOST_TOLD, Outbox, Purse


def test_outbox__keeps_the_newest_of_each_kind() -> None:
    async def go() -> None:
        outbox = Outbox()
        for nth in range(10_000):
            outbox.put("view", f"view {nth}")
            outbox.put(f"point {nth % 3}", f"point {nth}")
            outbox.tell(f"told {nth}")
        assert len(outbox) == 4 + MOST_TOLD
        texts = await outbox.take()
        assert texts[:4] == ["point 9997", "point 9998", "view 9999", "point 9999"]
        assert texts[-1] == "told 9999"
        assert len(outbox) == 0

    asyncio.run(go())


def test_purse__pays_so_much_a_second() -> None:
    now = 0.0
    purse = Purse(10.0, 20.0, lambda: now)
    assert sum(purse.pays() for _ in range(50)) == 20
    now = 1.0
    assert sum(purse.pays() for _ in range(50)) == 10
    now = 100.0
    assert not purse.pays(21)
    assert sum(purse.pays() for _ in range(50)) == 20
