"""Where the app of a data directory is, and how to open a project: for commands in a shell."""

import os
import shlex
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pages.command_line import PLACES
from store.settings import Settings

ADDRESS_FILE: Final = "app.url"
"""In the data directory: the process that last served it, and where; without any token."""


def note_address(folder: Path, url: str) -> None:
    """Write down where this process serves a data directory; the address's token is left out."""
    parts = urlsplit(url)
    write_privately(folder / ADDRESS_FILE, f"{os.getpid()} {parts.scheme}://{parts.netloc}/")


def write_privately(path: Path, text: str) -> None:
    """Write a file anew that its owner alone can read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def address_of(folder: Path) -> str | None:
    """Return where the app of a data directory is; None where none runs on this machine."""
    try:
        pid, address = (folder / ADDRESS_FILE).read_text().split()
        os.kill(int(pid), 0)
    except (OSError, ValueError, OverflowError):  # none ever ran, or it has ended
        return None
    return address


def how_to_open(settings: Settings, given: dict[str, object], project_id: str) -> str:
    """Return the sentence that a command ends with.

    Args:
        settings: of the command.
        given: its flags; those of the places are the app's, too.
        project_id: of the project it made.
    """
    address = address_of(settings.data_dir)
    if address is not None:
        return f"Open it: {address}?project={project_id}"
    flags = [
        word
        for name in PLACES
        if (value := given.get(name))
        for word in (f"--{name.replace('_', '-')}", os.fspath(str(value)))
    ]
    return f"Open it: {shlex.join(['python', 'app.py', *flags, '--open'])}"
