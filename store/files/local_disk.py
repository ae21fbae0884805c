"""Whether a folder lies on a disk of this machine: SQLite's log does not work across machines.

All processes that use a WAL database must share memory (https://sqlite.org/wal.html), which a
network file system cannot give them: the database would be damaged without a word.
"""

import os
import re
from pathlib import Path
from typing import Final

from store.errors import DataDirRemoteError

MOUNTS: Final = Path("/proc/self/mountinfo")
"""What the kernel says is mounted where; other systems than Linux have no such file."""
REMOTE: Final = frozenset(
    {
        "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "gpfs",
        "lustre", "nfs", "nfs4", "smb3", "smbfs",
    }
)  # fmt: skip
"""Kinds of file systems that lie on other machines."""


def check_local(folder: Path, mounts: Path = MOUNTS) -> None:
    """Check that SQLite may keep its database in a folder.

    Raises:
        DataDirRemoteError: the folder is on a network file system.
    """
    kind = kind_of(folder, mounts)
    if kind in REMOTE:
        raise DataDirRemoteError(
            f"{folder} is on a network disk ({kind}), where SQLite would damage its database; "
            "choose a --data-dir on a disk of this machine, or a --database-url of PostgreSQL."
        )


def kind_of(folder: Path, mounts: Path = MOUNTS) -> str:
    """Return the kind of file system a folder is on, empty where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    real, found = os.path.realpath(folder), {"": ""}
    for line in lines:
        fields, _, rest = line.partition(" - ")
        place = _unescaped(fields.split()[4]).rstrip("/")
        if real == place or real.startswith(f"{place}/"):
            found[place] = rest.split()[0]  # the last one mounted at a place is what is seen
    return found[max(found, key=len)]


def _unescaped(text: str) -> str:
    """Return a path as it is: the kernel writes a space as its octal code."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)
