"""A table beside files that says what they are: classes, split and texts by the files' names.

As the datasets library lays out folders of pictures and sounds (`metadata.csv`, `metadata.jsonl`,
`metadata.parquet` with a column `file_name`), and as most data sets with an own table do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ml.intake.cells import to_words
from ml.intake.csv_table import CsvTable
from ml.intake.described_columns import FileColumns, find_columns, is_file_name
from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.finding import FileIndex, Match
from ml.intake.folders import Places
from ml.intake.json_lines import JsonLines, open_json_lines
from ml.intake.members import Member, shown
from ml.intake.naming import class_name, is_held_out_word
from ml.intake.parquet_table import ParquetTable
from ml.intake.records import Options, Outline, Rejection
from ml.intake.roles import told_left
from ml.intake.sources import Source
from ml.intake.split_words import as_parts, told_of_words
from ml.intake.table_opening import split_by_files
from ml.intake.table_rows import folder_of
from ml.intake.tables import SUFFIXES, Table, labels_of, open_table

MOST_ROWS: Final = 1_000_000
ROWS_AT_ONCE: Final = 8192
USUAL: Final = "metadata."
"""How the datasets library calls such a table, but for its ending."""
LINES: Final = ".jsonl"


@dataclass(frozen=True)
class Said:
    """What a row says of a file."""

    class_name: str | None
    is_held_out: bool | None
    texts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Description:
    """What tables say of the files beside them."""

    places: Places
    outline: Mapping[str, Any]
    """Fields of an outline that follow from it: columns, chosen."""
    told: tuple[str, ...]
    """Sentences that say where classes come from, and what is missing where."""
    tables: frozenset[str]
    """Names of the members that were read for it."""
    has_classes: bool
    missing: tuple[Rejection, ...]
    """Rows that name no file."""

    def completed(self, outline: Outline) -> Outline:
        """Return the outline of the files with what the tables add to it."""
        chosen = {**outline.chosen, **self.outline["chosen"]}
        treatment = (*outline.treatment, *self.told)
        return replace(
            outline, treatment=treatment, columns=self.outline["columns"], chosen=chosen
        )  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """Where a row is, and the file it names."""

    member: Member
    number: int
    """From 1."""
    cell: str | None

    def without_file(self) -> Rejection:
        """Return why it is left out, where its file is not here."""
        held = f"names '{shown(self.cell, 60)}', which is not among the files" if self.cell else \
            "names no file"  # fmt: skip
        words = f"{shown(self.member.name)}, row {self.number:,}, {held}; it is left out."
        return Rejection(self.cell or f"row {self.number}", "no_file", words)


@dataclass
class _Rows:
    """Rows as they are gathered."""

    said: dict[int, Said] = field(default_factory=dict)
    """By the number of the file."""
    known_by: dict[int, tuple[int, _Row]] = field(default_factory=dict)
    """How loosely a file was named, and by which row."""
    missing: list[Rejection] = field(default_factory=list)
    words: dict[str, None] = field(default_factory=dict)
    """What the column with the split says, each once."""
    num_again: int = 0
    num_rows: int = 0

    def add(self, row: _Row, match: Match, said: Said) -> None:
        """Take in what a row says of a file; one that names it more strictly puts others right."""
        before = self.known_by.get(match.at)
        if before is not None and before[0] == match.looseness:
            self.num_again += 1
        elif before is not None and before[0] < match.looseness:
            self.missing.append(row.without_file())
        else:
            self.missing += [] if before is None else [before[1].without_file()]
            self.known_by[match.at] = match.looseness, row
            self.said[match.at] = said


def describe(
    source: Source, files: Sequence[Member], places: Places, options: Options
) -> Description | None:
    """Return what tables of a source say of its pictures or sounds; None where none names any.

    Args:
        source: all that was brought.
        files: the pictures or sounds, in the order of `places`.
        places: what their paths say.
        options: what people chose.

    Raises:
        IntakeError: when a table that is called `metadata` cannot be read, or breaks a rule later.
        TooLargeError: with code `too_many_rows`.
    """
    index = FileIndex([member.name for member in files])
    found = _tables(source, index, options)
    if not found:
        return None
    lead = found[0][2]
    same = [each for each in found if set(lead.names) <= {c.name for c in each[1].columns}]
    members = [member for member, _, _ in same]
    split, rows = split_by_files(members), _Rows()
    for at, (member, table, _) in enumerate(same):
        _gather(rows, member, table, lead, (index, None if split is None else split[at]))
    return Description(
        places=_merged(places, rows, lead, split is not None),
        outline={"columns": tuple(same[0][1].columns), "chosen": lead.chosen(options)},
        told=(
            *_told(members[0], lead, rows, len(files)),
            *lead.told,
            *told_left(found[0][1].columns, lead.names),
        ),
        tables=frozenset(member.name for member in members),
        has_classes=lead.label is not None,
        missing=tuple(rows.missing),
    )


def is_usual(member: Member) -> bool:
    """Whether a table is called as the datasets library calls those that describe files."""
    return member.name.rpartition("/")[2].lower().startswith(USUAL)


def _tables(
    source: Source, index: FileIndex, options: Options
) -> list[tuple[Member, Table, FileColumns]]:
    """Return the tables that name files: those usually called so, else by how many they name."""
    found = []
    for member in source.members:
        if member.suffix not in SUFFIXES and member.suffix != LINES:
            continue
        try:
            table = open_lines_or_table(member)
            columns = find_columns(table, index, folder_of(member), options)
        except IntakeError:
            if is_usual(member):
                raise
            continue  # it is told as a table among files
        if columns is not None:
            found.append((member, table, columns))
    usual = [each for each in found if is_usual(each[0])]
    return sorted(usual or found, key=lambda each: -each[2].num_found)


def open_lines_or_table(member: Member) -> CsvTable | ParquetTable | JsonLines:
    """Open a table of any kind.

    Raises:
        IntakeError: when it cannot be read as one.
    """
    return open_json_lines(member) if member.suffix == LINES else open_table(member)


def _gather(
    rows: _Rows, member: Member, table: Table, columns: FileColumns,
    known: tuple[FileIndex, bool | None],
) -> None:  # fmt: skip
    index, is_held_out = known
    folder, by_stem = folder_of(member), is_file_name(columns.file)
    for number, (cell, said) in enumerate(_read(table, columns, rows.words), 1):
        rows.num_rows += 1
        if rows.num_rows > MOST_ROWS:
            raise TooLargeError(f"{shown(member.name)} has more than {MOST_ROWS:,} rows; leave out "
                                "those that name no file.", "too_many_rows")  # fmt: skip
        row = _Row(member, number, cell)
        match = index.find(cell, folder, by_stem) if cell else None
        if match is None:
            rows.missing.append(row.without_file())
        else:
            rows.add(row, match, said if said.is_held_out is not None else
                     replace(said, is_held_out=is_held_out))  # fmt: skip


def _read(
    table: Table, columns: FileColumns, words: dict[str, None]
) -> Iterator[tuple[str | None, Said]]:
    """Yield the file each row names, and what it says of it; take in the words of the split."""
    fitted: dict[str | None, str | None] = {None: None}
    for batch in table.batches(columns.names, ROWS_AT_ONCE):
        nothing: list[str | None] = [None] * batch.num_rows
        labels, splits = nothing, nothing
        if columns.label is not None:
            labels = labels_of(table, columns.label, batch)
        if columns.split is not None:
            splits = as_parts(columns.split, to_words(batch.column(columns.split)))
            words.update(dict.fromkeys(filter(None, splits)))
        texts = [[word or "" for word in to_words(batch.column(name))] for name in columns.texts]
        for i, cell in enumerate(to_words(batch.column(columns.file))):
            if labels[i] not in fitted:
                fitted[labels[i]] = class_name(labels[i] or "")
            held_out = is_held_out_word(word) if (word := splits[i]) else None
            yield cell, Said(fitted[labels[i]], held_out, tuple(each[i] for each in texts))


def _merged(places: Places, rows: _Rows, columns: FileColumns, has_split: bool) -> Places:
    """Return what paths say, with what rows say in its place where they say something."""
    count = len(places.sample_ids)
    nothing = Said(None, None, ("",) * len(columns.texts))
    said = [rows.said.get(i, nothing) for i in range(count)]
    held_out = places.is_held_out
    if columns.split is not None or has_split:
        by_path = held_out or [False] * count
        held_out = [
            by_path[i] if each.is_held_out is None else each.is_held_out
            for i, each in enumerate(said)
        ]
    classes = places.class_names
    if columns.label is not None:
        classes = [each.class_name for each in said]
    texts = {name: [each.texts[k] for each in said] for k, name in enumerate(columns.texts)}
    return Places(places.sample_ids, classes, held_out, texts)


def _told(member: Member, columns: FileColumns, rows: _Rows, num_files: int) -> tuple[str, ...]:
    name, file = shown(member.name.rpartition("/")[2], 40), shown(columns.file, 40)
    first = f"{name} describes the files, which it names in the column '{file}'."
    if columns.label is not None:
        label = shown(columns.label, 40)
        first = (f"Classes come from the column '{label}' of {name}, which names the files in the "
                 f"column '{file}'.")  # fmt: skip
    told = [first]
    if rows.missing:
        told.append(f"Rows that name no file: {len(rows.missing):,}, left out.")
    if without := num_files - len(rows.said):
        told.append(f"Files without a row: {without:,}, kept without what it would say.")
    if rows.num_again:
        told.append(f"Rows that name a file again: {rows.num_again:,}; the first one counts.")
    told += told_of_words(columns.split or "", rows.words)
    return tuple(told)
