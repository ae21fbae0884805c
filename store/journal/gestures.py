"""What a gesture may say: checked against the state, and turned into an event's final values."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ml.errors import InvalidInputError
from ml.maps.codec import unpack_ids
from store.errors import ConflictError, NothingToUndoError, SelectionTooLargeError, StaleClassError
from store.journal.checkouts import settle_checkout
from store.journal.class_limit import check_room
from store.journal.fold import Fold
from store.journal.moves import (
    WITH_TARGETS,
    Mask,
    is_for_classes,
    settle_move,
    settle_place,
    settle_release,
)
from store.journal.switches import is_undoable
from store.names import UUID, clean_name, is_count
from store.records import ClassInfo, Gesture

NUM_COLORS: Final = 36
"""Slots of the colour table."""
WITH_PARTS: Final = frozenset({"annotate", "mark_unsure"})
"""Gestures that others may be part of."""
WITH_SAMPLES: Final = frozenset({"annotate", "clear", "mark_unsure", "move", "pin", "release"})
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "annotate": frozenset({"class_index", "new_class", "part_of", "settles", "file", "snapshot"}),
    "clear": frozenset({"snapshot"}),
    "mark_unsure": frozenset({"part_of", "file", "snapshot"}),
    "add_class": frozenset({"name", "color"}),
    "rename_class": frozenset({"class_index", "name"}),
    "merge_class": frozenset({"class_index", "into"}),
    "recolor_class": frozenset({"class_index", "color"}),
    "move": frozenset({"class_index", "snapshot"}),
    "pin": frozenset({"snapshot"}),
    "release": frozenset({"with_classes"}),
    "place_class": frozenset({"class_index", "place", "snapshot"}),
    "release_class": frozenset({"class_index"}),
    "reset": frozenset(),
    "undo": frozenset({"expected"}),
    "redo": frozenset(),
    "checkout": frozenset({"to", "expected", "name"}),
}
"""The values each verb takes; `update` comes from submitting a run, not from a gesture."""


def settle(gesture: Gesture, author_id: str, fold: Fold, held_out: Mask) -> Gesture:
    """Return a gesture as its event will say it.

    Args:
        gesture: What was asked for.
        author_id: Who asks.
        fold: The project so far.
        held_out: Gives the samples that cannot be moved.

    Raises:
        InvalidInputError: when nothing is selected, or a value breaks a rule; the sentence says.
        SelectionTooLargeError: when the selection has more bytes than this data set allows.
        StaleClassError: when a class it names was merged or taken back.
        NothingToUndoError: when the author has no gesture to take or bring back.
        StaleHistoryError: when somebody changed the project since the asker looked.
    """
    if gesture.verb not in FIELDS:
        raise InvalidInputError(f"There is no gesture '{str(gesture.verb)[:40]}'.")
    if unknown := sorted(set(gesture.values) - FIELDS[gesture.verb]):
        raise InvalidInputError(f"'{gesture.verb}' takes no value '{str(unknown[0])[:40]}'.")
    _check_samples(gesture, fold)
    beside = _part_of(gesture.values, author_id, fold) | _file_of(gesture.values)
    beside |= _snapshot_of(gesture.values)
    match gesture.verb:
        case "undo" | "redo":
            return replace(gesture, values={"target": _target(gesture, author_id, fold)})
        case "clear" | "mark_unsure" | "reset":
            return replace(gesture, values=beside)
        case "move" | "pin":
            moved = settle_move(gesture, author_id, fold, held_out)
            return replace(moved, values={**moved.values, **_named(gesture.values, fold), **beside})
        case "release":
            return settle_release(gesture, fold)
        case "checkout":
            return replace(gesture, values=settle_checkout(gesture.values, fold))
    return replace(gesture, values={**CLASS_VERBS[gesture.verb](gesture.values, fold), **beside})


def _part_of(values: Mapping[str, Any], author_id: str, fold: Fold) -> dict[str, int]:
    """Return which gesture another one is a part of, taken back together with it; often none."""
    if "part_of" not in values:
        return {}
    seq = _whole(values["part_of"], "part_of")
    first = fold.events[seq - 1] if 1 <= seq <= fold.seq else None
    is_first = first is not None and is_undoable(first) and first.verb in WITH_PARTS
    if first is None or not is_first or first.author_id != author_id:
        raise InvalidInputError("part_of must be the seq of a gesture of your own.")
    if not fold.state().stands(first):
        raise ConflictError("The gesture this one belongs to was undone; nothing was saved.")
    return {"part_of": seq}


def _file_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return which file a gesture begins to tell the names of, and how many classes; often none."""
    if "file" not in values:
        return {}
    file = values["file"]
    if not isinstance(file, Mapping) or set(file) != {"name", "num_classes"}:
        raise InvalidInputError("file must hold a name and num_classes.")
    name = clean_name(file["name"], "name of the file")
    return {"file": {"name": name, "num_classes": _whole(file["num_classes"], "num_classes")}}


