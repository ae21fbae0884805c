"""What waits for one connection: of each kind the newest, so that a slow one delays nobody.

And what one connection may send: a purse that fills with time.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

MOST_TOLD: Final = 16
"""Sentences that wait; older ones go."""


@dataclass
class Outbox:
    """Messages for one page, as JSON texts."""

    _newest: dict[str, str] = field(default_factory=dict)
    _told: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_TOLD))
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, slot: str, text: str) -> None:
        """Let a message wait; an older one in the same slot is not sent any more."""
        self._newest.pop(slot, None)
        self._newest[slot] = text
        self._stirred.set()

    def tell(self, text: str) -> None:
        """Let a sentence wait behind the others."""
        self._told.append(text)
        self._stirred.set()

    def __len__(self) -> int:
        return len(self._newest) + len(self._told)

    async def take(self) -> list[str]:
        """Wait until there is something, and return all of it."""
        await self._stirred.wait()
        self._stirred.clear()
        texts = [*self._newest.values(), *self._told]
        self._newest.clear()
        self._told.clear()
        return texts


@dataclass
class Purse:
    """How much a connection may still send: so much a second, and some at once."""

    per_s: float
    most: float
    now: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.most, self.now()

    def pays(self, price: float = 1.0) -> bool:
        """Take a price out, where there is enough."""
        now = self.now()
        self._left = min(self.most, self._left + (now - self._at) * self.per_s)
        self._at = now
        if price > self._left:
            return False
        self._left -= price
        return True
