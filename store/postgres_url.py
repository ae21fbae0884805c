"""What the address of a PostgreSQL tells its library, libpq, and what of it Lodemap passes over."""

from typing import Any, Final

from psycopg import pq
from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ml.wording import noun
from store.errors import SettingsError

OURS: Final = frozenset(
    {"options", "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
     "tcp_user_timeout"}
)  # fmt: skip
"""Parameters that sessions of Lodemap have from Lodemap (`store/sql/database.py`)."""
UNREAD: Final = (
    "database_url cannot be read. Write several hosts as ?host=a:5432&host=b:5432, a port as a "
    "number, and percent-encode what is special in the password (@ is %40, / is %2F, ? is %3F, "
    "# is %23)."
)
"""Says nothing of what it has: it may be the password."""
INSTEAD: Final = (
    "Take that out. What options should set for sessions, set for their user: ALTER ROLE USER IN "
    "DATABASE NAME SET ...; docs/settings.md says what to mind of a search_path."
)


def parameters(url: URL) -> dict[str, Any]:
    """Return what libpq is told, by its names: of several hosts each is in `host` and `port`.

    Raises:
        SettingsError: the address cannot be read so, has a parameter that libpq does not know, or
            one of them twice.
    """
    try:
        _, named = url.set(drivername="postgresql+psycopg").get_dialect()().create_connect_args(url)
    except (ArgumentError, ValueError):
        raise SettingsError(UNREAD) from None
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    for name in named.keys() - OURS:
        if name not in known or isinstance(named[name], tuple):
            why = "twice" if name in known else "which PostgreSQL's library does not know"
            said = f"database_url has the parameter {name[:40]!r}, {why}; take it out."
            raise SettingsError(said)
    return dict(named)


def check_postgres_url(address: str) -> None:
    """Check that an address can be read.

    Raises:
        SettingsError: it cannot be; the sentence tells nothing of a password.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # the latter of a port
        raise SettingsError(UNREAD) from None
    parameters(url)


def passed_over(address: str) -> str:
    """Return which parameters of an address have no effect, as a clause; "" where none."""
    names = sorted(OURS & set(make_url(address).query))
    if not names:
        return ""
    verb = noun(len(names), "is", "are")
    return f"database_url says {' and '.join(names)}, which {verb} passed over"
