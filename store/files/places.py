"""Where files are kept, on a disk or elsewhere: how it is spoken to, and what it refuses, in words.

`fsspec` speaks to a bucket by a package of its own, which is an extra: its errors are looked up by
name once it is loaded.
"""

import errno
import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from store.errors import ArtifactsRefusedError, ArtifactsUnavailableError, SettingsError
from store.files.disk import BROKEN

CONNECT_S: Final = 3
"""How long a server may take to accept a connection."""
SILENCE_S: Final = 10
"""How long it may say nothing in the middle of an answer."""
NUM_TRIES: Final = 2
"""By the package itself, for one request; whoever can wait asks again."""
OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "s3": {
        "use_listings_cache": False,  # other processes write there too
        "config_kwargs": {
            "connect_timeout": CONNECT_S,
            "read_timeout": SILENCE_S,
            "retries": {"total_max_attempts": 1, "mode": "standard"},
        },
    },
}
"""What a file system is opened with, by protocol. Address and credentials are the environment's."""
SILENT: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("botocore.exceptions.BotoCoreError", "aiohttp.ClientError")
}
"""Errors of a server that does not answer, by protocol, beside `OSError`."""
REFUSED: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": (
        "botocore.exceptions.NoCredentialsError",
        "botocore.exceptions.PartialCredentialsError",
    )
}
"""Errors of credentials that are missing."""
OF_THIS_DISK: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a copy on this machine may meet; `disk_errors` has the words."""

Errors = tuple[type[BaseException], ...]


class Place:
    """A folder, on this machine or elsewhere.

    Args:
        url: a local folder or any fsspec URL.

    Raises:
        SettingsError: nothing here speaks to such a URL.
    """

    def __init__(self, url: str) -> None:
        protocol = url.partition("://")[0] if "://" in url else "file"
        self.shown = without_secrets(url)
        """The URL as a message may have it."""
        self.fs: Any
        try:
            self.fs, self.root = url_to_fs(url, **OPTIONS.get(protocol, {}))
        except ImportError as error:
            raise SettingsError(
                f"artifacts_url begins with {protocol}://, and the package for it is missing "
                f"({error}); for s3:// run pip install -r requirements-s3.lock."
            ) from None
        except ValueError as error:
            raise SettingsError(f"artifacts_url cannot be used: {error}.") from None
        self.is_local = isinstance(self.fs, LocalFileSystem)
        if protocol == "s3":
            self.fs.retries = NUM_TRIES
        self._silent: Errors = (OSError, *map(_error, SILENT.get(protocol, ())))
        self._refused: Errors = (PermissionError, *map(_error, REFUSED.get(protocol, ())))

    @contextmanager
    def speaking(self, lost: str = "") -> Iterator[None]:
        """Translate what goes wrong inside the block.

        A file that is not there passes, and what a disk of this machine says.

        Args:
            lost: What a person must know besides, such as "nothing was saved".

        Raises:
            ArtifactsUnavailableError: no answer, or none that helps.
            ArtifactsRefusedError: the rights or credentials are wrong.
        """
        try:
            yield
        except FileNotFoundError:
            raise
        except self._refused as error:
            raise ArtifactsRefusedError(
                f"The artifacts at {self.shown} refuse this process ({_brief(error)}){_and(lost)}; "
                "correct its rights or credentials and start it again."
            ) from error
        except self._silent as error:
            if isinstance(error, OSError) and (self.is_local or error.errno in OF_THIS_DISK):
                raise
            raise ArtifactsUnavailableError(
                f"The artifacts at {self.shown} do not answer ({_brief(error)}){_and(lost)}. "
                "Try again."
            ) from error

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Translate what a disk of this machine says while its files here are opened.

        Raises:
            ArtifactsUnavailableError: it fails, or is no longer there.
            ArtifactsRefusedError: the rights are wrong.
        """
        if not self.is_local:
            yield
            return
        try:
            with self.speaking():
                yield
        except OSError as error:
            if error.errno not in BROKEN:
                raise
            raise ArtifactsUnavailableError(
                f"The artifacts at {self.shown} do not answer ({os.strerror(error.errno)}). "
                "Try again, and look after the disk."
            ) from error


def without_secrets(url: str) -> str:
    """Return a URL without user and password."""
    protocol, separator, rest = url.partition("://")
    server, slash, path = rest.partition("/")
    return f"{protocol}{separator}{server.rpartition('@')[2]}{slash}{path}"


def _error(name: str) -> type[BaseException]:
    """Return an error class of a package that is loaded by now."""
    module, _, word = name.rpartition(".")
    found: type[BaseException] = getattr(importlib.import_module(module), word)
    return found


def _brief(error: BaseException) -> str:
    """Return what went wrong in a few words."""
    lines = str(error).splitlines() or [""]
    return (lines[0].rstrip(".") or type(error).__name__)[:160]


def _and(lost: str) -> str:
    return f"; {lost}" if lost else ""
