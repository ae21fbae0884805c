"""Who has signed in reads on while nothing can be written: that they came is a note, no more."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from ml.errors import LodemapError
from store.errors import DataDirNotWritableError, DiskFullError, StoreUnavailableError
from store.opening import Store
from store.people.people import SEEN_S
from store.sql.people_tables import SIGN_IN

NOT_WRITTEN = (DiskFullError, StoreUnavailableError, DataDirNotWritableError)


@pytest.mark.parametrize("why", NOT_WRITTEN)
def test_signed_in__is_told_although_it_cannot_be_noted(
    any_store: Store, monkeypatch: pytest.MonkeyPatch, why: type[LodemapError]
) -> None:
    people = any_store.people
    token = people.sign_in(people.meet("password", "ada", "Ada", "admin").person_id)
    with any_store.database.write() as connection:
        connection.execute(update(SIGN_IN).values(seen_at=SIGN_IN.c.seen_at - SEEN_S - 1))

    @contextmanager
    def refuse() -> Iterator[None]:
        raise why("Nothing is written.")
        yield

    monkeypatch.setattr(any_store.database, "write", refuse)
    found = people.signed_in(token)
    assert found is not None
    assert found.person.name == "Ada"


def test_find__is_who_was_met(any_store: Store) -> None:
    ada = any_store.people.meet("proxy", "ada", "Ada", "viewer")
    assert any_store.people.find("proxy", "ada") == ada
    assert any_store.people.find("password", "ada") is None
