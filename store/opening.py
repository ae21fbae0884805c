"""Open the store: the one place that knows all of its parts."""

import contextlib
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from store.datasets.datasets import Datasets
from store.datasets.leftovers import remove_leftovers
from store.datasets.mounted import check_mounted
from store.datasets.sheets_ahead import SheetsAhead
from store.datasets.thumbnails import Thumbnails
from store.files import data_dir
from store.files.artifacts import Artifacts
from store.files.cache import Cache
from store.files.data_dir import DataDirLock
from store.files.local_disk import check_local
from store.files.owners import claim
from store.intake.intakes import Intakes
from store.journal.history import History
from store.journal.journal import Journal
from store.people.bookmarks import Bookmarks
from store.people.comments import Comments
from store.people.invites import Invites
from store.people.members import Members
from store.people.people import People
from store.people.tries import MemoryCounts, SqlCounts, TryCounts
from store.postgres_url import INSTEAD, passed_over
from store.projects.projects import Projects
from store.pulse import Pulse
from store.queue.chunks import Chunks
from store.queue.encodings import Encodings
from store.queue.queue import Queue
from store.queue.workers import Workers
from store.runs.epochs import Epochs
from store.runs.frames import Frames
from store.runs.leases import Leases
from store.runs.moments import Moments
from store.runs.orphans import remove_orphans
from store.runs.pauses import Pauses
from store.runs.receipts import Receipts
from store.runs.resuming import Resuming
from store.runs.runs import Runs
from store.runs.variants import Variants
from store.settings import Settings
from store.snapshots.asked_networks import Networks
from store.snapshots.atlases import Atlases
from store.snapshots.outlooks import Outlooks
from store.sql import migration
from store.sql.checkpointer import Checkpointer
from store.sql.database import Database
from store.sql.identity import identity_of
from store.sql.made import check_made
from store.totals import Totals, totals_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Store:
    """Everything that outlives a process. Share one among threads; a child opens its own."""

    settings: Settings
    database: Database
    projects: Projects
    journal: Journal
    history: History
    comments: Comments
    bookmarks: Bookmarks
    runs: Runs
    leases: Leases
    pauses: Pauses
    resuming: Resuming
    epochs: Epochs
    frames: Frames
    moments: Moments
    artifacts: Artifacts
    datasets: Datasets
    thumbnails: Thumbnails
    atlases: Atlases
    outlooks: Outlooks
    intakes: Intakes
    cache: Cache
    workers: Workers
    queue: Queue
    chunks: Chunks
    receipts: Receipts
    pulse: Pulse
    variants: Variants
    people: People
    invites: Invites
    members: Members
    _closing: contextlib.ExitStack = field(repr=False)

    def totals(self) -> Totals:
        """Count what the database has, as `totals_of` does."""
        return totals_of(self.database)

    def try_counts(self) -> TryCounts:
        """Return where all apps of the database count tries: SQLite has one app, and its memory."""
        return MemoryCounts() if self.database.is_sqlite else SqlCounts(self.database)

    def check_mounted(self) -> None:
        """Check that the artifacts are those of this database, as its function does."""
        check_mounted(self.database, self.artifacts)

    def claim_artifacts(self) -> list[str]:
        """Say that this database keeps its files here; return what others say that do."""
        owner = identity_of(self.database, self.settings.data_dir)
        return claim(self.artifacts, owner, self.database.shown_url)

    def sweep_artifacts(self, *, is_shared: bool) -> tuple[int, int]:
        """Remove files and data sets that killed processes left; return how many of each.

        Args:
            is_shared: Another database keeps files here too, so that data sets stay, and files of
                runs that this one does not know.
        """
        num_files = remove_orphans(self.database, self.artifacts, is_shared=is_shared)
        if is_shared:
            return num_files, 0
        return num_files, remove_leftovers(self.database, self.datasets, self.artifacts)

    def close(self) -> None:
        """Close database and cache, and let another app in when this was the app."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(settings: Settings, as_app: bool = False) -> Store:
    """Open the store, made or migrated when needed.

    Args:
        settings: where everything is.
        as_app: hold the data directory as its one app and look after SQLite's log. Workers leave
            this off, by `open_for_worker`. On PostgreSQL any number of apps may share a database,
            each with its own data directory.

    Raises:
        DataDirError: busy, not writable, unsafe, or written by a newer Lodemap.
        StoreUnavailableError: the database does not answer, or where an app's artifacts are.
        ArtifactsRefusedError: an app may not write where its artifacts are.
    """
    data_dir.prepare(settings.data_dir)
    closing = contextlib.ExitStack()
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(closing.close)
        store = _opened(settings, as_app, closing)
        closing.callback(store.outlooks.close)
        if as_app:
            store.artifacts.check()
        store.artifacts.standing.judge = store.check_mounted
        on_failure.pop_all()
    return store


def open_for_worker(settings: Settings) -> Store:
    """Open the store as a worker does, which makes neither a database nor its folder.

    Raises:
        DatabaseNotMadeError: there is no database yet, or it is elsewhere.
        DataDirError, StoreUnavailableError: as `open_store`.
    """
    check_made(settings)
    return open_store(settings)


def _open_cache(settings: Settings, closing: contextlib.ExitStack) -> Cache:
    cache = Cache(settings.data_dir / "cache")
    closing.callback(cache.close)
    return cache


def _open_database(settings: Settings, as_app: bool, closing: contextlib.ExitStack) -> Database:
    if as_app:
        closing.enter_context(DataDirLock(settings.data_dir))
    database = Database(settings.database_url)
    if database.is_sqlite:
        check_local(Path(str(database.engine.url.database)).parent)
    closing.callback(database.close)
    migration.upgrade(database)
    if as_app and database.is_sqlite:
        closing.callback(Checkpointer(database).close)
    if as_app and (words := passed_over(settings.database_url)):
        logger.warning("%s. %s", words, INSTEAD)
    return database


def _opened(settings: Settings, as_app: bool, closing: contextlib.ExitStack) -> Store:
    database, cache = _open_database(settings, as_app, closing), _open_cache(settings, closing)
    artifacts = Artifacts(settings.artifacts_url, settings.data_dir / "fetched")
    journal = Journal(database, datasets := Datasets(database, artifacts), cache)
    runs = Runs(database, journal, datasets, queue := Queue(database, workers := Workers(database)))
    encodings = Encodings(chunks := Chunks(database), workers, artifacts)
    thumbnails = Thumbnails(datasets, cache, SheetsAhead(chunks, workers, artifacts))
    asked = Networks(journal, frames := Frames(database), datasets, artifacts, cache, encodings)
    return Store(
        settings=settings,
        database=database,
        projects=Projects(database, datasets, artifacts, journal),
        journal=journal,
        runs=runs,
        history=History(database, journal),
        comments=Comments(database),
        bookmarks=Bookmarks(database),
        leases=Leases(database, journal),
        pauses=Pauses(database),
        resuming=Resuming(database, journal),
        epochs=Epochs(database),
        frames=frames,
        moments=Moments(database, artifacts),
        artifacts=artifacts,
        datasets=datasets,
        thumbnails=thumbnails,
        atlases=Atlases(runs, frames, datasets, artifacts, thumbnails, cache),
        outlooks=Outlooks(database, journal, runs, datasets, asked, settings.mode == "embedded"),
        intakes=Intakes(database, settings.data_dir / "imports"),
        cache=cache,
        workers=workers,
        queue=queue,
        chunks=chunks,
        receipts=Receipts(database, artifacts),
        pulse=Pulse(database),
        variants=Variants(database, journal, runs, artifacts),
        people=People(database),
        invites=Invites(database),
        members=Members(database),
        _closing=closing,
    )
