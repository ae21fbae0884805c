"""Files of the Quick, Draw! data set: strokes as JSON lines, and both kinds of `.bin`.

Formats: Google, "The Quick, Draw! Dataset" (README and examples/binary_file_parser.py). Bitmaps in
`.npy` are read as other arrays are.
"""

import struct
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, BinaryIO, Final

import numpy as np
import orjson

from ml.intake.array_pictures import Part
from ml.intake.arrays import ArrayFile, read_exactly
from ml.intake.errors import IntakeError
from ml.intake.members import Member, shown
from ml.intake.naming import class_name, class_of_drawings, class_of_records
from ml.intake.strokes import Stroke

BITMAP_SIDE: Final = 28
"""Pixels of Google's bitmaps."""
RECORD_BYTES: Final = BITMAP_SIDE**2
HEADER: Final = struct.Struct("<Q2sbIH")
"""key_id, country, recognized, timestamp, number of strokes."""
COUNT: Final = struct.Struct("<H")
LONGEST_LINE: Final = 1 << 20
"""Bytes of one drawing in JSON."""
MOST_STROKES: Final = 1_000
MOST_POINTS: Final = 20_000
FARTHEST: Final = 1e6
"""Largest coordinate, in the units of the file."""


def bitmap_part(member: Member) -> Part:
    """Return a file of headerless 28 x 28 bitmaps, its values unread; the class is in its name."""
    num_samples = member.num_bytes // RECORD_BYTES
    shape = (num_samples, BITMAP_SIDE, BITMAP_SIDE)
    array = ArrayFile(member.name, shape, np.dtype(np.uint8), member.open)
    name = class_of_records(member.name)
    return Part(array, member.name.rpartition(".")[0], [name] * num_samples)


def is_packed_strokes(member: Member) -> bool:
    """Whether a `.bin` holds Google's packed strokes: its first drawing has a sensible header."""
    head = member.read(HEADER.size)
    if len(head) < HEADER.size:
        return False
    _, country, recognized, _, num_strokes = HEADER.unpack(head)
    is_country = country.isalpha() and country.isupper() and country.isascii()
    return is_country and recognized in (0, 1) and 1 <= num_strokes <= MOST_STROKES


def check_records(member: Member) -> None:
    """Check that a `.bin` is whole bitmaps.

    Raises:
        IntakeError: `corrupt`.
    """
    if not member.num_bytes or member.num_bytes % RECORD_BYTES:
        raise IntakeError(
            "corrupt",
            f"{shown(member.name)} has {member.num_bytes:,} bytes, which are neither drawings of "
            f"Quick, Draw! nor whole bitmaps of {RECORD_BYTES} bytes; download it again.",
        )


def packed_drawings(member: Member) -> Iterator[tuple[list[Stroke], str | None]]:
    """Yield the drawings of a packed file, and their class, which is in its name.

    Raises:
        IntakeError: `truncated`.
    """
    name = class_of_drawings(member.name)
    with member.open() as stream:
        while head := read_exactly(stream, HEADER.size):
            if len(head) < HEADER.size:
                raise _cut_off(member)
            num_strokes = HEADER.unpack(head)[4]
            yield [_packed_stroke(stream, member) for _ in range(num_strokes)], name


def json_drawings(member: Member) -> Iterator[tuple[list[Stroke], str | None] | IntakeError]:
    """Yield each line's strokes and class, or what is wrong with it; empty lines are passed over.

    Raises:
        IntakeError: `unreadable` or `corrupt_archive`.
    """
    own_class = class_of_drawings(member.name)
    for number, line in _lines(member):
        where = f"Line {number:,} of {shown(member.name)}"
        try:
            yield drawing_of_json(line, where, own_class)
        except IntakeError as error:
            yield error


def drawing_of_json(
    line: bytes, where: str, own_class: str | None
) -> tuple[list[Stroke], str | None]:
    """Return the strokes and the class of one line of JSON.

    Raises:
        IntakeError: `too_large`, `bad_json` or `bad_drawing`.
    """
    if len(line) > LONGEST_LINE:
        raise IntakeError("too_large", f"{where} is longer than {LONGEST_LINE:,} bytes; leave it "
                          "out.")  # fmt: skip
    try:
        values = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise IntakeError("bad_json", f"{where} is no JSON; a drawing is one object a line.") \
            from error  # fmt: skip
    drawing = values.get("drawing") if isinstance(values, dict) else None
    if not isinstance(drawing, list) or len(drawing) > MOST_STROKES:
        raise IntakeError("bad_drawing", f"{where} has no list 'drawing' of at most "
                          f"{MOST_STROKES:,} strokes.")  # fmt: skip
    word = values.get("word")
    return _strokes(drawing, where), class_name(word) if isinstance(word, str) else own_class


def check_drawing(strokes: Sequence[Stroke], where: str) -> None:
    """Check that a drawing can be drawn.

    Raises:
        IntakeError: `empty` or `too_large`.
    """
    num_points = sum(stroke.shape[1] for stroke in strokes)
    if not num_points:
        raise IntakeError("empty", f"{where} holds no stroke.")
    if num_points > MOST_POINTS:
        raise IntakeError("too_large", f"{where} has {num_points:,} points; the limit is "
                          f"{MOST_POINTS:,}.")  # fmt: skip


def _strokes(drawing: Sequence[Any], where: str) -> list[Stroke]:
    try:
        strokes = [np.array(stroke[:2], np.float64) for stroke in drawing]
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise _bad_points(where) from error
    for stroke in strokes:
        is_points = stroke.ndim == 2 and len(stroke) == 2
        if not is_points or not (np.abs(stroke) <= FARTHEST).all():
            raise _bad_points(where)
    return [stroke for stroke in strokes if stroke.size]


def _bad_points(where: str) -> IntakeError:
    return IntakeError("bad_drawing", f"{where} has a stroke that is not two lists of x and y, as "
                       "many of each and all of them numbers up to a million.")  # fmt: skip


def _lines(member: Member) -> Iterator[tuple[int, bytes]]:
    """Yield number, from 1, and bytes of each line that is not empty, cut where too long."""
    with member.open() as stream:
        lines = iter(partial(stream.readline, LONGEST_LINE + 1), b"")
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE + 1)


def _packed_stroke(stream: BinaryIO, member: Member) -> Stroke:
    head = read_exactly(stream, COUNT.size)
    num_points = COUNT.unpack(head)[0] if len(head) == COUNT.size else 0
    data = read_exactly(stream, 2 * num_points)
    if not num_points or len(data) < 2 * num_points:
        raise _cut_off(member)
    return np.frombuffer(data, np.uint8).reshape(2, num_points).astype(np.float64)


def _cut_off(member: Member) -> IntakeError:
    return IntakeError("truncated", f"{shown(member.name)} was cut off or is damaged; download it "
                       "again.")  # fmt: skip
