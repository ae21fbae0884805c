"""IDX, the form of MNIST and its family: a header of big-endian sizes, then the values.

Format: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits, "file formats".
Files of EMNIST hold each picture column by column (G. Cohen et al. 2017); their name says it.
"""

import gzip
import math
import re
import struct
from collections.abc import Sequence
from functools import partial
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from ml.intake.archives import MemberStream, buffered, check_expansion
from ml.intake.array_pictures import Part
from ml.intake.array_roles import MOST_CLASSES, read_classes
from ml.intake.arrays import ArrayFile, check_declared, read_exactly
from ml.intake.errors import IntakeError
from ml.intake.members import Member, common_folder, shown
from ml.intake.naming import class_name, is_held_out_word
from ml.intake.sources import Source

GZIP: Final = b"\x1f\x8b"
TYPES: Final = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""Third byte of the file, and numpy's name of the type."""
MOST_DIMENSIONS: Final = 4
MOST_DEFLATED: Final = 1032
"""Times that deflate can shrink (zlib, Technical Details); a header that says more lies."""

CLASS_NAMES: Final = "class_names.txt"
"""Beside a file of labels: what its numbers mean, one name a line from 0 on."""
MOST_BYTES_OF_NAMES: Final = 10_000_000


def idx_array(member: Member) -> ArrayFile:
    """Return an IDX file, packed with gzip or plain, as an array, its values unread.

    Raises:
        IntakeError: `corrupt`, `corrupt_archive`, `truncated` or `empty`.
        TooLargeError: when the header declares more than 4 GB, or 100 times what the file has.
    """
    name = shown(member.name)
    is_packed = member.read(2) == GZIP
    with _opened(member, is_packed, 0) as stream:
        head = read_exactly(stream, 4)
        num_dimensions = head[3] if len(head) == 4 else 0
        sizes = read_exactly(stream, 4 * num_dimensions)
    is_header = head[:2] == b"\0\0" and head[2:3] and head[2] in TYPES
    if not is_header or not 1 <= num_dimensions <= MOST_DIMENSIONS:
        raise IntakeError("corrupt", f"{name} is no IDX file or is damaged; download it again.")
    if len(sizes) < 4 * num_dimensions:
        raise IntakeError("truncated", f"{name} was cut off within its header; download it again.")
    shape = struct.unpack(f">{num_dimensions}I", sizes)
    offset = 4 + len(sizes)
    most = member.num_bytes * (MOST_DEFLATED if is_packed else 1) - offset
    dtype = np.dtype(TYPES[head[2]])
    check_declared(name, shape, dtype, most)
    if is_packed:
        check_expansion(math.prod(shape) * dtype.itemsize, member.num_bytes, member.name)
    return ArrayFile(member.name, shape, dtype, partial(_opened, member, is_packed, offset))


def idx_parts(members: Sequence[Member], source: Source) -> list[Part]:
    """Return files of pictures, each with its file of labels, where there is one.

    Args:
        members: the files.
        source: where they are from; beside them may lie the names of their classes.

    Raises:
        IntakeError: as `idx_array`; `no_samples` where there are labels only; `bad_labels`.
    """
    arrays = {member.name: idx_array(member) for member in members}
    labels = {_key(name): array for name, array in arrays.items() if len(array.shape) == 1}
    pictures = {name: array for name, array in arrays.items() if len(array.shape) > 1}
    if not pictures:
        raise IntakeError("no_samples", f"{shown(members[0].name)} holds labels only; bring the "
                          "file of pictures with it.")  # fmt: skip
    root = common_folder(pictures)
    held_out = {name: any(map(is_held_out_word, _words(name))) for name in pictures}
    is_split = any(held_out.values()) and not all(held_out.values())
    parts = []
    for name, array in pictures.items():
        only = next(iter(labels.values())) if len(labels) == len(pictures) == 1 else None
        own = labels.get(_key(name), only)
        beside = None if own is None else _names_beside(source, own.name)
        given = None if beside is None else _class_names(beside)
        names_from = "" if beside is None or given is None else beside.name
        classes = None if own is None else read_classes(own, len(array), given, names_from)
        split = [held_out[name]] * len(array) if is_split else None
        prefix = name.removeprefix(root).removesuffix(".gz")
        is_turned = "emnist" in prefix.lower()
        parts.append(
            Part(array, prefix, classes, split, is_turned=is_turned, names_from=names_from)
        )
    return parts


def _names_beside(source: Source, labels: str) -> Member | None:
    """Return the file of names that lies beside a file of labels."""
    folder, slash, _ = labels.rpartition("/")
    return source.member(f"{folder}{slash}{CLASS_NAMES}")


def _class_names(member: Member) -> NDArray[Any] | None:
    """Return the names in a file, the number of an empty line; None where there are none."""
    shown_name, is_small = shown(member.name), member.num_bytes <= MOST_BYTES_OF_NAMES
    try:
        names = member.read().decode("utf-8-sig").rstrip().splitlines() if is_small else []
    except UnicodeDecodeError:
        raise IntakeError("bad_labels", f"{shown_name} is no text in UTF-8; save it so, one name a "
                          "line.") from None  # fmt: skip
    if not is_small or len(names) > MOST_CLASSES:
        raise IntakeError("bad_labels", f"{shown_name} has more than {MOST_CLASSES:,} lines or "
                          f"{MOST_BYTES_OF_NAMES / 1e6:g} MB; write one name a line.")  # fmt: skip
    fitted = [class_name(name) or str(number) for number, name in enumerate(names)]
    return np.array(fitted) if names else None


def _opened(member: Member, is_packed: bool, offset: int) -> BinaryIO:
    stream = member.open()
    if is_packed:
        packed = gzip.GzipFile(fileobj=stream)
        stream = buffered(MemberStream(packed, member.name, stream))
    stream.seek(offset)
    return stream


def _key(name: str) -> str:
    """Return what the names of a file of pictures and of its labels have in common."""
    return re.sub(r"images?|labels?|idx\d|ubyte|\.gz", "", name, flags=re.IGNORECASE)


def _words(name: str) -> list[str]:
    return re.split(r"[^a-z0-9]+", name.lower())
