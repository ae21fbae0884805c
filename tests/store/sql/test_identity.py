"""Which database this is."""

from pathlib import Path

from sqlalchemy.engine import make_url

from store.opening import Store
from store.sql.database import Database
from store.sql.identity import identity_of
from tests.services import fresh_database


def test_identity__stays(any_store: Store) -> None:
    data_dir = any_store.settings.data_dir
    again = Database(any_store.settings.database_url)
    identity = identity_of(any_store.database, data_dir)
    assert identity == identity_of(again, data_dir)
    assert len(identity) == 32
    again.close()


def test_identity__of_two_databases_of_a_cluster_differs(postgres_url: str, tmp_path: Path) -> None:
    with fresh_database(postgres_url) as one, fresh_database(postgres_url) as two:
        databases = [Database(one), Database(two)]
        assert len({identity_of(each, tmp_path) for each in databases}) == 2
        for each in databases:
            each.close()


def test_identity__needs_no_right_to_ask_for_the_cluster(postgres_url: str, tmp_path: Path) -> None:
    with fresh_database(postgres_url) as url:
        database = Database(url)
        whole = identity_of(database, tmp_path)
        with database.write() as connection:
            connection.exec_driver_sql("CREATE ROLE nobody_much LOGIN")
            connection.exec_driver_sql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        little = Database(url.replace("//lodemap@", "//nobody_much@"))
        assert identity_of(little, tmp_path) not in ("", whole)
        little.close()
        with database.write() as connection:
            connection.exec_driver_sql("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC")
            connection.exec_driver_sql("DROP ROLE nobody_much")
        database.close()


def test_identity__of_two_schemas_of_a_database_differs(postgres_url: str, tmp_path: Path) -> None:
    """An app takes no file of the other for one that nobody names."""
    with fresh_database(postgres_url) as url:
        database = Database(url)
        empty = identity_of(database, tmp_path)
        found = []
        for schema in ("public", "team"):
            with database.write() as connection:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
                connection.exec_driver_sql(f"SET LOCAL search_path = {schema}")
                connection.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
                name = make_url(url).database
                connection.exec_driver_sql(f"ALTER DATABASE {name} SET search_path = {schema}")
            database.close()
            database = Database(url)
            found.append(identity_of(database, tmp_path))
        database.close()
    assert found[0] == empty, "of what was there before schemas were told apart"
    assert found[1] != empty
