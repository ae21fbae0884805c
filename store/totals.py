"""How much there is in a database, for whoever watches over it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from store.sql.database import Database
from store.sql.tables import EVENT, PROJECT, RUN


@dataclass(frozen=True)
class Totals:
    """Counts over all projects."""

    num_projects: int
    num_events: int
    """In all journals."""
    num_epochs: int
    """Of all runs, also of those in the background."""
    num_runs: Mapping[str, int]
    """By state; one without a run is left out."""


def totals_of(database: Database) -> Totals:
    """Count what there is.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    newest = select(func.max(EVENT.c.seq)).where(EVENT.c.project_id == PROJECT.c.project_id)
    events = select(func.count(), func.sum(newest.scalar_subquery()))
    events = events.select_from(PROJECT).where(PROJECT.c.draft_at.is_(None))
    by_state = select(RUN.c.state, func.count()).group_by(RUN.c.state)
    with database.read() as connection:
        num_projects, num_events = connection.execute(events).one()
        num_runs = {row.state: row[1] for row in connection.execute(by_state)}
        num_epochs = connection.scalar(select(func.sum(RUN.c.last_epoch + 1)))
    return Totals(num_projects, int(num_events or 0), int(num_epochs or 0), num_runs)
