"""What a file is, by its first bytes; by its name only where bytes cannot tell."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from ml.intake.members import Member, shown

Family = Literal["pictures", "arrays", "idx", "drawings", "sounds", "tables", "none"]
"""Which reader a file is for."""
Item = TypeVar("Item")
HEAD_BYTES: Final = 512
"""Of a file, to tell what it is."""
NUM_LOOKED_AT: Final = 100
"""Files with one ending that are opened; where they agree, the others are taken to be the same."""
ALLOWED: Final = (
    "pictures (PNG, JPEG, WebP), arrays (.npz, .npy, .safetensors, IDX), Quick, Draw! "
    "files, recordings (WAV, FLAC, OGG, MP3, AIFF) and tables (CSV, Parquet)"
)


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    name: str
    """What people call it."""
    family: Family
    """Who reads it; "none" for those nobody here reads."""
    remedy: str = ""
    """Ends the sentence that refuses it: what to do instead."""
    code: str = "format_not_allowed"
    """Why it is refused."""


PNG: Final = Format("PNG", "pictures")
JPEG: Final = Format("JPEG", "pictures")
WEBP: Final = Format("WebP", "pictures")
NPY: Final = Format("NPY", "arrays")
NPZ: Final = Format("NPZ", "arrays")
SAFETENSORS: Final = Format("safetensors", "arrays")
IDX: Final = Format("IDX", "idx")
STROKES: Final = Format("Quick, Draw! strokes", "drawings")
RECORDS: Final = Format("Quick, Draw! binary", "drawings")
CSV: Final = Format("CSV", "tables")
PARQUET: Final = Format("Parquet", "tables")
WAV: Final = Format("WAV", "sounds")
JSON_LINES: Final = Format("file of JSON lines", "none", "save it as CSV or Parquet")
MP3: Final = Format("MP3", "sounds")
AS_PICTURE: Final = "save it as PNG, JPEG or WebP"
HTML: Final = Format(
    "web page", "none", "it was saved under that name by mistake, so download it again"
)
PICKLE: Final = Format(
    "file of Python objects (pickle), which can run programs", "none",
    "convert the numbers to .npz or .safetensors", "pickle_refused",
)  # fmt: skip
MATLAB: Final = Format(
    "MATLAB file", "none", "save its arrays as .npz, by scipy.io.loadmat and numpy.savez"
)
SPREADSHEET: Final = Format("spreadsheet", "none", "save it as CSV")
ZIP: Final = Format("archive", "none", "unpack it first", "nested_archive")
GZIP: Final = Format("file packed by gzip", "none", "unpack it first")
TEXT: Final = Format("text", "none")
UNKNOWN: Final = Format("file of an unknown kind", "none")
EMPTY: Final = Format("empty file", "none", "copy or download it again", "empty")
DAMAGED: Final = Format(
    "damaged file or not what its name says", "none", "save or download it again", "corrupt"
)

MAGIC: Final = tuple(
    (re.compile(head, re.DOTALL), found)
    for head, found in (
        (rb"\x89PNG\r\n\x1a\n", PNG),
        (rb"\xff\xd8\xff", JPEG),
        (rb"RIFF.{4}WEBP", WEBP),
        (rb"(RIFF|RF64).{4}WAVE", WAV),
        (rb"\x93NUMPY", NPY),
        (rb"fLaC[\0\x80]\0\0\x22", Format("FLAC", "sounds")),
        (rb"OggS\0", Format("OGG", "sounds")),
        (rb"PAR1\x15", PARQUET),
        (rb"GIF8[79]a", Format("GIF picture", "none", AS_PICTURE)),
        (rb"II\*\0|MM\0\*", Format("TIFF picture", "none", AS_PICTURE)),
        (rb"BM.{11}\0[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0{3}",
         Format("BMP picture", "none", AS_PICTURE)),
        (rb"8BPS\0[\x01\x02]", Format("Photoshop picture", "none", AS_PICTURE)),
        (rb"%!PS-", Format("PostScript drawing", "none", AS_PICTURE)),
        (rb"SIMPLE  =", Format("FITS picture", "none", AS_PICTURE)),
        (rb"%PDF-\d", Format("PDF document", "none", "save its pictures as PNG")),
        (rb"ID3[\x02-\x04]\0", MP3),
        (rb"\xff[\xf2\xf3\xfa\xfb][^\xf0-\xff]", MP3),
        (rb"FORM.{4}AIF[FC]", Format("AIFF", "sounds")),
        (rb"\x89HDF", Format("HDF5 file", "none", "save its arrays as .npz")),
        (rb"MATLAB (5\.0|7\.3) MAT-file", MATLAB),
        (rb"\x80[\x02-\x05]", PICKLE),
        (rb"SQLite format 3\0", Format("database", "none", "save its table as CSV or Parquet")),
        (rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1|avi[fs])",
         Format("HEIC or AVIF picture", "none", AS_PICTURE)),
        (rb".{4}ftyp", Format("film or recording of MPEG-4", "none", "save its sound as WAV")),
        (rb"PK(\x03\x04|\x05\x06|\x07\x08)", ZIP),
    )
)  # fmt: skip
"""How files begin, and what they then are; letters alone say it only where no text begins so."""
REFUSED_ENDS: Final = {
    **dict.fromkeys((".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt", ".pyc"), PICKLE),
    ".mat": MATLAB,
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".numbers"), SPREADSHEET),
}
"""Endings of files that are refused unseen; most of them are archives within, or say nothing at
their beginning."""
READ_ENDS: Final = frozenset(
    {
        ".png",
        ".jpg",
        ".jpeg",
        ".webp",
        ".npy",
        ".npz",
        ".wav",
        ".flac",
        ".ogg",
        ".mp3",
        ".aif",
        ".aiff",
        ".parquet",
        ".safetensors",
    }
)
"""Endings of files that are read; under them, unknown bytes are damage."""
TABLE_ENDS: Final = {".csv": CSV, ".tsv": CSV, ".parquet": PARQUET, ".jsonl": JSON_LINES}
NOTE_ENDS: Final = frozenset({".md", ".txt", ".rst", ".json", ".yaml", ".yml", ".log"})
"""What people lay beside data to read; passed over in silence."""
NOTES: Final = frozenset({".readme", ".license", ".licence", ".authors", ".makefile"})
"""The same without an ending."""


def format_of(head: bytes, name: str, num_bytes: int) -> Format:
    """Return what a file is.

    Args:
        head: its first `HEAD_BYTES`.
        name: says so where its bytes do not: text, headerless records, packed arrays.
        num_bytes: of the whole file.
    """
    end = "." + name.lower().rpartition("/")[2].rpartition(".")[2]
    if end in REFUSED_ENDS:
        return REFUSED_ENDS[end]
    if not head:
        return EMPTY
    for magic, found in MAGIC:
        if magic.match(head):
            return NPZ if found == ZIP and end == ".npz" else found
    if end != ".bin" and is_idx(head, name):
        return IDX
    return _by_name(head, end, num_bytes)


def is_idx(head: bytes, name: str) -> bool:
    """Whether these are MNIST's: two zeros, a type, a number of dimensions; often packed."""
    if head.startswith(b"\x1f\x8b"):
        return "idx" in name.lower() or "ubyte" in name.lower()
    is_typed = head[:2] == b"\0\0" and head[2:3] in b"\x08\x09\x0b\x0c\x0d\x0e"
    return len(head) >= 4 and is_typed and 1 <= head[3] <= 4


