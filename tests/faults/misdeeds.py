"""How a test asks real processes to misbehave; `possession/sitecustomize.py` is what listens."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

POSSESSION = Path(__file__).parent / "possession"

Moment = Literal[
    "step.before", "commit_epoch.before", "commit_epoch.after", "append.before", "append.after",
    "write.before", "write.after",
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
        """Ask for a misdeed; what takes the file sees all of it."""
        draft = self.folder / "draft"
        draft.write_text(what)
        draft.rename(self.folder / moment)

    def is_done(self, moment: Moment) -> bool:
        """Whether somebody came by."""
        return any(self.folder.glob(f"done-{moment}-*"))

    def rest(self) -> None:
        """Ask for nothing any more."""
        for path in self.folder.iterdir():
            path.unlink()
