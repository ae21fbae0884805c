"""What a file is, by its first bytes; by its name only where bytes cannot tell."""

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
SPREADSHEET: Final = Format("spreadsheet", "none", "save it as CSV")
ZIP: Final = Format("archive", "none", "unpack it first", "nested_archive")
TEXT: Final = Format("text", "none")
UNKNOWN: Final = Format("file of an unknown kind", "none")
EMPTY: Final = Format("empty file", "none", "copy or download it again", "empty")
DAMAGED: Final = Format(
    "damaged file or not what its name says", "none", "save or download it again", "corrupt"
)

MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"\x93NUMPY", NPY),
    (b"fLaC", Format("FLAC", "sounds")),
    (b"OggS", Format("OGG", "sounds")),
    (b"PAR1", PARQUET),
    (b"GIF8", Format("GIF picture", "none", AS_PICTURE)),
    (b"II*\0", Format("TIFF picture", "none", AS_PICTURE)),
    (b"MM\0*", Format("TIFF picture", "none", AS_PICTURE)),
    (b"BM", Format("BMP picture", "none", AS_PICTURE)),
    (b"8BPS", Format("Photoshop picture", "none", AS_PICTURE)),
    (b"%!PS", Format("PostScript drawing", "none", AS_PICTURE)),
    (b"SIMPLE  =", Format("FITS picture", "none", AS_PICTURE)),
    (b"%PDF", Format("PDF document", "none", "save its pictures as PNG")),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"FORM", Format("AIFF", "sounds")),
    (b"RF64", WAV),
    (b"\x89HDF", Format("HDF5 file", "none", "save its arrays as .npz")),
    (b"MATLAB 5.0", Format("MATLAB file", "none", "save its arrays as .npz")),
    (b"\x80\2", PICKLE),
    (b"\x80\3", PICKLE),
    (b"\x80\4", PICKLE),
    (b"\x80\5", PICKLE),
    (b"SQLite format 3", Format("database", "none", "save its table as CSV or Parquet")),
)  # fmt: skip
"""First bytes and what they say."""
IN_RIFF: Final = {b"WEBP": WEBP, b"WAVE": WAV}
REFUSED_ENDS: Final = {
    **dict.fromkeys((".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt", ".pyc"), PICKLE),
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".numbers"), SPREADSHEET),
}
"""Endings of files that are refused unseen; most of them are archives within."""
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
    if head.startswith(b"PK"):
        return NPZ if end == ".npz" else ZIP
    if head.startswith(b"RIFF"):
        return IN_RIFF.get(head[8:12], UNKNOWN)
    for magic, found in MAGIC:
        if head.startswith(magic):
            return found
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
    return TEXT if end in NOTE_ENDS or end in NOTES else UNKNOWN
