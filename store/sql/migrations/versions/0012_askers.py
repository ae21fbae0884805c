"""Whose a run is: by the id of who asked for it, as a gesture's, and not by the name alone."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

EVENT = sa.table(
    "event", *map(sa.column, ("project_id", "seq", "verb", "author", "author_id", "values_json"))
)
RUN = sa.table(
    "run", *map(sa.column, ("run_id", "project_id", "key", "author", "author_id", "control_of"))
)
OF_RUN = (
    RUN.c.project_id == sa.bindparam("its_project"), RUN.c.run_id == sa.bindparam("its_run"),
)  # fmt: skip


def upgrade() -> None:
    """Fill it from the newest update of a run by the name that the run has; others know none.

    A variant that was made the map is whose newest update it is, with the name; until now it kept
    that of who tried it. A control has that of the run it is compared with.
    """
    op.add_column("run", sa.Column("author_id", sa.Text()))
    connection = op.get_bind()
    said = sa.select(EVENT).where(EVENT.c.verb == "update").order_by(EVENT.c.seq)
    named: dict[tuple[str, Any, str], dict[str, Any]] = {}
    newest: dict[tuple[str, Any], dict[str, Any]] = {}
    for event in connection.execute(said):
        run_id = json.loads(event.values_json).get("run_id")
        asked = {
            "its_project": event.project_id, "its_run": run_id,
            "asker": event.author, "asker_id": event.author_id,
        }  # fmt: skip
        named[event.project_id, run_id, event.author] = asked
        newest[event.project_id, run_id] = asked
    fill = sa.update(RUN).where(*OF_RUN)
    asker = sa.bindparam("asker", type_=sa.Text())
    asker_id = sa.bindparam("asker_id", type_=sa.Text())
    if named:
        by_name = fill.where(RUN.c.author == asker).values(author_id=asker_id)
        connection.execute(by_name, [*named.values()])
        variants = fill.where(RUN.c.key.like("variant:%")).values(author=asker, author_id=asker_id)
        connection.execute(variants, [*newest.values()])
    measured = RUN.alias("measured")
    its = sa.select(measured.c.author_id).where(measured.c.run_id == RUN.c.control_of)
    is_control = RUN.c.control_of.is_not(None)
    connection.execute(sa.update(RUN).where(is_control).values(author_id=its.scalar_subquery()))
