"""`open_reader`: the one way from what a person brought to its samples. The content decides."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from ml.intake.array_files import open_arrays, open_parts
from ml.intake.described import Description, describe, is_usual
from ml.intake.drawings import Drawings
from ml.intake.errors import FormatError, IntakeError
from ml.intake.folders import places_of
from ml.intake.formats import (
    ALLOWED,
    RECORDS,
    REFUSED_ENDS,
    STROKES,
    TEXT,
    Family,
    Format,
    formats_of,
    refusal,
)  # fmt: skip
from ml.intake.idx import idx_parts
from ml.intake.members import Member, common_folder, shown
from ml.intake.pictures import Pictures
from ml.intake.quickdraw import bitmap_part, check_records, is_packed_strokes
from ml.intake.records import Batch, Options, Outline, Reader, Rejection
from ml.intake.sound import open_sounds
from ml.intake.sound_names import Names, read_names
from ml.intake.sources import Source, open_source
from ml.intake.split_lists import with_lists
from ml.intake.table_vectors import TableVectors
from ml.intake.vectors import open_tables

LEAST_DIMENSIONS: Final = 8
"""Numbers in a row of a table of vectors beside pictures; fewer only describe the pictures."""
MEDIA: Final[tuple[Family, ...]] = ("pictures", "sounds")
"""Families that tables may describe."""
WHAT: Final[dict[Family, str]] = {
    "pictures": "pictures", "arrays": "arrays", "idx": "IDX files", "drawings": "drawings",
    "sounds": "recordings", "tables": "tables",
}  # fmt: skip
"""Families in a sentence."""


def open_reader(path: Path, name: str, options: Options) -> Reader:
    """Return the reader of what lies at a path.

    Files of several kinds may lie side by side: the commonest kind is read, the others are
    rejections, and what people lay beside data to read (README and the like) is passed over.

    Args:
        path: a file, or a folder.
        name: what the person calls it.
        options: what was chosen.

    Raises:
        IntakeError: when no samples can be made of it; `code` and message say why.
    """
    if refused := REFUSED_ENDS.get(Path(name).suffix.lower()):
        raise FormatError(refusal(name, refused), refused.code)
    source = open_source(path, name)
    formats = formats_of(source.members)
    family = _commonest(source, formats)
    if reader := _illustrated_table(source, formats, options):
        taken: set[Family] = {"tables", "pictures"}
        return ReaderOfMany(reader, source, formats, frozenset(taken))
    if family == "tables":
        family = _described_family(source, formats, options)
    members = [member for member in source.members if formats[member.name].family == family]
    names = Names(places_of([]), ())
    description = None
    if family in ("pictures", "sounds"):
        names, description = _known_of(source, members, family, options)
    own = [formats[member.name] for member in members]
    reader = _open_family(family, (source, members), own, options, names)
    return ReaderOfMany(reader, source, formats, frozenset({family}), description)


@dataclass(frozen=True)
class ReaderOfMany:
    """A reader, and the files of the source that it does not read."""

    reader: Reader
    source: Source
    formats: dict[str, Format]
    """By the names of the members."""
    families: frozenset[Family]
    """That the reader reads."""
    description: Description | None = None
    """What tables beside the files say of them."""

    @cached_property
    def outline(self) -> Outline:
        """What the files are."""
        outline = self.reader.outline
        told = (*self.source.told, *outline.treatment)
        outline = replace(outline, treatment=told)
        return self.description.completed(outline) if self.description else outline

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield the samples, and first what is left out.

        Raises:
            IntakeError: when nothing more can be read.
        """
        root = common_folder(member.name for member in self.source.members)
        for rejection in (*self.source.rejections, *self._others()):
            yield replace(rejection, sample_id=rejection.sample_id.removeprefix(root))
        yield from self.description.missing if self.description else ()
        try:
            yield from self.reader.read()
        except OSError as error:
            raise _unreadable(self.source.name, error) from error

    def _others(self) -> Iterator[Rejection]:
        used = self.description.tables if self.description else frozenset()
        what = " and ".join(WHAT[family] for family in sorted(self.families))
        for member in self.source.members:
            form = self.formats[member.name]
            if member.name in used:
                continue
            if form.family == "none" and form != TEXT:
                yield Rejection(member.name, form.code, refusal(member.name, form))
            elif form.family not in self.families and form != TEXT:
                told = f"{shown(member.name)} ({form.name}) lies among {what}; bring it by itself."
                yield Rejection(member.name, "other_kind", told)


