"""Files that have their name only when they are whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Give an empty file beside `path` to write, which takes its name when the block ends well.

    Its name cannot be foretold and it is made anew: who else writes into the folder can have put
    no link in its place that leads elsewhere. It has the rights of any new file of this person.

    Args:
        path: what it is to be called; what is there is replaced, a link too, not what it leads to.

    Raises:
        OSError: it cannot be made or renamed; nothing is left behind.
    """
    draft = path.with_name(f".{path.name}.{uuid4().hex}.part")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
