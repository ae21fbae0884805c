"""The folds of all projects that a process keeps in memory, and what it keeps of them on disk."""

import logging
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Integer, Row, String, bindparam, select

from ml.errors import InvalidInputError, LodemapError
from store.errors import NotFoundError
from store.files.cache import Cache
from store.journal.ends import has_end_of
from store.journal.fold import Fold
from store.journal.fold_codec import pack_fold, unpack_fold
from store.journal.milestones import EVERY, Milestones, mark_of
from store.journal.past import PAGE, Reader
from store.journal.pen import project_row
from store.journal.turns import Turn
from store.names import check_uuid
from store.records import Event, ProjectState
from store.sql.database import Database
from store.sql.rows import to_event
from store.sql.tables import EVENT

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


FRESH_S: Final = 2.0
"""In so little time too little is said to be worth a look before the journal is locked."""
_NEWER: Final = (
    select(EVENT)
    .where(EVENT.c.project_id == bindparam("project_id", type_=String))
    .where(EVENT.c.seq > bindparam("seq", type_=Integer))
    .order_by(EVENT.c.seq)
    .execution_options(yield_per=1000)
)


def rest() -> None:
    """Do nothing: whoever waits has the time."""


@dataclass
class Slot:
    """A project's fold and the lock that guards it."""

    project_id: str
    lock: threading.RLock = field(default_factory=threading.RLock)
    reading: threading.Lock = field(default_factory=threading.Lock)
    """Held by the one who reads an older state: who asks for another older one waits meanwhile. Who
    speaks takes `lock` alone, which that reader holds only for a moment at the end."""
    fold: Fold | None = None
    born: float | None = None
    """`created_at` of the project whose fold it is: another one may get the same id."""
    waiting: deque[Turn] = field(default_factory=deque)
    """Who waits for the lock to say something."""
    caught_up_at: float = -math.inf
    """When it was last read to its end, on the clock of `time.monotonic`."""
    kept_seq: int = 0
    """The fold in the cache ends here."""
    milestone_seq: int = 0
    """The newest fold that stays in the cache ends here."""
    recent: OrderedDict[int, ProjectState] = field(default_factory=OrderedDict)
    """States that were asked for lately, by seq; those that others ask for next."""
    recent_bytes: int = 0

    @property
    def holds_all(self) -> bool:
        """Whether no event has left memory yet, so that nothing can go far back."""
        fold = self.fold
        return fold is not None and not fold.events.num_before

    @property
    def is_behind(self) -> bool:
        """Whether much may have been said since it was last read, by other processes."""
        return self.fold is None or time.monotonic() - self.caught_up_at > FRESH_S

    @property
    def num_bytes(self) -> int:
        """Memory of the fold and the states, read without the lock: an estimate is enough."""
        fold = self.fold
        return self.recent_bytes + (0 if fold is None else fold.num_bytes)

    def remember(self, state: ProjectState) -> ProjectState:
        """Keep a state for whoever asks for its seq a moment later; return it."""
        if (known := self.recent.pop(state.seq, None)) is not None:
            self.recent_bytes -= _bytes_of(known)
        self.recent[state.seq] = state
        self.recent_bytes += _bytes_of(state)
        while len(self.recent) > 2 and self._are_too_many():
            self.recent_bytes -= _bytes_of(self.recent.popitem(last=False)[1])
        return state

    def _are_too_many(self) -> bool:
        return len(self.recent) > MOST_RECENT or self.recent_bytes > RECENT_BYTES

    def forget(self) -> None:
        """Throw away what a failed transaction may have left, or what is of another journal."""
        self.fold = None
        self.recent.clear()
        self.recent_bytes = 0


