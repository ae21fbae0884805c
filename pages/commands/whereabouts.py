"""Where the app of a data directory is, and how to open a project: for commands in a shell."""

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pages.commands.terminal import PLACES, as_typed
from store.files.local_files import write_whole
from store.settings import Settings

ADDRESS_FILE: Final = "app.url"
"""In the data directory: the process that last served it, and where; without any token."""


def note_address(folder: Path, url: str) -> None:
    """Write down where this process serves a data directory; the address's token is left out."""
    parts = urlsplit(url)
    said = f"{os.getpid()} {parts.scheme}://{parts.netloc}/"
    write_whole(folder / ADDRESS_FILE, said.encode(), durable=False, is_private=True)


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
    return f"Open it: {as_typed(*flags, '--open')}"
