"""The key that signs cookies: one of the app's own, or one that the apps of an address share."""

import os
import re
import secrets
import shlex
from pathlib import Path
from typing import Final

from store.errors import SettingsError, StartError
from store.files.disk import disk_errors
from store.files.local_files import write_whole
from store.settings import Settings

KEY_BYTES: Final = 32
_HEX: Final = re.compile(rb"[0-9a-fA-F]{%d}" % (2 * KEY_BYTES))

_MOST_BYTES: Final = 200
MOUNTED: Final = Path("/run/secrets")
"""Where containers find their secrets: readable by all, because nobody else is in a container."""


def signing_key(settings: Settings) -> bytes:
    """Return the key of these settings, 32 bytes.

    Raises:
        SettingsError: the shared file cannot be read, or holds no key.
        StartError: the app's own is damaged.
        DiskFullError: no room for the app's own.
        DataDirNotWritableError: the rights for it are missing.
    """
    if settings.secret_key_file is None:
        return load_secret_key(settings.data_dir / "secret_key")
    return read_shared_key(settings.secret_key_file)


def load_secret_key(path: Path) -> bytes:
    """Return the key that signs cookies, made on first use and readable by its owner only.

    Raises:
        StartError: it cannot be read, or is damaged.
        DiskFullError: no room for it.
        DataDirNotWritableError: the rights are missing.
    """
    if not path.exists():
        with disk_errors("The data folder"):
            write_whole(path, secrets.token_bytes(KEY_BYTES), durable=True, is_private=True)
    return read_own_key(path)


def read_own_key(path: Path) -> bytes:
    """Return the key that the app once made for itself.

    Raises:
        StartError: it cannot be read, or is damaged.
    """
    try:
        key = path.read_bytes()
    except OSError as error:
        raise StartError(
            f"{path} cannot be read ({error.strerror}); correct its rights, or delete it and start "
            "again."
        ) from None
    if len(key) != KEY_BYTES:
        raise StartError(
            f"{path} holds {len(key)} bytes instead of {KEY_BYTES}; delete it and start again."
        )
    return key


def read_shared_key(path: Path) -> bytes:
    """Return the key that a file holds as 64 hexadecimal digits.

    Nothing is written there: two apps that start at once must not make two keys.

    Raises:
        SettingsError: it cannot be read, holds something else, or others may read it.
    """
    making = f"make it with (umask 077; openssl rand -hex 32 > {shlex.quote(str(path))})."
    try:
        with path.open("rb") as file:
            text, mode = file.read(_MOST_BYTES).strip(), os.fstat(file.fileno()).st_mode
        is_open = is_open_to_others(path.resolve(), mode)
    except OSError as error:
        raise SettingsError(
            f"secret_key_file {path} cannot be read ({error.strerror}); {making}"
        ) from None
    if _HEX.fullmatch(text) is None:
        raise SettingsError(
            f"secret_key_file {path} must hold {2 * KEY_BYTES} hexadecimal digits; {making}"
        )
    if is_open:
        raise SettingsError(
            f"secret_key_file {path} is open to other users of this machine, who could sign in as "
            f"anybody; delete it and {making}"
        )
    return bytes.fromhex(text.decode())


def is_open_to_others(path: Path, mode: int) -> bool:
    """Whether users other than owner and group reach a file, or the group may write it.

    Args:
        path: Of the file, absolute and without links.
        mode: Its permissions.
    """
    if os.name != "posix" or path.is_relative_to(MOUNTED):
        return False
    is_reached = all(folder.stat().st_mode & 0o001 for folder in path.parents)
    return bool(mode & 0o020) or (is_reached and bool(mode & 0o007))
