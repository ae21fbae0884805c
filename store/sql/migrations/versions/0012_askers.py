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
    "run", *map(sa.column, ("run_id", "project_id", "author", "author_id", "control_of"))
)


def upgrade() -> None:
    """Fill it from the newest update of a run by the name that the run has; others know none.

    A control has that of the run it is compared with.
    """
    op.add_column("run", sa.Column("author_id", sa.Text()))
    connection = op.get_bind()
    said = sa.select(EVENT).where(EVENT.c.verb == "update").order_by(EVENT.c.seq)
    askers: dict[tuple[str, Any, str], str] = {}
    for event in connection.execute(said):
        run_id = json.loads(event.values_json).get("run_id")
        askers[event.project_id, run_id, event.author] = event.author_id
    keys = ("project_id", "run_id", "author")
    of_run = sa.and_(*(RUN.c[key] == sa.bindparam(f"the_{key}") for key in keys))
    fill = sa.update(RUN).where(of_run).values(author_id=sa.bindparam("asker"))
    rows = [
        {**{f"the_{key}": value for key, value in zip(keys, place, strict=True)}, "asker": asker}
        for place, asker in askers.items()
    ]
    if rows:
        connection.execute(fill, rows)
    measured = RUN.alias("measured")
    its = sa.select(measured.c.author_id).where(measured.c.run_id == RUN.c.control_of)
    is_control = RUN.c.control_of.is_not(None)
    connection.execute(sa.update(RUN).where(is_control).values(author_id=its.scalar_subquery()))
