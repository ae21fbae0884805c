"""What waits for one connection: of each kind the newest, so that a slow one delays nobody.

And what one person may send, from all their pages: a purse that fills with time.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

MOST_TOLD: Final = 16
"""Sentences that wait; older ones go."""
MESSAGES_PER_S, MOST_MESSAGES = 60.0, 120.0
CHARACTERS_PER_S, MOST_CHARACTERS = 400_000.0, 1_500_000.0
MOST_PEOPLE: Final = 10_000
"""Whose allowances are remembered."""


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
    """How much may still be sent: so much a second, and some at once."""

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


class Allowance:
    """What one person may still say in all rooms: so many messages, of so many characters."""

    def __init__(self) -> None:
        self._messages = Purse(MESSAGES_PER_S, MOST_MESSAGES)
        self._characters = Purse(CHARACTERS_PER_S, MOST_CHARACTERS)

    def pays(self, num_characters: int) -> bool:
        """Take a message out, where there is enough."""
        return self._messages.pays() and self._characters.pays(num_characters)


class Allowances:
    """Those of the people heard of last: whoever comes back at once has no more than before."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, Allowance] = OrderedDict()

    def of(self, author_id: str) -> Allowance:
        """Return somebody's, the same for all their pages."""
        found = self._of.pop(author_id, None) or Allowance()
        self._of[author_id] = found
        if len(self._of) > MOST_PEOPLE:
            self._of.popitem(last=False)
        return found
