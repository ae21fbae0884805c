"""What each verb is called in answers, the log, a session's captions and its report.

What a page says by itself is in `assets/parts/verbs.mjs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ml.wording import many, noun
from store.records import Event, Verb


@dataclass(frozen=True)
class Words:
    """What one verb is called; `fill` gives sentences their counts and names."""

    did: str
    """In the past tense, after whoever did it."""
    deed: str
    """As a thing that can be taken back."""
    found_by: str
    """What finds it in the log, beside the words of its line."""
    told: str = ""
    """After whoever did it where a session is told; empty: as `did`."""
    counted: str = ""
    """What a report counts its samples as, in the order of `WORDS`; empty: it does not."""


WORDS: Final[Mapping[Verb, Words]] = {
    "annotate": Words(
        "named {samples} {class_name}", "the name {class_name} of {samples}", "named name",
        counted="named",
    ),
    "move": Words("moved {samples}", "the move of {samples}", "moved", counted="moved"),
    "pin": Words("pinned {samples}", "the {pin} of {samples}", "pinned", counted="pinned"),
    "clear": Words(
        "took the name off {samples}", "the removal of the names of {samples}", "cleared",
        "took the names of {samples} away", "cleared",
    ),
    "mark_unsure": Words(
        "marked {samples} as unsure", "the mark unsure of {samples}", "unsure",
        "was unsure about {samples}", "unsure about",
    ),
    "release": Words("released {pins}", "the release of {pins}", "released"),
    "add_class": Words(
        "added the class {class_name}", "the new class {class_name}", "class",
        "added the class {new_name}",
    ),
    "rename_class": Words(
        "renamed a class to {new_name}", "the new name {new_name} of a class", "class"
    ),
    "merge_class": Words(
        "merged {class_name} into {into}", "the merge of {class_name} into {into}", "class"
    ),
    "recolor_class": Words(
        "recoloured {class_name}", "the new colour of {class_name}", "class",
        "gave {class_name} another colour",
    ),
    "place_class": Words(
        "gave class {class_name} a new place", "the new place of class {class_name}", "move",
        "gave {class_name} a new place",
    ),
    "release_class": Words(
        "released class {class_name} from its place", "the release of class {class_name}", "move",
        "let {class_name} go where the network puts it",
    ),
    "reset": Words("went back to the project's start", "the reset", "reset"),
    "update": Words("taught the map", "the Update", "run"),
    "undo": Words("took back", "the undo", "undo"),
    "redo": Words("brought back", "the redo", "redo"),
    "checkout": Words(
        "went back to an earlier state", "the way back to an earlier state",
        "check out went back",
    ),
}  # fmt: skip
_MOVED_AND_NAMED: Final = replace(
    WORDS["move"],
    did="moved {samples} and named {them} {class_name}",
    deed="the move of {samples} to {class_name}",
)
_BRANCHED: Final = replace(WORDS["checkout"], did="branched off as {new_name}")


def words_of(event: Event) -> Words:
    """Return what an event is called: a move that names as well, and a branch, by more words."""
    if event.verb == "move" and "class_index" in event.values:
        return _MOVED_AND_NAMED
    if event.verb == "checkout" and event.values.get("name"):
        return _BRANCHED
    return WORDS[event.verb]


def fill(
    sentence: str, event: Event, count: int, class_name: str, *, into: str = "", new_name: str = ""
) -> str:
    """Return a sentence of `Words` as it goes with an event.

    Args:
        sentence: `did`, `deed` or `told`.
        event: What was done.
        count: How many samples it selected.
        class_name: What the class it speaks of is called.
        into: The same of the class that this one was merged into.
        new_name: The name it gives.
    """
    return sentence.format(
        samples=many(count, "sample"),
        them="it" if count == 1 else "them",
        pin=noun(count, "pin"),
        pins=many(count + len(event.values.get("class_indices", ())), "pin"),
        class_name=class_name,
        into=into,
        new_name=new_name,
    )
