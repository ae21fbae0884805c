"""Which files of a project are still what was written, and what an archive has without the others.

An Update goes on from the newest network of a run that is whole, so where the newest is not, an
earlier one goes along in its place.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from store.archives.drawn import is_drawable
from store.archives.put_aside import Rows
from store.errors import ArtifactDamagedError, ArtifactMissingError
from store.files.packed import to_object
from store.opening import Store
from store.runs.moments import ENDING

LENGTH_BYTES: Final = 8
"""At the head of safetensors: how long the JSON after it is."""


@dataclass(frozen=True)
class Gone:
    """A file that an archive should hold and does not: it was gone, or damaged."""

    name: str
    sentence: str
    """Which it is, what it was, and of a network whether an earlier one is in its place."""


def whole_files(
    store: Store, rows: Rows, wanted: Collection[str], shape: tuple[int, int]
) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of the wanted files that are there and as they were written.

    In place of a network that is not comes the newest earlier one of its run that is. Before one
    from which a run may go on comes what is needed for that beside it.

    Args:
        store: Where they are.
        rows: Which name them.
        wanted: Their names, in order.
        shape: Samples and axes of the project's map.
    """
    asked = frozenset(wanted)
    for name in wanted:
        data = _whole(store, rows, name, shape)
        for other in () if data is not None else _earlier(rows, name, asked):
            name, data = other, _whole(store, rows, other, shape)
            if data is not None:
                break
        if data is None:
            continue
        if (beside := rows.beside(name)) is not None:
            if (sha256 := sha256_beside(data)) is not None:
                rows.sha256[beside] = sha256
            if (more := _whole(store, rows, beside, shape)) is not None:
                yield beside, more
        yield name, data


def _whole(store: Store, rows: Rows, name: str, shape: tuple[int, int]) -> bytes | None:
    """Return the bytes of a file, None where they are not those that were written."""
    try:
        data = store.artifacts.read(name, rows.sha256.get(name))
    except (ArtifactMissingError, ArtifactDamagedError):
        return None
    drawn = rows.drawn.get(name)
    return data if drawn is None or is_drawable(data, drawn.role, shape) else None


def _earlier(rows: Rows, name: str, asked: Collection[str]) -> Iterator[str]:
    """Yield the earlier networks of a network's run, newest first, up to one that is asked for."""
    place = rows.place_of(name)
    for run_id, epoch in reversed(rows.checkpoints):
        if place is not None and run_id == place[0] and epoch < place[1]:
            other = rows.checkpoints[run_id, epoch]
            if other in asked:  # it has its own turn
                return
            yield other


def sha256_beside(network: bytes) -> str | None:
    """Return what a network says of the optimizer's state beside it, read without torch.

    None where there was none, as of an epoch 0, or where the bytes say nothing.
    """
    length = int.from_bytes(network[:LENGTH_BYTES], "little")
    header = to_object(network[LENGTH_BYTES : LENGTH_BYTES + length]) or {}
    meta = header.get("__metadata__")
    said = to_object(str(meta.get("lodemap")).encode()) if isinstance(meta, dict) else None
    sha256 = (said or {}).get("moments")
    return sha256 if isinstance(sha256, str) else None


def gone_beside(rows: Rows, packed: Collection[str]) -> list[str]:
    """Return what was beside packed networks and is not packed, of runs that are not under way.

    One that is under way may have outgrown it since the rows were read.
    """
    names = [
        rows.beside(name)
        for (run_id, _), name in rows.checkpoints.items()
        if name in packed and run_id not in rows.live
    ]
    return [name for name in names if name in rows.sha256 and name not in packed]


def gone_of(rows: Rows, name: str, packed: Collection[str]) -> Gone:
    """Return what is told of a file that an archive should hold and does not.

    Args:
        rows: Of which one names it.
        name: Its name.
        packed: The files that the archive holds.
    """
    place, drawn = rows.place_of(name), rows.drawn.get(name)
    if place is not None:
        what = f"the network of {_said(rows, *place)}"
        earlier = [
            epoch
            for (run_id, epoch), other in rows.checkpoints.items()
            if run_id == place[0] and epoch < place[1] and other in packed
        ]
        instead = "; the archive has no earlier one of that run"
        if earlier:
            instead = f"; that of epoch {max(earlier)} is the newest before it"
    elif (place := rows.place_of(name.removesuffix(ENDING))) is not None:
        what, instead = f"what {_said(rows, *place)} needs to go on", ""
    elif drawn is not None:
        noun = "forces" if drawn.role == "field" else "map"
        what, instead = f"the {noun} of {_said(rows, drawn.run_id, drawn.epoch)}", ""
    else:
        what, instead = "it", ""
    return Gone(name, f"{name} is missing: {what} was gone or damaged before{instead}.")


def _said(rows: Rows, run_id: str, epoch: float) -> str:
    number = rows.numbers[run_id]
    return f"{f'run {number}' if number else 'the pretraining'} at epoch {epoch:g}"
