"""A fold as bytes, so that a process need not read a whole journal again.

An `.npz` without objects: `header` is JSON, the other arrays are what is long. Only ever written
and read by this program, and rebuilt from the journal where it does not fit.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.pins import Pins
from store.journal.authors import Author, Authors
from store.journal.board import Board
from store.journal.fold import FoldParts, Marks
from store.journal.past import Past
from store.journal.switches import Switches
from store.records import ClassInfo, Event
from store.sql.rows import moment

VERSION: Final = 2
"""Of the form; another one is not read."""
_MARK_BYTES: Final = 2**25
"""Copies of the board are written from the newest on, while they take no more than this."""
_PINS: Final = ("ids", "places", "seq", "over")
_BROKEN: Final = (ValueError, LookupError, TypeError, OSError, EOFError)
Arrays = dict[str, NDArray[Any]]


def pack_fold(parts: FoldParts) -> bytes:
    """Return the bytes of a fold."""
    arrays: Arrays = {}
    switches = parts.switches
    header = {
        "version": VERSION,
        "num_samples": parts.num_samples,
        "latent_dim": parts.latent_dim,
        "made": _classes_json(parts.made),
        "updates": [_event_json(event) for event in parts.updates],
        "since": _pairs(switches.since),
        "ahead_with": [[seq, sorted(ahead)] for seq, ahead in switches.ahead_with.items() if ahead],
        "set_aside": _pairs(switches.set_aside),
        "people": parts.authors.people,
        "undo": _put_stacks("undo", switches.undo, arrays),
        "redo": _put_stacks("redo", switches.redo, arrays),
        "marks": [_put_mark(f"mark{nth}", mark, arrays) for nth, mark in _worth(parts.marks)],
    }
    arrays |= {"off": _seqs(switches.off), "gone": _seqs(switches.gone)}
    arrays["authors"] = parts.authors.numbers
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack_fold(data: bytes, project_id: str) -> FoldParts:
    """Read what `pack_fold` wrote; events are of the project.

    Raises:
        InvalidInputError: when the bytes are no fold of this version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return _parts(json.loads(arrays["header"].tobytes()), dict(arrays), project_id)
    except (*_BROKEN, zipfile.BadZipFile) as error:
        raise InvalidInputError("These bytes are no fold of this version.") from error


def _parts(header: Mapping[str, Any], arrays: Arrays, project_id: str) -> FoldParts:
    if header["version"] != VERSION:
        raise ValueError("another version")
    made = _classes(header["made"])
    switches = Switches(Past())
    switches.off, switches.gone = set(arrays["off"].tolist()), set(arrays["gone"].tolist())
    switches.undo = _stacks("undo", header["undo"], arrays)
    switches.redo = _stacks("redo", header["redo"], arrays)
    switches.since = dict(header["since"])
    switches.ahead_with = {seq: frozenset(ahead) for seq, ahead in header["ahead_with"]}
    switches.set_aside = dict(header["set_aside"])
    return FoldParts(
        header["num_samples"],
        header["latent_dim"],
        made,
        [_event(each, project_id) for each in header["updates"]],
        switches,
        Authors([Author(*person) for person in header["people"]], arrays["authors"]),
        [_mark(f"mark{each['nth']}", each, made, arrays) for each in header["marks"]],
    )


def _worth(marks: Marks) -> list[tuple[int, tuple[int, Board]]]:
    """Return the first mark and the newest ones that fit, oldest first, each with its number."""
    kept, num_bytes = [], 0
    for nth, (seq, board) in reversed(list(enumerate(marks))):
        num_bytes += board.annotation.nbytes + board.pins.num_bytes
        if num_bytes <= _MARK_BYTES or nth in (0, len(marks) - 1):
            kept.append((nth, (seq, board)))
    return kept[::-1]


def _put_mark(name: str, mark: tuple[int, Board], arrays: Arrays) -> dict[str, Any]:
    seq, board = mark
    arrays[name] = board.annotation
    arrays |= {f"{name}.{field}": getattr(board.pins, field) for field in _PINS}
    return {
        "nth": int(name.removeprefix("mark")),
        "seq": seq,
        "classes": _classes_json(board.classes),
        "places": _pairs(board.class_places),
        "place_seqs": _pairs(board.class_place_seqs),
        "run_ids": board.taught_run_ids,
    }


def _mark(
    name: str, mark: Mapping[str, Any], made: dict[int, ClassInfo], arrays: Arrays
) -> tuple[int, Board]:
    board = Board(
        annotation=arrays[name],
        pins=Pins(*(arrays[f"{name}.{field}"] for field in _PINS)),
        made=made,
        authors=Authors(),  # until it belongs to a fold
        classes=_classes(mark["classes"]),
        class_places={index: tuple(place) for index, place in mark["places"]},
        class_place_seqs=dict(mark["place_seqs"]),
        taught_run_ids=list(mark["run_ids"]),
    )
    return mark["seq"], board


def _put_stacks(name: str, stacks: Mapping[str, list[int]], arrays: Arrays) -> list[str]:
    """Put what people may take or bring back among the arrays; return whose they are, in order."""
    authors = [author for author, stack in stacks.items() if stack]
    arrays |= {f"{name}{nth}": _seqs(stacks[author]) for nth, author in enumerate(authors)}
    return authors


def _stacks(name: str, authors: Sequence[str], arrays: Arrays) -> dict[str, list[int]]:
    return {author: arrays[f"{name}{nth}"].tolist() for nth, author in enumerate(authors)}


def _seqs(seqs: Any) -> NDArray[np.int64]:
    return np.fromiter(seqs, np.int64, len(seqs))


def _pairs(values: Mapping[int, Any]) -> list[list[Any]]:
    return [[key, value] for key, value in values.items()]


def _classes_json(classes: Mapping[int, ClassInfo]) -> list[dict[str, Any]]:
    return [asdict(info) for info in classes.values()]


def _classes(found: Sequence[Mapping[str, Any]]) -> dict[int, ClassInfo]:
    return {each["class_index"]: ClassInfo(**each) for each in found}


def _event_json(event: Event) -> dict[str, Any]:
    """Return an event that has neither samples nor targets."""
    return {
        "seq": event.seq,
        "verb": event.verb,
        "author": event.author,
        "author_id": event.author_id,
        "created_at": event.created_at.timestamp(),
        "values": dict(event.values),
    }


def _event(found: Mapping[str, Any], project_id: str) -> Event:
    values = {**found, "created_at": moment(found["created_at"]), "project_id": project_id}
    return Event(samples=b"", **values)
