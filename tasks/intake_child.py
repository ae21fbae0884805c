"""The process that decodes one import: `python -m tasks.intake_child`, told what to do on stdin.

It has limits of its own: a bomb that gets past every check kills this process and no server. It
tells what it finds in lines of JSON on stdout: `outline` once, `done` now and then, and at last
`summary` or `error`. It ends with its parent: when stdin closes, and on Linux by a signal of the
kernel, which comes through where a decoder never lets go.
"""

from ml import startup

# isort: split
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from ml.errors import LodemapError
from ml.intake.errors import IntakeError
from ml.intake.reading import open_reader
from ml.intake.records import Batch, Options
from store.archives.recognising import outline_archive
from store.intake.staged import Staged
from store.intake.staging import Staging, Summary
from tasks.child_life import limit, say, take_task

startup.all_in()

MEMORY_BYTES: Final = 4 * 2**30
"""Of heap and stacks, at most; less on a small machine."""
SILENCE_S: Final = 120
"""Longest time for one batch, or to recognise the files."""
TOTAL_S: Final = 12 * 3600
"""Longest time for everything."""
DISK_S: Final = 3600
"""Longest time until a slow disk has everything."""
TELL_S: Final = 0.2
"""Pause between two lines of progress."""


def stage(upload: Path, name: str, options: Options, folder: Path) -> Summary:
    """Decode an upload into an empty folder, telling how far it is.

    Raises:
        LodemapError: with one sentence when it cannot be read, or not be written.
    """
    reader = open_reader(upload, name, options)
    tell(outline=reader.outline.to_json())
    began_s, told_s = time.monotonic(), 0.0
    with Staging(folder, reader.outline, options.keep_duplicates) as to:
        for part in reader.read():
            if isinstance(part, Batch):
                to.add(part)
            else:
                to.reject(part)
            if time.monotonic() - told_s > TELL_S:
                told_s = time.monotonic()
                check_time(told_s - began_s)
                tell(done=to.num_samples, left_out=to.num_left_out)
        signal.setitimer(signal.ITIMER_REAL, DISK_S)
        summary = to.finish()
        Staged(folder, reader.outline).note_more()
    return summary


def check_time(spent_s: float) -> None:
    """Check that an import does not take for ever, however steadily it goes on.

    Raises:
        IntakeError: it has taken too long.
    """
    if spent_s > TOTAL_S:
        hours = TOTAL_S / 3600
        raise IntakeError(
            "too_slow", f"Reading it takes more than {hours:g} hours; import it in parts."
        )


def tell(**values: Any) -> None:
    """Write one line, and be allowed another `SILENCE_S`."""
    # the kernel's own alarm ends the process even where a decoder never comes back
    signal.setitimer(signal.ITIMER_REAL, SILENCE_S)
    say(**values)


def run(task: Mapping[str, Any], lent_bytes: int) -> None:
    """Do what a line on stdin asks for, with so much memory."""
    options = Options.from_json(task["options"])
    upload, staged = Path(task["upload"]), Path(task["staged"])
    tempfile.tempdir = str(staged.parent)  # of a disk that has room for data
    try:
        if (archive := outline_archive(upload)) is not None:
            tell(outline=archive)
            tell(summary={})
            return
        summary = stage(upload, task["name"], options, staged)
        tell(summary=asdict(summary))
    except LodemapError as error:
        tell(error={"code": error.code, "message": error.sentence})
    except MemoryError:
        lent_gb = round(lent_bytes / 2**30, 1)
        words = f"Reading it takes more than {lent_gb:g} GB of memory; import it in parts."
        tell(error={"code": "too_large", "message": words})


def main() -> int:
    """Decode; returns the exit status."""
    lent_bytes = limit(MEMORY_BYTES)
    signal.setitimer(signal.ITIMER_REAL, SILENCE_S)
    run(take_task(), lent_bytes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
