"""Rows of CSV and Parquet files as vectors, with what other columns say of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ml.intake.cells import Fault, find_faults, to_vectors, to_words
from ml.intake.errors import IntakeError
from ml.intake.members import Member, common_folder, shown
from ml.intake.naming import class_name, is_held_out_word
from ml.intake.records import BATCH, Batch, Outline, Rejection
from ml.intake.roles import Roles
from ml.intake.row_pictures import draw_rows
from ml.intake.sources import Source
from ml.intake.tables import Table, open_table

MOST_NUMBERS: Final = 2**20
"""Numbers that are worked on at once."""
MOST_ROWS: Final = 8192
"""Rows that are worked on at once."""


@dataclass(frozen=True)
class TableVectors:
    """Tables whose rows are vectors; a `Reader`."""

    outline: Outline
    source: Source
    members: tuple[Member, ...]
    roles: Roles
    file_split: tuple[bool, ...] | None
    """Which files hold what is held out, where their names say so and no column does."""

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield vectors, and a rejection for each row and each later file that cannot be one.

        Raises:
            IntakeError: when the first file breaks a rule further on.
        """
        known: set[int] = set()
        for index, member in enumerate(self.members):
            try:
                yield from self._read_table(index, open_table(member), known)
            except IntakeError as error:
                if index == 0:
                    raise
                yield Rejection(member.name, error.code, str(error))

    def _read_table(self, index: int, table: Table, known: set[int]) -> Iterator[Batch | Rejection]:
        member, names = self.members[index], self.roles.names
        lacking = set(names) - {column.name for column in table.columns}
        if lacking:
            raise IntakeError("other_columns", f"{shown(member.name)} has no column "
                              f"'{shown(min(lacking), 40)}' as the first table has; bring it "
                              "apart.")  # fmt: skip
        start = 0
        most = max(BATCH, min(MOST_ROWS, MOST_NUMBERS // self.outline.sample_shape[0]))
        for batch in table.batches(names, BATCH if self.roles.picture else most):
            yield from self._read_rows(_Rows(index, table, batch, start), known)
            start += batch.num_rows

    def _read_rows(self, rows: "_Rows", known: set[int]) -> Iterator[Batch | Rejection]:
        roles, table = self.roles, rows.table
        columns = [rows.batch.column(name) for name in roles.values]
        vectors, fits = to_vectors(
            columns, roles.is_list, self.outline.sample_shape[0], table.decimal
        )
        ids = self._ids(rows)
        faults = find_faults(vectors, fits)
        kept = []
        for i, sample_id in enumerate(ids):
            fault = faults.get(i) or _seen_before(sample_id, known)
            if fault is None:
                kept.append(i)
            else:
                message = f"{self._where(rows, i)} {_told(fault, columns, roles, i)}"
                yield Rejection(sample_id, fault.code, message)
        for first in range(0, len(kept), BATCH):
            part = kept[first : first + BATCH]
            yield self._batch(rows, part, vectors[part].astype(np.float32), ids)

    def _batch(self, rows: "_Rows", kept: Sequence[int], values: Any, ids: Sequence[str]) -> Batch:
        roles, taken = self.roles, rows.batch.take(pa.array(kept))
        pictures = None
        if roles.picture is not None:
            cells = taken.column(roles.picture).to_pylist()
            pictures = draw_rows(cells, self.source, folder_of(self.members[rows.index]))
        labels: list[str | None] = [None] * len(kept)
        if roles.label is not None:
            names = rows.table.class_names(roles.label)
            words = to_words(taken.column(roles.label), names)
            labels = [None if word is None else class_name(word) for word in words]
        return Batch(
            values=values,
            sample_ids=[ids[i] for i in kept],
            class_names=labels,
            is_held_out=self._held_out(rows.index, taken),
            texts={name: [word or "" for word in to_words(taken.column(name))]
                   for name in roles.texts},
            pictures=pictures,
        )  # fmt: skip

    def _ids(self, rows: "_Rows") -> list[str]:
        """Return the ids of rows; a row without one is called by its number."""
        root = common_folder(member.name for member in self.members)
        name = self.members[rows.index].name[len(root) :] if len(self.members) > 1 else ""
        numbered = [f"{name}[{rows.start + i}]" if name else str(rows.start + i)
                    for i in range(rows.batch.num_rows)]  # fmt: skip
        if self.roles.id is None:
            return numbered
        words = to_words(rows.batch.column(self.roles.id))
        return [word or number for word, number in zip(words, numbered, strict=True)]

    def _held_out(self, index: int, taken: pa.RecordBatch) -> list[bool] | None:
        if self.roles.split is not None:
            words = to_words(taken.column(self.roles.split))
            return [is_held_out_word(word or "") for word in words]
        if self.file_split is not None:
            return [self.file_split[index]] * taken.num_rows
        return None

    def _where(self, rows: "_Rows", i: int) -> str:
        return f"{shown(self.members[rows.index].name)}, row {rows.start + i + 1:,},"


@dataclass(frozen=True)
class _Rows:
    """Some rows of a table, and where they are."""

    index: int
    """Of the table among the members."""
    table: Table
    batch: pa.RecordBatch
    start: int
    """Number of the first row, from 0."""


def _told(fault: Fault, columns: Sequence[pa.Array], roles: Roles, row: int) -> str:
    """Return the end of a fault's sentence, with the cell that is to blame where it is text."""
    if fault.dimension is None or roles.is_list:
        return fault.message
    cell = columns[fault.dimension][row].as_py()
    name = shown(roles.values[fault.dimension], 40)
    held = "nothing" if cell is None else f"'{shown(str(cell), 40)}'"
    return (f"holds {held} in the column '{name}', which is no finite number; mend it or leave the "
            "row out.")  # fmt: skip


def _seen_before(sample_id: str, known: set[int]) -> Fault | None:
    """Return a fault where an id was met before; of ids only hashes are kept."""
    key = hash(sample_id)
    if key in known:
        return Fault("duplicate_id", f"has the id '{shown(sample_id, 60)}' of an earlier row; give "
                     "each row its own.")  # fmt: skip
    known.add(key)
    return None


def folder_of(member: Member) -> str:
    """Return the folder a member lies in, with `/` at its end, or ""."""
    folder, slash, _ = member.name.rpartition("/")
    return folder + slash
