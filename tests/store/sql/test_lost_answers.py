"""What is said, and what is so, where PostgreSQL falls silent in one moment or another."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from store.errors import LeaseLostError, StoreUnavailableError
from store.opening import open_store
from store.records import Gesture
from store.settings import Settings
from store.sql.database import Database
from tests.contract.workplace import until
from tests.lossy_wire import LossyWire, lossy_wire
from tests.services import free_port, fresh_database
from tests.store.scene import ANA, Scene, frame_row, make_scene, pack, snapshot_row

NOT_KNOWN = "it is not known whether this was saved"


@pytest.fixture
def url(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url) as made:
        yield made


@pytest.fixture
def wire(url: str) -> Iterator[LossyWire]:
    with lossy_wire(make_url(url).port or 0) as made:
        yield made


@pytest.fixture
def far(url: str, wire: LossyWire, tmp_path: Path) -> Iterator[Scene]:
    """A scene whose database is at the other end of the wire."""
    shown = make_url(url).set(port=wire.port).render_as_string(hide_password=False)
    overrides = {"data_dir": tmp_path / "data"}
    with open_store(Settings.from_env({"LODEMAP_DATABASE_URL": shown}, overrides)) as store:
        yield make_scene(store)


def test_append__whose_commit_is_not_answered_says_so_and_is_saved_once(
    far: Scene, wire: LossyWire
) -> None:
    gesture = Gesture("annotate", "the-key", pack([1, 2]), {"class_index": 0})
    seq = far.store.journal.state(far.id).seq
    wire.loses_next_commit = True
    with pytest.raises(StoreUnavailableError, match=NOT_KNOWN) as caught:
        far.store.journal.append(far.id, gesture, "Ana", ANA)
    assert "nothing was saved" not in caught.value.sentence
    again = far.store.journal.append(far.id, gesture, "Ana", ANA)
    assert (again.seq, again.is_duplicate) == (seq + 1, True)
    assert far.store.journal.state(far.id).seq == seq + 1


def test_commit_epoch__whose_commit_is_not_answered_may_be_repeated(
    far: Scene, wire: LossyWire
) -> None:
    run = far.claim(far.submit("pretrain"))
    wire.loses_next_commit = True
    with pytest.raises(StoreUnavailableError, match=NOT_KNOWN):
        far.commit(run, 1)
    n = far.commit(run, 1)
    assert [frame.n for frame in far.store.frames.after(run.run_id, 0)] == [n]
    other = replace(snapshot_row(run, 1), sha256="1" * 64)
    frame = frame_row(run, 1.0, is_snapshot=True)
    with pytest.raises(LeaseLostError, match="committed before"):
        far.store.leases.commit_epoch(run.run_id, "worker", other, frame)
    assert far.commit(run, 2) == n + 1


def test_read__from_a_silent_database_says_nothing_of_saving() -> None:
    database = Database(f"postgresql+psycopg://lodemap@127.0.0.1:{free_port()}/lodemap")
    with pytest.raises(StoreUnavailableError) as caught, database.read():
        pass
    assert caught.value.sentence == "The database does not answer. Try again."
    with pytest.raises(StoreUnavailableError, match="nothing was saved"), database.write():
        pass


def dawdle(database: Database, url: str, is_asked_again: bool) -> None:
    """Begin to write, and rest until PostgreSQL takes the right to it away."""
    with database.write() as connection:
        connection.execute(text("SET idle_in_transaction_session_timeout = '50ms'"))
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        with psycopg.connect(url, autocommit=True) as other:
            alive = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
            until(lambda: other.execute(alive, [pid]).fetchone() == (0,), "the end of the session")
        if is_asked_again:
            connection.execute(text("SELECT 1"))


@pytest.mark.parametrize("is_asked_again", [True, False])
def test_write__that_rests_for_too_long_is_refused_in_a_sentence(
    url: str, tmp_path: Path, is_asked_again: bool
) -> None:
    overrides = {"data_dir": tmp_path / "data"}
    with open_store(Settings.from_env({"LODEMAP_DATABASE_URL": url}, overrides)) as store:
        with pytest.raises(StoreUnavailableError, match="nothing was saved"):
            dawdle(store.database, url, is_asked_again)
        with store.database.read() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
