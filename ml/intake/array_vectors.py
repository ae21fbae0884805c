"""Arrays whose rows are vectors, handed to the reader of vectors with their classes and split."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ml.intake.array_pictures import Part, names_told
from ml.intake.arrays import shape_text
from ml.intake.errors import IntakeError
from ml.intake.members import shown
from ml.intake.records import Batch, Outline, Reader, Rejection
from ml.intake.stacked import StackedIds, StackedRows
from ml.intake.vectors import open_vectors


def open_array_vectors(parts: Sequence[Part], form: str) -> Reader:
    """Return a reader of the rows of all parts.

    Raises:
        IntakeError: `bad_shape` where they have not as many numbers, or as `open_vectors`.
    """
    for part in parts:
        if part.values.shape[1:] != parts[0].values.shape[1:]:
            raise IntakeError(
                "bad_shape",
                f"{shown(part.prefix)} has the shape {shape_text(part.values.shape)}, unlike "
                f"{shown(parts[0].prefix)}; bring them one by one.",
            )
    ids = StackedIds(parts)
    has_classes = any(part.class_names is not None for part in parts)
    names = [name for part in parts for name in part.classes(0, len(part.values))]
    reader = open_vectors(
        StackedRows([part.values for part in parts]), ids, names if has_classes else None
    )
    has_split = any(part.is_held_out is not None for part in parts)
    treatment = (*reader.outline.treatment, *names_told(parts))
    outline = replace(reader.outline, format=form, has_split=has_split, treatment=treatment)
    return SplitReader(outline, reader, ids, parts)


@dataclass(frozen=True)
class SplitReader:
    """A reader of vectors whose batches say what is held out."""

    outline: Outline
    reader: Reader
    ids: Sequence[str]
    """Of all rows, in the order in which the reader gives them; it may leave some out."""
    parts: Sequence[Part]

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield what the reader yields."""
        if not self.outline.has_split:
            yield from self.reader.read()
            return
        rows = self._rows()
        for item in self.reader.read():
            if isinstance(item, Batch):
                held_out = [next(h for row, h in rows if row == i) for i in item.sample_ids]
                yield replace(item, is_held_out=held_out)
            else:
                yield item

    def _rows(self) -> Iterator[tuple[str, bool]]:
        """Yield id and split of every row."""
        for part in self.parts:
            num_rows = len(part.values)
            held_out = part.is_held_out or (False,) * num_rows
            for start in range(num_rows):
                yield part.ids(start, start + 1)[0], bool(held_out[start])
