"""Which runs know more than a checkout lets stand.

What a run learns is settled when a worker takes it: its `journal_seq`. Until then an Update may
join another one that waits, so a run that was asked for before some position may have learned later
than that, and only its newest Update is switched off by going back to it.

The rule: for each checkout that stands, a run on the line that a worker has taken learned either
at the position it goes back to or before, or after the going back (or after the redo of it); else
somebody put it on the line since, which is what making a variant the map is. A run that breaks it
is *ahead*, and whatever would break it, an undo, a redo or a checkout, switches the Updates that
ask for that run off as well.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from sqlalchemy import Connection, select

from store.journal.fold import Fold
from store.records import Event, stands
from store.sql.tables import RUN


def left_ahead(
    connection: Connection, fold: Fold, verb: str, values: Mapping[str, Any]
) -> list[int]:
    """Return the updates that an event about to be written must switch off besides its own.

    Args:
        connection: To the runs of the project.
        fold: The project so far.
        verb: `undo`, `redo` or `checkout`; nothing else puts a run back on the line.
        values: Of the event: `target`, or `to`, `off` and `on`.
    """
    switches, now = fold.switches, fold.seq + 1
    if verb == "checkout":
        # those that stand were in order at the position, but for what was learned since
        off, on, since = values["off"], values["on"], {now: now}
        to = {now: int(values["to"])}
    else:
        target = int(values["target"])
        off, on = (switches.redone if verb == "redo" else switches.undone)(target)
        since = dict(switches.since)
        if verb == "redo" and target in since:
            since[target] = now
        to = {seq: int(fold.events[seq - 1].values["to"]) for seq in since}
    taken_back = (switches.off | set(off)) - (set(on) - switches.gone)
    spans = [(to[seq], since[seq]) for seq in since if seq not in taken_back]
    return _ahead(connection, fold.updates(), taken_back, spans)


def _ahead(
    connection: Connection,
    updates: Iterable[Event],
    taken_back: Set[int],
    spans: Iterable[tuple[int, int]],
) -> list[int]:
    """Return the standing updates, older than the end of a span, of runs that learned in it."""
    if not (spans := list(spans)):
        return []
    standing = [event for event in updates if stands(event, taken_back)]
    newest = {event.values["run_id"]: event.seq for event in standing}
    begun = select(RUN.c.run_id, RUN.c.journal_seq).where(
        RUN.c.run_id.in_(list(newest)), RUN.c.attempt > 0
    )
    late = {
        row.run_id
        for row in connection.execute(begun)
        if any(to < row.journal_seq < since and newest[row.run_id] < since for to, since in spans)
    }
    return [event.seq for event in standing if event.values["run_id"] in late]
