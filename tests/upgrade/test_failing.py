"""F36: a migration that fails, whatever in it, is one line and changes nothing."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.opening import open_store
from tests.deploy.servers import clean_environ
from tests.services import fresh_database
from tests.source import ROOT
from tests.store.sql.test_migration import NEWEST, copy_of_migrations
from tests.upgrade.old import LAST, Old, unpack, unpack_into_postgresql

pytestmark = pytest.mark.timeout(600)
FAILURES = {
    "sql": ("op.execute('INSERT INTO no_such_table VALUES (1)')", "Error"),
    "python": ("1 / 0", "ZeroDivisionError"),
    "alembic": ("op.get_context().script.get_revision('none')", "CommandError"),
}
"""What ends a migration that has changed much before, and the name that the line has for it."""
START = """
import sys
from pathlib import Path
from store.sql import migration
migration.FOLDER = Path(sys.argv[1])
import app
sys.exit(app.main(sys.argv[2:]))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Old]:
    """A database of the newest schema."""
    if request.param == "sqlite":
        yield brought_up(unpack(LAST, tmp_path / "data"))
        return
    with fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield brought_up(unpack_into_postgresql(LAST, tmp_path, url))


def brought_up(old: Old) -> Old:
    """Let the migrations there are go first; the copy they keep would be in the way."""
    open_store(old.settings).close()
    old.path.with_name(f"lodemap.db.before-{LAST}").unlink(missing_ok=True)
    return old


def broken_migrations(folder: Path, line: str) -> Path:
    """Return the migrations there are and a last one, which a line ends."""
    broken = copy_of_migrations(folder / "migrations")
    (broken / "versions" / "9000_broken.py").write_text(
        f"from alembic import op\nrevision = '9000'\ndown_revision = '{NEWEST}'\n"
        "def upgrade():\n    op.execute('DELETE FROM event')\n"
        f"    op.execute('CREATE TABLE half (x INTEGER)')\n    {line}\n"
    )
    return broken


def start(old: Old, migrations: Path) -> str:
    """Start the app as its command does; return the one line on stderr."""
    words = ["--data-dir", str(old.settings.data_dir), "--port", "0"]
    told = {"LODEMAP_DATABASE_URL": old.settings.database_url}
    ended = subprocess.run(
        [sys.executable, "-c", START, str(migrations), *words],
        cwd=ROOT, env=clean_environ(told), capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr.strip()


@pytest.mark.parametrize(
    "how", ["sql", *(pytest.param(how, marks=pytest.mark.faults) for how in ("python", "alembic"))]
)
def test_app__says_in_one_line_that_a_migration_failed(old: Old, tmp_path: Path, how: str) -> None:
    line, name = FAILURES[how]
    said = start(old, broken_migrations(tmp_path, line))
    assert f"could not be brought from schema {NEWEST} to 9000" in said
    assert "it is as it was" in said
    assert name in said
    with open_store(old.settings) as store:  # the Lodemap of before
        assert store.journal.state(old.project_id).annotation.tolist() == old.told["annotation"]
        if not store.database.is_sqlite:
            return
    with closing(sqlite3.connect(old.path.with_name(f"lodemap.db.before-{NEWEST}"))) as copy:
        assert copy.execute("SELECT count(*) FROM event").fetchone() == (old.told["seq"],)


@pytest.mark.faults
def test_app__without_a_copy_begins_no_migration(tmp_path: Path) -> None:
    old = brought_up(unpack(LAST, tmp_path / "data"))
    taken = old.path.with_name(f"lodemap.db.before-{NEWEST}")
    taken.mkdir()
    said = start(old, broken_migrations(tmp_path, "pass"))
    assert "IsADirectoryError" in said
    assert sorted(path.name for path in old.path.parent.glob("*lodemap.db*")) == [
        "lodemap.db", taken.name,
    ]  # fmt: skip
    with open_store(old.settings) as store:
        assert store.journal.state(old.project_id).seq == old.told["seq"]