def _commonest(source: Source, formats: dict[str, Format]) -> Family:
    """Return the family most files are of.

    Raises:
        IntakeError: where nobody reads any of them: what is wrong with most.
    """
    families = Counter(form.family for form in formats.values() if form.family != "none")
    if families:
        return families.most_common(1)[0][0]
    refused = Counter(form for form in formats.values() if form != TEXT)
    if not refused:
        raise FormatError(f"There are no samples in {shown(source.name)}; what can be read are "
                          f"{ALLOWED}.")  # fmt: skip
    form = refused.most_common(1)[0][0]
    first = next(member for member in source.members if formats[member.name] == form)
    if form.code in ("format_not_allowed", "pickle_refused"):
        raise FormatError(refusal(first.name, form), form.code)
    raise IntakeError(form.code, refusal(first.name, form))


def _illustrated_table(
    source: Source, formats: dict[str, Format], options: Options
) -> Reader | None:
    """Return the reader of a table whose rows name the pictures beside it; None without one."""
    families = {form.family for form in formats.values()}
    if not {"tables", "pictures"} <= families:
        return None
    try:
        reader = open_tables(source, options)
    except IntakeError:
        return None
    names_pictures = any(column.type == "picture" for column in reader.outline.columns)
    if not names_pictures or reader.outline.kind != "vector":
        return None
    if options.value_columns is not None:
        return reader if options.value_columns else None
    is_list = isinstance(reader, TableVectors) and reader.roles.is_list
    tables = [member for member in source.members if formats[member.name].family == "tables"]
    if all(map(is_usual, tables)) and not is_list:
        return None  # by convention it describes the pictures, with however many numbers
    return reader if reader.outline.sample_shape[0] >= LEAST_DIMENSIONS else None


def _described_family(source: Source, formats: dict[str, Format], options: Options) -> Family:
    """Return what is read where most files are tables: few files that these describe, or they."""
    for family in MEDIA:
        files = [member for member in source.members if formats[member.name].family == family]
        if files and describe(source, files, _names_of(family, files).places, options):
            return family
    return "tables"


def _known_of(
    source: Source, files: Sequence[Member], family: Family, options: Options
) -> tuple[Names, Description | None]:
    """Return what is known of pictures or sounds before they are opened."""
    names = _names_of(family, files)
    description = describe(source, files, names.places, options)
    if description is not None:
        told = () if description.has_classes else names.told
        names = Names(description.places, told)
    places, listed = with_lists(names.places, source, files)
    return Names(places, (*names.told, *listed)), description


def _names_of(family: Family, files: Sequence[Member]) -> Names:
    paths = [member.name for member in files]
    if family == "sounds":
        return read_names(paths)
    places = places_of(paths)
    return Names(places, places.told)


def _unreadable(name: str, error: OSError) -> IntakeError:
    return IntakeError("unreadable", f"{shown(name)} cannot be read any further: "
                       f"{error.strerror or 'the disk refuses'}; copy it again.")  # fmt: skip


def _open_family(
    family: Family, found: tuple[Source, Sequence[Member]], formats: Sequence[Format],
    options: Options, names: Names,
) -> Reader:  # fmt: skip
    source, members = found
    if family == "pictures":
        pictures = Pictures(members, formats, options, names.places)
        treatment = (*pictures.outline.treatment, *names.told)
        pictures.outline = replace(pictures.outline, treatment=treatment)
        return pictures
    if family == "arrays":
        return open_arrays(members, formats, options)
    if family == "idx":
        return open_parts(idx_parts(members, source), "IDX", options)
    if family == "drawings":
        return _open_drawings(_below_root(members), options)
    only = source.only(members)
    return open_sounds(only, options, names) if family == "sounds" else open_tables(only, options)


def _open_drawings(members: Sequence[Member], options: Options) -> Reader:
    """Return the reader of strokes, or of headerless bitmaps where there is no stroke."""
    strokes = [m for m in members if m.suffix != ".bin" or is_packed_strokes(m)]
    if strokes:
        return Drawings(strokes, RECORDS if strokes[0].suffix == ".bin" else STROKES, options)
    for member in members:
        check_records(member)
    return open_parts([bitmap_part(member) for member in members], RECORDS.name, options)


def _below_root(members: Sequence[Member]) -> list[Member]:
    root = common_folder(member.name for member in members)
    return [replace(member, name=member.name[len(root) :]) for member in members]
