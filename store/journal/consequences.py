"""What a gesture brings about that only the project's runs can say."""

from typing import Any, Final

from sqlalchemy import Connection

from store.journal import line
from store.journal.ahead import left_ahead
from store.journal.fold import Fold
from store.records import Gesture

PLACING: Final = frozenset({"move", "pin", "place_class"})
"""Gestures whose places are of the map they were drawn on; a name is as good on an older one."""


def consequences(
    gesture: Gesture, connection: Connection, project_id: str, fold: Fold
) -> dict[str, Any]:
    """Return what only the project's runs can say of a gesture whose values are settled.

    Raises:
        InvalidInputError: when it was drawn on a run of another project.
    """
    if gesture.verb in ("undo", "redo", "checkout"):
        return _switching(gesture, connection, fold)
    if gesture.verb == "reset":
        gone = line.lost_by_reset(connection, fold)
        return {"gone": gone} if gone else {}
    if (snapshot := gesture.values.get("snapshot")) is None:
        return {}
    line.check_own(connection, project_id, snapshot)
    is_old = gesture.verb in PLACING and line.is_outdated(connection, project_id, fold, snapshot)
    return {"is_outdated": True} if is_old else {}


def _switching(gesture: Gesture, connection: Connection, fold: Fold) -> dict[str, Any]:
    """Return which updates fall with what an undo, a redo or a checkout switches, or for good."""
    values, switches = gesture.values, fold.switches
    ahead = left_ahead(connection, fold, gesture.verb, values)
    if gesture.verb == "checkout":
        off, on = {*values["off"], *ahead}, {*values["on"]}.difference(ahead)
        gone = line.lost_with(connection, fold, off, on)
        return {"off": sorted(off), "on": sorted(on)} | ({"gone": gone} if gone else {})
    target, is_redo = values["target"], gesture.verb == "redo"
    others = switches.redone(target) if is_redo else switches.undone(target)
    gone = line.lost_with(connection, fold, others[0].union(ahead), others[1].difference(ahead))
    is_final = {} if is_redo else {"is_final": target in gone}
    return ({"ahead": ahead} if ahead else {}) | ({"gone": gone, **is_final} if gone else {})