class Folds:
    """One object serves all threads of a process."""

    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache
        self.milestones = Milestones(database, cache)
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

    def forget(self, project_id: str) -> None:
        """Let go what is in memory of a project that was deleted."""
        with self._lock:
            self._slots.pop(project_id, None)

    def caught_up(
        self, slot: Slot, connection: Connection, project: Row[Any], is_locked: bool = False
    ) -> Fold:
        """Return the fold of a slot after the newest event that the connection sees.

        Where the journal is not locked, milestones are kept on the way.
        """
        project = self._checked(slot, connection, project)
        if slot.fold is None:
            slot.fold = self._recalled(slot, connection, project)
        newer = {"project_id": slot.project_id, "seq": slot.fold.seq}
        with ExitStack() as on_failure:
            # it may have folded half an event, and would never be right again
            on_failure.callback(slot.forget)
            with connection.execute(_NEWER, newer) as rows:
                for row in rows:
                    slot.fold.advance(to_event(row))
                    if not is_locked:
                        self._keep_milestone(slot)
            on_failure.pop_all()
        slot.caught_up_at = time.monotonic()
        return slot.fold

    def _checked(self, slot: Slot, connection: Connection, project: Row[Any]) -> Row[Any]:
        """Forget a fold that the project's journal does not go on from; return the project."""
        fold, is_same = slot.fold, slot.born == project.created_at
        if fold is not None and not (is_same and has_end_of(connection, slot.project_id, fold)):
            slot.forget()
            # its events may be on their way out since its row was read
            project = project_row(connection, slot.project_id)
        slot.born = project.created_at
        return project

    def keep(self, slot: Slot, after: int = KEEP_AFTER) -> None:
        """Write a fold to the cache when it has grown by `after` events, and by a share of it.

        To be called with the lock of the slot, and outside of any transaction. Never raises: what
        was said is saved already.
        """
        fold = slot.fold
        self._keep_milestone(slot)
        if fold is None or fold.seq - slot.kept_seq < max(after, fold.seq // KEEP_SHARE):
            return
        slot.kept_seq = fold.seq
        try:
            with self._database.read() as connection:
                mark = mark_of(connection, slot.project_id, fold.seq)
        except LodemapError as error:
            logger.warning("A fold was not kept: %s", error.sentence)
            return
        if mark is not None:
            self._cache.set(_key(slot.project_id), mark + pack_fold(fold.parts()))

    def _keep_milestone(self, slot: Slot) -> None:
        fold = slot.fold
        if fold is not None and fold.seq // EVERY > slot.milestone_seq // EVERY:
            slot.milestone_seq = fold.seq
            self.milestones.put(slot.project_id, fold)

    def _recalled(self, slot: Slot, connection: Connection, project: Row[Any]) -> Fold:
        """Return the fold that was kept, if it is one of this very journal, else an empty one."""
        read = self.reader(slot.project_id)
        mark, _, data = (self._cache.get(_key(slot.project_id)) or b"").partition(b"\n")
        seq = mark.partition(b" ")[0].decode(errors="replace")
        if data and seq.isdecimal():
            slot.kept_seq = slot.milestone_seq = int(seq)
            if mark_of(connection, slot.project_id, int(seq)) == mark + b"\n":
                try:
                    return Fold.go_on(unpack_fold(data, slot.project_id), read)
                except InvalidInputError as error:
                    logger.warning("A journal is read anew: %s", error)
        slot.kept_seq = slot.milestone_seq = 0
        return Fold(project.num_samples, project.latent_dim, read=read)

    def read_on(
        self, project_id: str, empty: Fold, seq: int, pause: Callable[[], None] = rest
    ) -> Fold:
        """Return a fold that ends with event `seq`, from the nearest milestone before it.

        Args:
            project_id: The project.
            empty: Its fold without events, used where there is no milestone.
            seq: An event of the journal, or 0.
            pause: Called before each few hundred events; may raise.

        Raises:
            NotFoundError: the journal is shorter, or was deleted meanwhile.
        """
        read = self.reader(project_id)
        fold = self.milestones.nearest(project_id, seq, read) or empty
        while fold.seq < seq:
            pause()
            following = fold.seq + EVERY - fold.seq % EVERY
            if not (events := read(fold.seq, min(seq, following, fold.seq + PAGE))):
                raise NotFoundError(f"The journal has no event {seq}; it ends at {fold.seq}.")
            for event in events:
                fold.advance(event)
            if fold.seq == following:
                self.milestones.put(project_id, fold)
        return fold

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


def _bytes_of(state: ProjectState) -> int:
    """Return how much memory a state takes at most: neighbours may share their pins."""
    seqs = 32 * len(state.taken_back) + 8 * len(state.updates)
    return state.annotation.nbytes + state.pins.num_bytes + seqs


def _key(project_id: str) -> str:
    return f"fold:{project_id}"
