"""Why a run that is under way waits: told while it does, until its next epoch or its end."""

from sqlalchemy import update

from store.records import OWNED_STATES
from store.sql.database import Database
from store.sql.tables import RUN


class Pauses:
    """What runs wait for; kept where an ended run has its error."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def say(self, run_id: str, owner: str, why: str) -> None:
        """Tell why `owner` cannot go on with its run; `Leases.commit_epoch` takes it back.

        Nothing happens where another worker owns the run.

        Raises:
            DiskFullError: no room for the sentence either.
            StoreUnavailableError: the database does not answer.
        """
        mine = (RUN.c.run_id == run_id) & (RUN.c.owner == owner) & RUN.c.state.in_(OWNED_STATES)
        with self._database.write() as connection:
            connection.execute(update(RUN).where(mine).values(error=why))
