"""Alembic's way in: migrations run on the connection, inside the transaction, of `migration.py`."""

from alembic import context

from store.sql.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