def _snapshot_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frame that was on screen where a gesture was drawn; nothing where none is said."""
    snapshot = values.get("snapshot")
    if snapshot is None:
        return {}
    is_whole = isinstance(snapshot, Mapping) and set(snapshot) == {"run_id", "n"}
    run_id, n = (snapshot["run_id"], snapshot["n"]) if is_whole else (None, None)
    is_id = isinstance(run_id, str) and UUID.fullmatch(run_id)
    if not is_id or isinstance(n, bool) or not isinstance(n, int) or not is_count(n):
        raise InvalidInputError("snapshot must hold the run_id and the n of the frame on screen.")
    return {"snapshot": {"run_id": run_id, "n": n}}


def _check_samples(gesture: Gesture, fold: Fold) -> None:
    if gesture.targets and gesture.verb not in WITH_TARGETS:
        raise InvalidInputError(f"'{gesture.verb}' takes no targets.")
    if gesture.verb not in WITH_SAMPLES:
        if gesture.samples:
            raise InvalidInputError(f"'{gesture.verb}' takes no selection.")
        return
    num_samples = fold.num_samples
    if len(gesture.samples) > 1 + 4 * num_samples:
        raise SelectionTooLargeError(
            f"The selection has {len(gesture.samples)} bytes, more than {num_samples} samples "
            "take; nothing was saved. Reload the page and select again."
        )
    if is_for_classes(gesture):
        return
    if not gesture.samples or not unpack_ids(gesture.samples, num_samples).size:
        raise InvalidInputError(
            "Nothing is selected. Lasso some points first; nothing was changed."
        )


def _target(gesture: Gesture, author_id: str, fold: Fold) -> int:
    """Return what an undo or a redo is about; `expected`, where it is said, must be that."""
    verb = gesture.verb
    stacks = fold.state().undoable if verb == "undo" else fold.state().redoable
    if author_id not in stacks:
        raise NothingToUndoError(f"You have nothing to {verb}.")
    if gesture.values.get("expected", stacks[author_id]) != stacks[author_id]:
        raise ConflictError(
            "You did something else since; nothing was taken back. Undo that first."
        )
    return stacks[author_id]


def _annotate(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    if ("class_index" in values) == ("new_class" in values):
        raise InvalidInputError(
            "Give either a class_index or a new_class to name the samples with."
        )
    if values.get("settles", True) is not True:
        raise InvalidInputError("settles is either true or left out.")
    settles = {"settles": True} if "settles" in values else {}
    if "class_index" in values:
        return {"class_index": _live_class(values["class_index"], fold).class_index, **settles}
    new = values["new_class"]
    if not isinstance(new, Mapping) or set(new) - {"name", "color"}:
        raise InvalidInputError("new_class must hold a name and, if you like, a color.")
    made = _add_class(new, fold)
    return {"class_index": made.pop("class_index"), "new_class": made, **settles}


def _named(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    """Return the class a move gives as well, nothing without one."""
    if "class_index" not in values:
        return {}
    return {"class_index": _live_class(values["class_index"], fold).class_index}


def _add_class(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    check_room(fold.state(), 1, "This", "Name with the classes there are.")
    name = _free_name(values.get("name"), fold)
    color = _free_color(fold) if values.get("color") is None else _color(values["color"])
    return {"class_index": len(fold.made), "name": name, "color": color}


def _rename_class(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    info = _live_class(values.get("class_index"), fold)
    name = _free_name(values.get("name"), fold, info.class_index)
    if name == info.name:
        raise InvalidInputError(f"The class is called '{name}' already; nothing was changed.")
    return {"class_index": info.class_index, "name": name}


def _merge_class(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    source = _live_class(values.get("class_index"), fold)
    into = _live_class(values.get("into"), fold)
    if source == into:
        raise InvalidInputError(f"'{source.name}' cannot be merged into itself; choose another.")
    return {"class_index": source.class_index, "into": into.class_index}


def _recolor_class(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    index = _live_class(values.get("class_index"), fold).class_index
    return {"class_index": index, "color": _color(values.get("color"))}


def _place_class(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    index = _live_class(values.get("class_index"), fold).class_index
    return {"class_index": index, **settle_place(values, fold.latent_dim)}


def _release_class(values: Mapping[str, Any], fold: Fold) -> dict[str, Any]:
    info = _live_class(values.get("class_index"), fold)
    if info.class_index not in fold.state().class_places:
        raise InvalidInputError(f"'{info.name}' has no place to give up; nothing was changed.")
    return {"class_index": info.class_index}


CLASS_VERBS: Final[Mapping[str, Callable[[Mapping[str, Any], Fold], dict[str, Any]]]] = {
    "annotate": _annotate,
    "add_class": _add_class,
    "rename_class": _rename_class,
    "merge_class": _merge_class,
    "recolor_class": _recolor_class,
    "place_class": _place_class,
    "release_class": _release_class,
}


def _live_classes(fold: Fold) -> list[ClassInfo]:
    return [info for info in fold.state().classes if info.merged_into is None]


def _live_class(value: object, fold: Fold) -> ClassInfo:
    index = _whole(value, "class_index")
    for info in fold.state().classes:
        if info.class_index == index and info.merged_into is None:
            return info
        if info.class_index == index:
            raise StaleClassError(f"The class '{info.name}' was merged into another one meanwhile.")
    if index in fold.made:
        raise StaleClassError(f"The class '{fold.made[index].name}' was taken back meanwhile.")
    raise StaleClassError(f"There is no class {index} in this project; nothing was saved.")


def _free_name(text: object, fold: Fold, own_index: int | None = None) -> str:
    name = clean_name(text, "class name")
    for info in _live_classes(fold):
        if info.name.casefold() == name.casefold() and info.class_index != own_index:
            raise InvalidInputError(f"There is a class '{info.name}' already; choose another name.")
    return name


def _free_color(fold: Fold) -> int:
    taken = {info.color for info in _live_classes(fold)}
    return (
        next((slot for slot in range(NUM_COLORS) if slot not in taken), len(fold.made)) % NUM_COLORS
    )


def _color(value: object) -> int:
    slot = _whole(value, "color")
    if not 0 <= slot < NUM_COLORS:
        raise InvalidInputError(f"color is {slot}; choose a slot from 0 to {NUM_COLORS - 1}.")
    return slot


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInputError(f"{name} must be a whole number.")
    return value