def refusal(name: str, found: Format) -> str:
    """Return the sentence about a file that nobody here reads."""
    remedy = found.remedy or f"what can be read are {ALLOWED}"
    article = "an" if found.name[0].lower() in "aeiou" or found.name[:2] == "MP" else "a"
    return f"{shown(name)} is {article} {found.name}; {remedy}."


def formats_of(members: Sequence[Member]) -> dict[str, Format]:
    """Return what each file is, by its name; of very many with one ending some are opened."""
    by_suffix: dict[str, list[Member]] = {}
    for member in members:
        by_suffix.setdefault(member.suffix, []).append(member)
    found: dict[str, Format] = {}
    for group in by_suffix.values():
        looked_at = Counter(_look(member) for member in spread(group, NUM_LOOKED_AT))
        same = next(iter(looked_at)) if len(looked_at) == 1 else None
        found |= {member.name: same or _look(member) for member in group}
    return found


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most so many items from all over a sequence, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def names_of(formats: Iterable[Format]) -> str:
    """Return the names of formats for a sentence, the commonest first."""
    return ", ".join(name for name, _ in Counter(f.name for f in formats).most_common())


def _look(member: Member) -> Format:
    return format_of(member.read(HEAD_BYTES), member.name, member.num_bytes)


def _by_name(head: bytes, end: str, num_bytes: int) -> Format:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:5].lower() in (b"<!doc", b"<html"):
        return HTML
    if end not in TABLE_ENDS and b"<svg" in text[:400]:
        return Format("SVG drawing", "none", AS_PICTURE)
    if end == ".ndjson" or (end == ".jsonl" and b'"drawing"' in text):
        return STROKES
    if end == ".bin" and num_bytes:
        return RECORDS
    if end == ".safetensors" and head[8:9] == b"{":
        return SAFETENSORS
    if end in TABLE_ENDS:
        return TABLE_ENDS[end]
    if end in READ_ENDS:
        return DAMAGED
    return TEXT if end in NOTE_ENDS or end in NOTES else _unread(head)


def _unread(head: bytes) -> Format:
    return GZIP if head.startswith(b"\x1f\x8b") else UNKNOWN
