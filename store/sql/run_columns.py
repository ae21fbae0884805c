"""What of a row of `run` is read to list runs: all but the receipt, which may be long.

A receipt holds a selection of samples, 167 KB of a million. Pages look for runs several times a
second.
"""

from collections.abc import Iterator, Sequence
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from store.sql.tables import RUN

HEAD: Final = 16_000
"""Characters within which a receipt says its figures: keys are sorted, and `worse` is the last.
Before them stands whose doing it is (`by`), some 200 characters a person."""
_READER: Final = JSONDecoder()


class _IsThere(FunctionElement[bool]):
    """Whether a column is not null."""

    type = Boolean()
    inherit_cache = True


@compiles(_IsThere)
def _plain(element: _IsThere, compiler: Any, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} IS NOT NULL"


@compiles(_IsThere, "sqlite")
def _unread(element: _IsThere, compiler: Any, **options: Any) -> str:
    """SQLite reads a value whole to say whether it is null, but not to say of which type it is."""
    return f"typeof({compiler.process(element.clauses, **options)}) <> 'null'"


RUN_COLUMNS: Final[Sequence[ColumnElement[Any]]] = (
    *(column for column in RUN.c if column is not RUN.c.receipt),
    _IsThere(RUN.c.receipt).label("has_receipt"),
)
"""What `to_run` reads."""


def receipt_head() -> ColumnElement[str]:
    """Return the beginning of a receipt, for `num_moved_in`."""
    return func.substr(RUN.c.receipt, 1, HEAD).label("receipt_head")


def num_moved_in(head: str) -> int | None:
    """Return how many samples were moved by the beginning of a receipt, None where it says not."""
    return next((value for key, value in _pairs(head) if key == "num_moved"), None)


def _pairs(head: str) -> Iterator[tuple[str, Any]]:
    """Yield what an object of JSON without blanks says, as far as its beginning holds it whole."""
    at = 1
    try:
        while True:
            key, at = _READER.raw_decode(head, at)
            value, at = _READER.raw_decode(head, at + 1)
            if at == len(head):  # a number may go on beyond it
                return
            yield key, value
            at += 1
    except JSONDecodeError:
        return
