"""Two apps on one PostgreSQL, and a database that does not answer for a while."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from ml.intake.records import Options
from store.errors import StoreUnavailableError
from store.intake.records import NotHereError
from store.opening import Store, open_store
from store.settings import Settings
from tasks.intake import IntakeDesk
from tasks.keeping import Choices
from tests.services import fresh_database
from tests.tasks.test_intake import ANA, npz, sent, until, wait_for


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url) as url:
        yield url


@contextmanager
def app(url: str, data_dir: Path) -> Iterator[tuple[Store, IntakeDesk]]:
    """Open an app of its own data directory, whose desk looks only when it is told."""
    settings = Settings.from_env({"LODEMAP_DATABASE_URL": url}, {"data_dir": data_dir})
    with ExitStack() as closing:
        store = closing.enter_context(open_store(settings, as_app=True))
        desk = IntakeDesk(store)
        closing.callback(desk.close)
        yield store, desk


def test_two_apps__each_does_what_it_has_the_files_of(database_url: str, tmp_path: Path) -> None:
    with (
        app(database_url, tmp_path / "a") as (a, desk_a),
        app(database_url, tmp_path / "b") as (
            b,
            desk_b,
        ),
    ):
        intake = sent(a, npz())
        there = b.intakes.get(intake.intake_id, ANA)
        assert (there.is_here, there.received) == (False, 0)
        with pytest.raises(NotHereError):
            desk_b.read(there, Options())
        with pytest.raises(NotHereError):
            b.intakes.append(intake.intake_id, ANA, 0, b"x")
        a.intakes.take_turn(intake.intake_id, ("receiving",), "reading")
        desk_b.look()
        assert desk_b._turns.list() == []
        desk_a.look()
        ready = until(a, intake, "ready", "failed")
        assert ready.error is None
        with pytest.raises(NotHereError):
            desk_b.keep(b.intakes.get(intake.intake_id), Choices("Things"))
        desk_a.keep(ready, Choices("Things"))
        assert until(b, intake, "kept").project_id == intake.intake_id


def test_cancel__in_another_app_ends_the_child_here_and_its_files(
    database_url: str, tmp_path: Path
) -> None:
    with (
        app(database_url, tmp_path / "a") as (a, desk_a),
        app(database_url, tmp_path / "b") as (
            b,
            desk_b,
        ),
    ):
        intake = sent(a, npz(20_000))
        desk_a.read(intake, Options())
        wait_for(lambda: desk_a.pid(intake.intake_id))
        assert desk_b.cancel(b.intakes.get(intake.intake_id)).state == "cancelled"
        desk_a.look()
        wait_for(lambda: None if desk_a._turns.list() else True)
        assert not intake.folder.exists()
        left = sent(a, npz())
        desk_b.cancel(b.intakes.get(left.intake_id))
        a.intakes.remove_orphans(older_s=-1)
        assert not left.folder.exists()


def set_answering(url: str, is_answering: bool) -> None:
    """Let a database be reached or not; those that are connected are thrown out."""
    name = url.rsplit("/", 1)[1]
    with psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {is_answering}")
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


@pytest.mark.parametrize("state", ["reading", "keeping"])
def test_desk__goes_on_once_the_database_answers_again(
    database_url: str, tmp_path: Path, state: str
) -> None:
    with app(database_url, tmp_path / "a") as (store, desk):
        intake = sent(store, npz())
        if state == "keeping":
            desk.read(intake, Options())
            until(store, intake, "ready")
            store.intakes.move(
                intake.intake_id, ("ready",), "keeping", choices=Choices("Things").to_json()
            )
        else:
            store.intakes.take_turn(intake.intake_id, ("receiving",), "reading")
        asked = store.intakes.get(intake.intake_id)
        wait_for(lambda: None if desk._turns.list() else True)
        set_answering(database_url, False)
        try:
            desk._go_on(asked)
            wait_for(lambda: None if desk._turns.list() else True)
            with pytest.raises(StoreUnavailableError):
                desk.look()
        finally:
            set_answering(database_url, True)
        assert store.intakes.get(intake.intake_id).state == state
        desk.look()
        now = until(store, intake, "ready" if state == "reading" else "kept", "failed")
        assert now.error is None
        assert len(store.projects.list()) == (state == "keeping")
