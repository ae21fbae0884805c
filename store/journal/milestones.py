"""Folds of earlier positions of a journal, so that an older state is not read from its beginning.

One for each few thousand events, written down as the journal grows or is read: small, for the
copies of the board that a fold needs only to take something recent back stay out.
"""

import logging
import zlib
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, select

from ml.errors import InvalidInputError, LodemapError
from store.files.cache import Cache
from store.journal.fold import Fold, FoldParts
from store.journal.fold_codec import pack_fold, unpack_fold
from store.journal.past import Reader
from store.sql.database import Database
from store.sql.tables import EVENT, PROJECT

logger = logging.getLogger(__name__)

EVERY: Final = 5000
"""Events between two milestones; reading so many takes about half a second."""
LEAST_BEHIND: Final = 512
"""Copies of the board that are nearer than this to the milestone stay out."""
MOST_BYTES: Final = 2**28
"""Longest milestone that is unpacked."""


class Milestones:
    """Those of all projects, in the cache; one object serves all threads of a process."""

    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache

    def put(self, project_id: str, fold: Fold) -> None:
        """Write a fold down. Never raises: it can be read again."""
        try:
            with self._database.read() as connection:
                mark = mark_of(connection, project_id, fold.seq)
        except LodemapError as error:
            logger.warning("A milestone was not kept: %s", error.sentence)
            return
        if mark is not None:
            data = zlib.compress(pack_fold(_slim(fold.parts())), 1)
            self._cache.set(_key(project_id, fold.seq), mark + data)

    def nearest(self, project_id: str, seq: int, read: Reader) -> Fold | None:
        """Return the fold of the last milestone up to event `seq`, None where there is none."""
        for start in range(seq - seq % EVERY, -1, -EVERY):
            if (fold := self._at(project_id, start, seq, read)) is not None:
                return fold
        return None

    def _at(self, project_id: str, start: int, most: int, read: Reader) -> Fold | None:
        """Return the milestone after `start` and before the next, if it is one up to `most`."""
        mark, _, data = (self._cache.get(_key(project_id, start)) or b"").partition(b"\n")
        seq = mark.partition(b" ")[0].decode(errors="replace")
        if not data or not seq.isdecimal() or int(seq) > most:
            return None
        with self._database.read() as connection:
            if mark_of(connection, project_id, int(seq)) != mark + b"\n":
                return None
        try:
            return Fold.go_on(unpack_fold(_unpacked(data), project_id), read)
        except (InvalidInputError, zlib.error) as error:
            logger.warning("A milestone is read anew: %s", error)
            return None


def mark_of(connection: Connection, project_id: str, seq: int) -> bytes | None:
    """Return by what a journal up to an event is known.

    No other has an event of that key, but for one that is copied anew under the same id.
    """
    is_last = (EVENT.c.project_id == project_id) & (EVENT.c.seq == seq)
    born = select(PROJECT.c.created_at).where(PROJECT.c.project_id == project_id).scalar_subquery()
    row = connection.execute(select(EVENT.c.key, born.label("born")).where(is_last)).one_or_none()
    return None if row is None else f"{seq} {row.born!r} {row.key!r}\n".encode()


def _key(project_id: str, seq: int) -> str:
    return f"fold:{project_id}:{seq // EVERY}"


def _slim(parts: FoldParts) -> FoldParts:
    """Leave out what only a fold that is in use needs: the first copy and the last stay."""
    *before, (now, board) = parts.marks
    far = [mark for mark in before if mark[0] == 0 or now - mark[0] >= LEAST_BEHIND]
    return replace(parts, marks=[*far, (now, board)])


def _unpacked(data: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(data, MOST_BYTES)
    if not unpacking.eof:
        raise zlib.error("cut off")
    return found
