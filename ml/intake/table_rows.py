"""Rows of CSV and Parquet files, and what their columns say of them beside the values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from ml.intake.cells import Fault, to_words
from ml.intake.errors import IntakeError
from ml.intake.members import Member, common_folder, shown
from ml.intake.naming import class_name, is_held_out_word
from ml.intake.records import Batch, Outline, Rejection
from ml.intake.roles import Roles
from ml.intake.sources import Source
from ml.intake.split_words import as_parts, is_part_word
from ml.intake.tables import Table, labels_of, open_table


@dataclass(frozen=True)
class Rows:
    """Some rows of a table, and where they are."""

    index: int
    """Of the table among the members."""
    table: Table
    batch: pa.RecordBatch
    start: int
    """Number of the first row, from 0."""


@dataclass(frozen=True)
class TableRows:
    """Tables whose rows are samples, one after the other; a `Reader` once `read_rows` is there."""

    outline: Outline
    source: Source
    members: tuple[Member, ...]
    roles: Roles
    file_split: tuple[bool, ...] | None
    """Which files hold what is held out, where their names say so and no column does."""

    @property
    def rows_at_once(self) -> int:
        """Rows that are worked on at once."""
        raise NotImplementedError

    def read_rows(self, rows: Rows, known: set[int]) -> Iterator[Batch | Rejection]:
        """Yield the samples of some rows, and a rejection for each that is none.

        Args:
            rows: the rows.
            known: for `seen_before`.
        """
        raise NotImplementedError

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield samples, and a rejection for each row and each later file that cannot be one.

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
        member, there = self.members[index], {column.name for column in table.columns}
        is_labelled = self.roles.label is None or self.roles.label in there
        roles = self.roles if is_labelled else replace(self.roles, label=None)
        names = roles.names
        lacking = set(names) - there
        if lacking:
            raise IntakeError("other_columns", f"{shown(member.name)} has no column "
                              f"'{shown(min(lacking), 40)}' as the first table has; bring it "
                              "apart.")  # fmt: skip
        start = 0
        for batch in table.batches(names, self.rows_at_once):
            yield from self.read_rows(Rows(index, table, batch, start), known)
            start += batch.num_rows

    def ids_of(self, rows: Rows) -> list[str]:
        """Return the ids of rows; a row without one is called by its number."""
        root = common_folder(member.name for member in self.members)
        name = self.members[rows.index].name[len(root) :] if len(self.members) > 1 else ""
        numbered = [f"{name}[{rows.start + i}]" if name else str(rows.start + i)
                    for i in range(rows.batch.num_rows)]  # fmt: skip
        if self.roles.id is None:
            return numbered
        words = to_words(rows.batch.column(self.roles.id))
        return [word or number for word, number in zip(words, numbered, strict=True)]

    def taken(self, rows: Rows, kept: Sequence[int]) -> pa.RecordBatch:
        """Return what is said beside the values of the rows that are kept."""
        values = frozenset(self.roles.values)  # of pixels there are thousands
        names = [name for name in rows.batch.schema.names if name not in values]
        return rows.batch.select(names).take(pa.array(kept, pa.int64()))

    def classes_of(self, rows: Rows, taken: pa.RecordBatch) -> list[str | None]:
        """Return the class of each row that is kept, None for none."""
        label = self.roles.label
        if label is None or label not in taken.schema.names:
            return [None] * taken.num_rows
        words = labels_of(rows.table, label, taken)
        fitted = {word: None if word is None else class_name(word) for word in set(words)}
        return [fitted[word] for word in words]

    def held_out_of(self, rows: Rows, taken: pa.RecordBatch) -> list[bool] | None:
        """Return which rows that are kept are held out, None where nothing says it."""
        if self.roles.split is not None:
            words = as_parts(self.roles.split, to_words(taken.column(self.roles.split)))
            return [is_held_out_word(word or "") for word in words]
        if self.file_split is not None:
            return [self.file_split[rows.index]] * taken.num_rows
        return None

    def odd_parts(self, rows: Rows, kept: Sequence[int]) -> Iterator[Rejection]:
        """Yield a warning for each row that is kept and names a part nobody has told of."""
        if self.roles.split is None:
            return
        words = as_parts(self.roles.split, to_words(rows.batch.column(self.roles.split)))
        ids = self.ids_of(rows) if any(map(self._is_odd, words)) else []
        for i in kept if ids else ():
            if self._is_odd(word := words[i]):
                yield Rejection(ids[i], "bad_split", f"{self.where(rows, i)} says "
                                f"'{shown(word or '', 40)}' in the column "
                                f"'{shown(self.roles.split, 40)}', no word for train or test; it "
                                "is trained on.", is_kept=True)  # fmt: skip

    def _is_odd(self, word: str | None) -> bool:
        return bool(word) and not is_part_word(word or "") and word not in self.roles.other_words

    def texts_of(self, taken: pa.RecordBatch) -> dict[str, list[str]]:
        """Return what is shown beside each row that is kept, by column."""
        return {name: [word or "" for word in to_words(taken.column(name))]
                for name in self.roles.texts}  # fmt: skip

    def where(self, rows: Rows, i: int) -> str:
        """Return how a sentence about a row begins."""
        return f"{shown(self.members[rows.index].name)}, row {rows.start + i + 1:,},"


def seen_before(sample_id: str, known: set[int]) -> Fault | None:
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
