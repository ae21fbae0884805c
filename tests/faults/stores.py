"""An empty store on each kind of database and of place for files, for tests of every write."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import fsspec
import pytest

from store.opening import Store, open_store
from store.settings import Settings
from tests.deploy.bucket import running_bucket
from tests.services import fresh_database

Opening = Callable[[str], AbstractContextManager[Store]]


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Store]:
    with open_store(Settings.from_env({}, {"data_dir": folder / "data"})) as store:
        yield store


@contextmanager
def on_postgresql(folder: Path, cluster: str) -> Iterator[Store]:
    with fresh_database(cluster) as url:
        settings = Settings.from_env({"LODEMAP_DATABASE_URL": url}, {"data_dir": folder / "data"})
        with open_store(settings) as store:
            yield store


@contextmanager
def in_a_bucket(folder: Path) -> Iterator[Store]:
    """SQLite, with its files in a bucket of its own."""
    with running_bucket() as bucket, pytest.MonkeyPatch.context() as patched:
        for name, value in bucket.environ().items():
            patched.setenv(name, value)
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        told = {"LODEMAP_ARTIFACTS_URL": bucket.url}
        with open_store(Settings.from_env(told, {"data_dir": folder / "data"})) as store:
            yield store
        fsspec.get_filesystem_class("s3").clear_instance_cache()


@contextmanager
def opened_on(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """Open an empty store: `sqlite`, `postgresql` or `bucket`."""
    if kind == "postgresql":
        with on_postgresql(folder, request.getfixturevalue("postgres_url")) as store:
            yield store
    elif kind == "bucket":
        with in_a_bucket(folder) as store:
            yield store
    else:
        with on_sqlite(folder) as store:
            yield store
