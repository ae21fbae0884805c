"""Looking at something before each transaction that writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, TypeVar

import pytest

from store.sql.database import Database

T = TypeVar("T")


def before_each_write(
    database: Database, monkeypatch: pytest.MonkeyPatch, look: Callable[[], T]
) -> list[T]:
    """Return the list that what is seen will stand in."""
    write, seen = database.write, list[T]()

    @contextmanager
    def between(*args: Any) -> Iterator[Any]:
        seen.append(look())
        with write(*args) as connection:
            yield connection

    monkeypatch.setattr(database, "write", between)
    return seen


def losses(seen: list[int]) -> list[int]:
    """Return by how much a count fell, each time that it did."""
    return [a - b for a, b in pairwise(seen) if a > b]
