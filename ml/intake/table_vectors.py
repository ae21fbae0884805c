"""Rows of CSV and Parquet files as vectors, with what other columns say of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ml.intake.cells import Fault, find_faults, to_vectors
from ml.intake.members import shown
from ml.intake.records import BATCH, Batch, Rejection
from ml.intake.roles import Roles
from ml.intake.row_pictures import draw_rows
from ml.intake.table_rows import Rows, TableRows, folder_of, seen_before

MOST_NUMBERS: Final = 2**20
"""Numbers that are worked on at once."""
MOST_ROWS: Final = 8192
"""Rows that are worked on at once."""


@dataclass(frozen=True)
class TableVectors(TableRows):
    """Tables whose rows are vectors; a `Reader`."""

    @property
    def rows_at_once(self) -> int:
        """Rows that are worked on at once; few where each has a picture."""
        most = max(BATCH, min(MOST_ROWS, MOST_NUMBERS // self.outline.sample_shape[0]))
        return BATCH if self.roles.picture else most

    def read_rows(self, rows: Rows, known: set[int]) -> Iterator[Batch | Rejection]:
        """Yield vectors, and a rejection for each row that is none."""
        roles, table = self.roles, rows.table
        columns = [rows.batch.column(name) for name in roles.values]
        vectors, fits = to_vectors(
            columns, roles.is_list, self.outline.sample_shape[0], table.decimal
        )
        ids = self.ids_of(rows)
        faults = find_faults(vectors, fits)
        kept = []
        for i, sample_id in enumerate(ids):
            fault = faults.get(i) or seen_before(sample_id, known)
            if fault is None:
                kept.append(i)
            else:
                message = f"{self.where(rows, i)} {_told(fault, columns, roles, i)}"
                yield Rejection(sample_id, fault.code, message)
        yield from self.odd_parts(rows, kept)
        for first in range(0, len(kept), BATCH):
            part = kept[first : first + BATCH]
            yield self._batch(rows, part, vectors[part].astype(np.float32), ids)

    def _batch(self, rows: Rows, kept: Sequence[int], values: Any, ids: Sequence[str]) -> Batch:
        taken, pictures = self.taken(rows, kept), None
        if self.roles.picture is not None:
            cells = taken.column(self.roles.picture)
            pictures = draw_rows(cells, self.source, folder_of(self.members[rows.index]))
        return Batch(
            values=values,
            sample_ids=[ids[i] for i in kept],
            class_names=self.classes_of(rows, taken),
            is_held_out=self.held_out_of(rows, taken),
            texts=self.texts_of(taken),
            pictures=pictures,
        )


def _told(fault: Fault, columns: Sequence[pa.Array], roles: Roles, row: int) -> str:
    """Return the end of a fault's sentence, with the cell that is to blame where it is text."""
    if fault.dimension is None or roles.is_list:
        return fault.message
    cell = columns[fault.dimension][row].as_py()
    name = shown(roles.values[fault.dimension], 40)
    held = "nothing" if cell is None else f"'{shown(str(cell), 40)}'"
    return (f"holds {held} in the column '{name}', which is no finite number; mend it or leave the "
            "row out.")  # fmt: skip
