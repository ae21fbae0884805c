"""The folds of all projects that a process keeps in memory, and what it keeps of them on disk."""

import logging
import threading
from collections import OrderedDict, deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Integer, Row, String, bindparam, select

from ml.errors import InvalidInputError
from store.cache import Cache
from store.database import Database
from store.errors import StoreUnavailableError
from store.fold import Fold
from store.fold_codec import pack_fold, unpack_fold
from store.names import check_uuid
from store.past import Reader
from store.records import Event, ProjectState
from store.rows import to_event
from store.tables import EVENT
from store.turns import Turn

logger = logging.getLogger(__name__)

FOLD_LIMIT: Final = 1000
"""Projects whose fold a process keeps in memory, when they are small."""
FOLD_BYTES: Final = 2**28
"""Memory that all kept folds may take; the one in use is kept however large it is."""
RECENT_BYTES: Final = 2**25
"""Memory that earlier states of one project may take: pages ask for those they were told of."""
MOST_RECENT: Final = 128
"""Earlier states of one project that are kept at most."""
KEEP_AFTER: Final = 5000
"""Events after which a fold is written to the cache; reading so many takes about half a second."""
KEEP_SHARE: Final = 100
"""For a long journal this part of it: writing costs what the whole fold is long."""


_NEWER: Final = (
    select(EVENT)
    .where(EVENT.c.project_id == bindparam("project_id", type_=String))
    .where(EVENT.c.seq > bindparam("seq", type_=Integer))
    .order_by(EVENT.c.seq)
    .execution_options(yield_per=1000)
)


@dataclass
class Slot:
    """A project's fold and the lock that guards it."""

    project_id: str
    lock: threading.RLock = field(default_factory=threading.RLock)
    fold: Fold | None = None
    waiting: deque[Turn] = field(default_factory=deque)
    """Who waits for the lock to say something."""
    kept_seq: int = 0
    """The fold in the cache ends here."""
    recent: OrderedDict[int, ProjectState] = field(default_factory=OrderedDict)
    """States that were asked for lately, by seq; those that others ask for next."""

    @property
    def num_bytes(self) -> int:
        """Memory of the fold, read without the lock: an estimate is enough."""
        fold = self.fold
        return 0 if fold is None else fold.num_bytes

    def remember(self, state: ProjectState) -> ProjectState:
        """Keep a state for whoever asks for its seq a moment later; return it."""
        self.recent[state.seq] = state
        most = min(MOST_RECENT, RECENT_BYTES // max(1, state.annotation.nbytes))
        while len(self.recent) > max(2, most):
            self.recent.popitem(last=False)
        return state

    def forget(self) -> None:
        """Throw away what a failed transaction may have left."""
        self.fold = None
        self.recent.clear()


class Folds:
    """One object serves all threads of a process."""

    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache
        self._slots: OrderedDict[str, Slot] = OrderedDict()
        self._lock = threading.Lock()

    def slot(self, project_id: str) -> Slot:
        """Return a project's slot; its lock is to be taken before the fold is used."""
        check_uuid(project_id, "project")
        with self._lock:
            slot = self._slots.setdefault(project_id, Slot(project_id))
            self._slots.move_to_end(project_id)
            self._make_room()
            return slot

    def caught_up(self, slot: Slot, connection: Connection, project: Row[Any]) -> Fold:
        """Return the fold of a slot after the newest event that the connection sees."""
        if slot.fold is None:
            slot.fold = self._recalled(slot, connection, project)
        newer = {"project_id": slot.project_id, "seq": slot.fold.seq}
        with ExitStack() as on_failure:
            # it may have folded half an event, and would never be right again
            on_failure.callback(slot.forget)
            with connection.execute(_NEWER, newer) as rows:
                for row in rows:
                    slot.fold.advance(to_event(row))
            on_failure.pop_all()
        return slot.fold

    def keep(self, slot: Slot, after: int = KEEP_AFTER) -> None:
        """Write a fold to the cache when it has grown by `after` events, and by a share of it.

        To be called with the lock of the slot, and outside of any transaction. Never raises: what
        was said is saved already.
        """
        fold = slot.fold
        if fold is None or fold.seq - slot.kept_seq < max(after, fold.seq // KEEP_SHARE):
            return
        slot.kept_seq = fold.seq
        try:
            with self._database.read() as connection:
                mark = self._mark(connection, slot.project_id, fold.seq)
        except StoreUnavailableError as error:
            logger.warning("A fold was not kept: %s", error.sentence)
            return
        if mark is not None:
            self._cache.set(_key(slot.project_id), mark + pack_fold(fold.parts()))

    def _recalled(self, slot: Slot, connection: Connection, project: Row[Any]) -> Fold:
        """Return the fold that was kept, if it is one of this very journal, else an empty one."""
        read = self.reader(slot.project_id)
        mark, _, data = (self._cache.get(_key(slot.project_id)) or b"").partition(b"\n")
        seq = mark.partition(b" ")[0].decode(errors="replace")
        if data and seq.isdecimal():
            slot.kept_seq = int(seq)
            if self._mark(connection, slot.project_id, int(seq)) == mark + b"\n":
                try:
                    return Fold.go_on(unpack_fold(data, slot.project_id), read)
                except InvalidInputError as error:
                    logger.warning("A journal is read anew: %s", error)
        slot.kept_seq = 0
        return Fold(project.num_samples, project.latent_dim, read=read)

    def _mark(self, connection: Connection, project_id: str, seq: int) -> bytes | None:
        """Return by what a journal up to an event is known: no other has an event of that key."""
        is_last = (EVENT.c.project_id == project_id) & (EVENT.c.seq == seq)
        key = connection.scalar(select(EVENT.c.key).where(is_last))
        return None if key is None else f"{seq} {key!r}\n".encode()

    def reader(self, project_id: str) -> Reader:
        """Return what reads a journal's events."""

        def read(start: int, stop: int) -> list[Event]:
            wanted = (EVENT.c.seq > start) & (EVENT.c.seq <= stop)
            query = select(EVENT).where(EVENT.c.project_id == project_id, wanted)
            with self._database.read() as connection:
                return [to_event(row) for row in connection.execute(query.order_by(EVENT.c.seq))]

        return read

    def _make_room(self) -> None:
        """Let the folds go that were not used for longest."""
        num_bytes = sum(slot.num_bytes for slot in self._slots.values())
        while len(self._slots) > FOLD_LIMIT or (num_bytes > FOLD_BYTES and len(self._slots) > 1):
            num_bytes -= self._slots.popitem(last=False)[1].num_bytes


def _key(project_id: str) -> str:
    return f"fold:{project_id}"
