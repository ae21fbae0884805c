"""What somebody asked for to take along, and how far it is."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from store.errors import ConflictError, NotFoundError
from store.takeaway.wish import Wish

State = Literal["waiting", "making", "ready", "failed", "cancelled"]
LIVE: Final = frozenset({"waiting", "making"})
MOST_READY: Final = 12
"""Files of one person that are kept; the oldest go first."""
MOST_KEPT: Final = 48
"""And of everybody together: whoever has most of them loses the oldest."""
SILENT_S: Final = 600.0
"""A child that says nothing for so long hangs."""
LONGEST_S: Final = 2 * 3600.0
"""How long one may be made, for the others wait."""


@dataclass
class Takeaway:
    """One thing that somebody asked for."""

    takeaway_id: str
    project_id: str
    author_id: str
    key: str
    wish: Wish
    name: str
    """What its file is called for whoever saves it."""
    state: State = "waiting"
    done: float = 0.0
    """0 to 1."""
    notes: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None
    path: Path | None = None
    """The file, once it is being made."""
    begun_s: float = 0.0
    """When its child was started, by the clock that only goes on."""
    heard_s: float = 0.0
    """When that last said something."""
    ended_s: float | None = None
    """When it ended, by the clock that only goes on."""

    def is_over(self, now_s: float) -> bool:
        """Whether its child has been silent, or at work, for too long."""
        return now_s - self.heard_s > SILENT_S or now_s - self.begun_s > LONGEST_S


def new_takeaway(project_id: str, author_id: str, key: str, wish: Wish, name: str) -> Takeaway:
    """Return a wish that nobody has begun yet."""
    return Takeaway(str(uuid.uuid4()), project_id, author_id, key, wish, name)


def raise_for(takeaway: Takeaway) -> None:
    """Raise unless the file of a takeaway can be fetched.

    Raises:
        ConflictError: it is not ready.
        NotFoundError: its file is gone.
    """
    if takeaway.state != "ready":
        raise ConflictError("The file is not ready yet; wait until it is made.")
    if takeaway.path is None or not takeaway.path.is_file():
        raise NotFoundError("This file is not here any more; ask for it again.")


def surplus(takeaways: Iterable[Takeaway]) -> list[Takeaway]:
    """Return those that ended and are too many to be kept.

    What has no file, because it was cancelled or failed, takes no place of one that has; what is
    remembered of those is bounded in the same way.
    """
    ended = [each for each in takeaways if each.ended_s is not None]
    ended.sort(key=lambda each: each.ended_s or 0.0)
    ready = [each for each in ended if each.state == "ready"]
    others = [each for each in ended if each.state != "ready"]
    return [*_surplus_of(ready), *_surplus_of(others)]


def _surplus_of(ended: list[Takeaway]) -> list[Takeaway]:
    """Return which are too many, of takeaways in the order in which they ended."""
    by_author: dict[str, list[Takeaway]] = {}
    for each in ended:
        by_author.setdefault(each.author_id, []).append(each)
    lost = []
    for own in by_author.values():
        lost += own[:-MOST_READY]
        del own[:-MOST_READY]
    while sum(map(len, by_author.values())) > MOST_KEPT:
        lost.append(max(by_author.values(), key=len).pop(0))
    return lost
