"""Going back to an earlier position of the journal: an event like any other, that an undo reverts.

Nothing is deleted: what was said since is switched off (`store/journal/switches.py`), and the
runs that learned from it leave the line, so that the map is that of the position too.
"""

from collections.abc import Mapping
from typing import Any, Final

from ml.errors import InvalidInputError
from store.errors import StaleHistoryError
from store.journal.fold import Fold
from store.journal.switches import switched_by_going_to
from store.names import clean_name

NAME_LIMIT: Final = 60
"""Longest name of a branch or of a step of the history, in characters."""


def settle_checkout(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    """Return what a checkout's event will say.

    Args:
        values: `to`, the position; `expected`, the newest position the asker knows; and where the
            work goes on under a name of its own, `name`.
        fold: The project so far.

    Raises:
        InvalidInputError: when there is no such position, or nothing to change.
        StaleHistoryError: when the journal went on since.
    """
    to, expected = (_position(values.get(name), name) for name in ("to", "expected"))
    if expected != fold.seq:
        by = fold.events[-1].author if fold.events else "Somebody"
        raise StaleHistoryError(
            f"{by} changed the project meanwhile; look at the history again, then check out. "
            "Nothing was changed."
        )
    if to > fold.seq:
        raise InvalidInputError(f"The journal has no position {to}; it ends at {fold.seq}.")
    off, on = switched_by_going_to(fold.events, fold.switches, to)
    if not off and not on:
        raise InvalidInputError("The project is there already; nothing was changed.")
    name = values.get("name")
    named = {} if name is None else {"name": clean_name(name, "name of the branch", NAME_LIMIT)}
    return {"to": to, "off": off, "on": on, **named}


def _position(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInputError(f"{name} must be a position of the journal, from 0.")
    return value
