"""How much of the queue one person may fill, over all projects."""

from typing import Final

from sqlalchemy import Connection, func, select

from store.errors import ConflictError
from store.names import GUEST
from store.queue.precedence import is_foreground
from store.records import LIVE_STATES
from store.sql.tables import RUN

MOST_LIVE: Final = 20
"""Runs of one person that wait or are trained. A project has two at most, so this is about who has
many projects: each run of theirs that waits longer goes before the next one of somebody else."""


def check_share(connection: Connection, author: str, author_id: str) -> None:
    """Refuse a further run of somebody who has filled their share.

    Args:
        connection: In whose transaction the run would be saved.
        author: The display name that the run would have. A run of which nobody knows more counts
            for all of its name, but for guests: who gave no name may be a whole course.
        author_id: Whose it would be.

    Raises:
        ConflictError: so many are under way; it says what to do.
    """
    of_name = RUN.c.author_id.is_(None) & (RUN.c.author == author) & (RUN.c.author != GUEST)
    theirs = (RUN.c.author_id == author_id) | of_name
    live = theirs & RUN.c.state.in_(LIVE_STATES) & is_foreground()
    num_live = connection.scalar(select(func.count()).select_from(RUN).where(live)) or 0
    if num_live >= MOST_LIVE:
        raise ConflictError(
            f"{num_live} runs of yours are waiting or under way, in all projects;"
            " wait until one has ended, or stop one."
        )
