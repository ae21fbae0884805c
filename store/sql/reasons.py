"""Why there is no connection to PostgreSQL, for whoever runs Lodemap: pages are never told."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from store.errors import StoreUnavailableError


def reason_of(error: BaseException) -> str:
    """Return it in the words of server or library, which tell no password; empty of all else."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, psycopg.OperationalError):
        cause = cause.__cause__
    line = (str(cause).splitlines() or [""])[0] if cause is not None else ""
    return line.rpartition(" failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")


@contextmanager
def said_why(shown_url: str) -> Iterator[None]:
    """Let a worker's start say which database it found silent, and why.

    Args:
        shown_url: Of the database, without its password.

    Raises:
        StoreUnavailableError: the block found it silent.
    """
    try:
        yield
    except StoreUnavailableError as error:
        if reason := reason_of(error):
            raise StoreUnavailableError(
                f"The database {shown_url} cannot be used now ({reason}). Start it, or correct "
                "LODEMAP_DATABASE_URL."
            ) from error
        raise
