"""How a test asks real processes to misbehave; `possession/sitecustomize.py` is what listens."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

POSSESSION = Path(__file__).parent / "possession"

Moment = Literal[
    "step.before", "commit_epoch.before", "commit_epoch.after", "append.before", "append.after",
    "write.before", "write.after", "claim.before",
]  # fmt: skip


@dataclass(frozen=True)
class Misdeeds:
    """A folder in which misdeeds wait for their moment."""

    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """Variables of processes that shall listen."""
        path = os.pathsep.join(filter(None, [str(POSSESSION), os.environ.get("PYTHONPATH")]))
        return {"PYTHONPATH": path, "LODEMAP_MISDEEDS": str(self.folder)}

    def at(self, moment: Moment, what: str) -> None:
        """Ask for a misdeed."""
        self._put(moment, what)

    def stall_after(self, seconds: float) -> None:
        """Let a step count as hung sooner, in processes that start from now on."""
        self._put("stall", str(seconds))

    def deliver_again_after(self, seconds: int) -> None:
        """Let Redis hand a message out again sooner, where Celery starts from now on."""
        self._put("visibility", str(seconds))

    @contextmanager
    def python_held(self, moment: Moment) -> Iterator[None]:
        """Let a process hold Python's lock from a moment on until the block ends."""
        with (self.folder / "held").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._put(moment, "gil")
            yield

    def is_done(self, moment: Moment) -> bool:
        """Whether somebody came by."""
        return any(self.folder.glob(f"done-{moment}-*"))

    def num_noted(self, moment: Moment, pid: int) -> int:
        """How often a process came by since it was asked to `always note`."""
        return len(list(self.folder.glob(f"done-{moment}-{pid}-*")))

    def has_raised(self, method: str, error: str, pid: int) -> bool:
        """Whether a method with moments has raised an error in a process."""
        return (self.folder / f"raised-{method}-{error}-{pid}").exists()

    def _put(self, name: str, words: str) -> None:
        """Write a file; what reads it sees all of it."""
        draft = self.folder / "draft"
        draft.write_text(words)
        draft.rename(self.folder / name)

    def rest(self) -> None:
        """Ask for nothing any more."""
        for path in self.folder.iterdir():
            path.unlink()
