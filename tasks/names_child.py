"""The process that reads a table of names: `python -m tasks.names_child`, told what on stdin.

Tables are read by native code, and what a footer says of sizes is only what somebody wrote. So
whatever gets past every check takes this process's memory and time, not the app's. It says one line
of JSON, `file` or `error`; the rows lie beside the table, as Arrow, uncompressed.
"""

from ml import startup

# isort: split
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ml.errors import LodemapError
from store.annotations.files import ROW, read_annotations
from store.files.disk import disk_errors
from tasks.child_life import limit, say, take_task

startup.all_in()

MEMORY_BYTES: Final = 2 * 2**30
"""Of heap and stacks."""
TIME_S: Final = 60
"""Longest time for one table; it has at most two million rows."""


def run(task: Mapping[str, Any]) -> None:
    """Read one table."""
    try:
        found = read_annotations(Path(task["path"]), task["name"])
        rows = pa.Table.from_arrays([found.sample_id, found.class_name], schema=ROW)
        with disk_errors("The table"), pa.ipc.new_file(task["rows"], ROW) as writer:
            writer.write_table(rows)
        say(file={"sha256": found.sha256, "num_empty": found.num_empty,
                  "num_minus_one": found.num_minus_one,
                  "has_guards": found.has_guards})  # fmt: skip
    except LodemapError as error:
        say(error={"code": error.code, "message": error.sentence, "status": error.status})
    except MemoryError:
        words = f"Reading it takes more than {task['memory_bytes'] / 2**30:g} GB of memory; bring "
        say(error={"code": "too_large", "message": f"{words}it in parts.", "status": 413})


def main() -> int:
    """Read one; returns the exit status."""
    # the kernel's own alarm ends the process even where a decoder never comes back
    signal.setitimer(signal.ITIMER_REAL, TIME_S)
    task = take_task()
    limit(task["memory_bytes"])
    run(task)
    return 0


if __name__ == "__main__":
    sys.exit(main())
