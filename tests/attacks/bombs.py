"""Files that are small and become large, one of each format that can be packed or can lie."""

import gzip
import io
import json
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from store.archives.archive import MANIFEST, PROJECT_FILE


def npz_bomb() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, images=np.zeros((300_000, 28, 28), np.uint8))
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(side: int = 20_000) -> bytes:
    """400 megapixels of one colour in half a megabyte."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def nested(depth: int = 6) -> bytes:
    data = bytes(10 * 2**20)
    for level in range(depth):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for copy in range(10):
                packed.writestr(f"{level}-{copy}.{'zip' if level else 'npy'}", data)
        data = file.getvalue()
    return data


def npy_header() -> bytes:
    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


def long_line() -> bytes:
    return b"id,text\n" + b"x" * (200 * 2**20)


def idx_bomb() -> bytes:
    """A gigabyte of black pictures in a megabyte."""
    header = struct.pack(">BBBBIII", 0, 0, 8, 3, 1_300_000, 28, 28)
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(header)]
    parts += [packer.compress(bytes(28 * 28 * 10_000)) for _ in range(130)]
    return b"".join(parts) + packer.flush()


def lying_idx() -> bytes:
    """A header that declares 12 TB, and nothing behind it."""
    return gzip.compress(struct.pack(">BBBBIII", 0, 0, 8, 3, 2**32 - 1, 60, 50))


def parquet_bomb() -> bytes:
    """One text of 2 MB in each of 50,000 rows, which a dictionary holds once: 100 GB in 20 kB."""
    said = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), ["x" * (2 * 2**20)])
    table = pa.table({"a": pa.array(range(50_000)), "note": said})
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def _saved_structs(rows: pa.Array, **options: Any) -> bytes:
    """Save pictures as the datasets library does."""
    path = pa.array([None] * len(rows), pa.string())
    table = pa.table({"image": pa.StructArray.from_arrays([rows, path], ["bytes", "path"])})
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd", store_schema=False, **options)
    return file.getvalue()


def parquet_of_one_picture() -> bytes:
    """One picture of 8 MB in each of 3,000 rows, which a dictionary holds once: 24 GB in 8 MB."""
    picture = png_bomb(64) + np.random.default_rng(0).bytes(8 * 2**20)
    rows = pa.DictionaryArray.from_arrays(
        pa.array([0] * 3000, pa.int32()), pa.array([picture], pa.binary())
    )
    return _saved_structs(rows, dictionary_pagesize_limit=2**30)


def parquet_of_packed_pictures() -> bytes:
    """20 pictures of 20 MB in one page, no dictionary: 400 MB in 100 kB."""
    rows = pa.array([png_bomb(64) + bytes(20 * 2**20)] * 20, pa.binary())
    return _saved_structs(rows, use_dictionary=False, data_page_size=2**30)


def parquet_of_numbers() -> bytes:
    """50 columns of one number in 200,000 rows: 80 MB in 100 kB, all of them one sample."""
    ones = pa.chunked_array([pa.array(np.ones(10_000))] * 20)
    file = io.BytesIO()
    pq.write_table(pa.table({f"v{n}": ones for n in range(50)}), file, compression="zstd")
    return file.getvalue()


def parquet_of_one_list() -> bytes:
    """A list of one number 100 million times: 400 MB in 600 bytes."""
    many = pa.array(np.ones(100_000_000, np.float32))
    lists = pa.ListArray.from_arrays(pa.array([0, len(many)], pa.int32()), many)
    file = io.BytesIO()
    pq.write_table(pa.table({"v": lists}), file, compression="zstd")
    return file.getvalue()


def long_json_line() -> bytes:
    return b'{"id": 1, "text": "' + b"x" * (200 * 2**20)


def deep_json_lines() -> bytes:
    return (b'{"a": ' * 500_000 + b"\n") * 20


def lying_wav() -> bytes:
    """65,535 channels and 4 GB by its header."""
    form = struct.pack("<HHIIHH", 1, 65_535, 4_000_000_000, 0xFFFFFFFF, 65_535, 16)
    return b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVEfmt " + struct.pack(
        "<I", 16) + form + b"data" + struct.pack("<I", 0xFFFFFFFF) + bytes(100)  # fmt: skip


def packed_wavs() -> bytes:
    """Silence of two hours, five times, in a zip: 10 GB in 10 MB."""
    second = io.BytesIO()
    with wave.open(second, "wb") as sound:
        sound.setparams((2, 2, 48_000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 2 * 48_000))
    head, file = second.getvalue()[:44], io.BytesIO()
    size = 2 * 2 * 48_000 * 7200
    head = head[:4] + struct.pack("<I", size + 36) + head[8:40] + struct.pack("<I", size)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for label in "ab":
            with packed.open(f"{label}/1.wav", "w", force_zip64=True) as member:
                member.write(head)
                for _ in range(size // 2**20 // 8):
                    member.write(bytes(2**20))
    return file.getvalue()


def archive_bomb(member: str = MANIFEST) -> bytes:
    """A project whose manifest is 250 MB of one list, in a quarter of a megabyte."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in (PROJECT_FILE, MANIFEST):
            if name == member:
                with packed.open(name, "w") as out:
                    out.write(b'{"format": "lodemap-project", "members": [0')
                    for _ in range(120):
                        out.write(b",0" * 2**20)
                    out.write(b"]}")
            else:
                packed.writestr(name, json.dumps({"format": "lodemap-project"}))
    return file.getvalue()


BOMBS: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "npz": ("x.npz", npz_bomb),
    "png": ("x.png", png_bomb),
    "nested zip": ("x.zip", nested),
    "npy header": ("x.npy", npy_header),
    "csv line": ("x.csv", long_line),
    "gzip IDX": ("x-images-idx3-ubyte.gz", idx_bomb),
    "lying IDX": ("x-images-idx3-ubyte.gz", lying_idx),
    "parquet of one text": ("x.parquet", parquet_bomb),
    "parquet of numbers": ("x.parquet", parquet_of_numbers),
    "parquet of one picture": ("x.parquet", parquet_of_one_picture),
    "parquet of packed pictures": ("x.parquet", parquet_of_packed_pictures),
    "parquet of one list": ("x.parquet", parquet_of_one_list),
    "JSON line": ("x.jsonl", long_json_line),
    "deep JSON lines": ("x.jsonl", deep_json_lines),
    "lying wav": ("x.wav", lying_wav),
    "zip of silence": ("x.zip", packed_wavs),
    "archive": ("x.lodemap", archive_bomb),
    "archive's project": ("x.lodemap", lambda: archive_bomb(PROJECT_FILE)),
}
"""By what it is: the file's name, and what makes its bytes."""
