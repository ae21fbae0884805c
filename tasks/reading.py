"""How an import is read, at the desk and in a shell: by a child, whose words go into its row."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml.intake.errors import IntakeError
from ml.intake.records import Options
from store.intake.records import Intake, OutpacedError
from store.opening import Store
from tasks.decoding import Decoding
from tasks.turns import Progress, Turn

Said = Mapping[str, Any]
"""What the child says at once; see `Decoding.said`."""


def read_intake(
    store: Store, turn: Turn, upload: Path, name: str, hear: Callable[[Said], None] = lambda _: None
) -> Intake:
    """Decode an import to its end, whatever it is, and return it as it is then: ready.

    Args:
        store: with its row, which says how to read it.
        turn: that reads it; whoever made it ends it, and the child with it.
        upload: file or folder that was brought.
        name: what its owner calls it.
        hear: told what the child says, once the row knows.

    Raises:
        IntakeError: it cannot be read.
        OutpacedError: the turn was ended, or a later one has begun.
        DiskFullError: no room.
    """
    intake = store.intakes.get(turn.intake.intake_id)
    if (intake.turn, intake.state) != (turn.number, "reading"):
        raise OutpacedError  # it waited for a thread, and was done or cancelled meanwhile
    options = Options.from_json(intake.options)
    decoding = turn.decode(lambda: Decoding(upload, name, options, intake.staged))
    turn.progress = Progress(began_s=time.monotonic())
    last: Said = {}
    for last in decoding.said():
        turn.check()
        _note(store, turn, last)
        hear(last)
    turn.check()
    _check(last, "summary")
    return store.intakes.move(intake.intake_id, ("reading",), "ready", turn.number)


def look_into(upload: Path, name: str, options: Options, staged: Path) -> Said:
    """Return the outline of files as JSON, without decoding them any further; see `Decoding`.

    Raises:
        IntakeError: they cannot be read.
    """
    decoding = Decoding(upload, name, options, staged)
    try:
        first = next(decoding.said(), {})
    finally:
        decoding.kill()
    _check(first, "outline")
    outline: Said = first["outline"]
    return outline


def _note(store: Store, turn: Turn, said: Said) -> None:
    if "outline" in said:
        store.intakes.move(
            turn.intake.intake_id, ("reading",), "reading", turn.number,
            outline=said["outline"], earlier_outline=None,
        )  # fmt: skip
        turn.progress = replace(turn.progress, total=said["outline"]["num_samples"])
    if "done" in said:
        done = int(said["done"]) + int(said["left_out"])
        turn.progress = replace(turn.progress, done=done)


def _check(said: Said, what: str) -> None:
    if what not in said:
        raise IntakeError(said["error"]["code"], said["error"]["message"])
