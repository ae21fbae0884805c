"""The socket to listen on, taken before anything else is started."""

import errno
import os
import socket
import sys
from pathlib import Path
from typing import Final

from store.errors import StartError

_LISTEN: Final = "0A"
_TABLES: Final = ("/proc/net/tcp", "/proc/net/tcp6")


class PortError(StartError):
    """The address cannot be listened on."""

    code = "port_in_use"


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; early visitors wait in its queue while the app starts.

    Raises:
        PortError: with one sentence that names who has the port, and a free one.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        address = socket.getaddrinfo(host.strip("[]"), port, family, socket.SOCK_STREAM)[0][4]
        # asyncio turns Nagle's delay off only where the protocol is named; else each answer takes
        # 40 ms more.
        taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise PortError(f"Cannot listen on {host}: {error.strerror}.") from None
    try:
        if sys.platform != "win32":  # there it would let two processes share a port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(128)
    except OSError as error:
        taken.close()
        raise PortError(_why(host, port, error)) from None
    return taken


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        owner = owner_of(port)
        by = f" by pid {owner}" if owner else ""
        free = port + 1 if port < 65535 else port - 1
        return f"Port {port} is in use{by}; try --port {free}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has; try --port 8050."
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def owner_of(port: int) -> int | None:
    """Return the pid that listens on a port, None where the system does not tell (Linux does)."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    if not inodes:
        return None
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) in inodes:
                return int(link.parts[2])
        except OSError:
            continue  # another user's, or closed meanwhile
    return None


def _listening_inodes(port: int) -> list[str]:
    inodes = []
    for table in _TABLES:
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in (line.split() for line in lines):
            if fields[3] == _LISTEN and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.append(fields[9])
    return inodes
