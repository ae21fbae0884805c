import pickle

import numpy as np
import pytest

from ml.intake.formats import (
    CSV,
    DAMAGED,
    EMPTY,
    HTML,
    IDX,
    JPEG,
    NPY,
    NPZ,
    PARQUET,
    PICKLE,
    PNG,
    RECORDS,
    SAFETENSORS,
    SPREADSHEET,
    STROKES,
    TEXT,
    UNKNOWN,
    WEBP,
    ZIP,
    Format,
    format_of,
    refusal,
    spread,
)  # fmt: skip
from tests.ml.intake.brought import check_told, npy, png


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (png(), "x.png", PNG),
        (png(), "x.wav", PNG),
        (png(form="JPEG"), "x", JPEG),
        (png(form="WEBP"), "x.png", WEBP),
        (npy(np.zeros(3)), "x.npy", NPY),
        (b"PK\3\4", "x.npz", NPZ),
        (b"PK\3\4", "x.png", ZIP),
        (b"\0\0\x08\x03" + bytes(12), "images-idx3-ubyte", IDX),
        (b"\x1f\x8b\x08", "images-idx3-ubyte.gz", IDX),
        (b"\x1f\x8b\x08", "notes.gz", UNKNOWN),
        (b'{"word":"moon"}', "moon.ndjson", STROKES),
        (bytes(512), "clock.bin", RECORDS),
        (b"a,b\n1,2", "x.csv", CSV),
        (b"PAR1", "x.parquet", PARQUET),
        (b"\n<!DOCTYPE html>", "x.npy", HTML),
        (b"\xef\xbb\xbf<html>", "x.csv", HTML),
        (b"\x80\4\x95", "x.npy", PICKLE),
        (b"anything", "x.pt", PICKLE),
        (b"PK\3\4", "x.pth", PICKLE),
        (b"PK\3\4", "x.xlsx", SPREADSHEET),
        (bytes(8) + b"{}", "x.safetensors", SAFETENSORS),
        (b"junk", "x.safetensors", DAMAGED),
        (b"", "x.png", EMPTY),
        (b"notes", "README.md", TEXT),
        (b"notes", "a/LICENSE", TEXT),
        (b"\1\2\3", "x.png", DAMAGED),
        (b"\1\2\3", "x.xyz", UNKNOWN),
    ],
)
def test_formats__are_told_by_content(head: bytes, name: str, expected: Format) -> None:
    assert format_of(head, name, len(head)) == expected


@pytest.mark.parametrize(
    ("head", "word"),
    [(b"GIF89a", "GIF"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"%!PS-Adobe", "PostScript"),
     (b"SIMPLE  = T", "FITS"), (b"BM6", "BMP"), (b"<?xml version='1'?><svg>", "SVG"),
     (b"%PDF-1.7", "PDF"), (b"\x89HDF\r\n", "HDF5")],
)  # fmt: skip
def test_formats_nobody_reads__are_named_with_a_remedy(head: bytes, word: str) -> None:
    found = format_of(head, "x.png", len(head))
    told = refusal("x.png", found)
    assert (found.family, found.code) == ("none", "format_not_allowed")
    assert word in told
    assert "save" in told
    check_told(told)


def test_pickles__of_every_protocol_since_2_are_known() -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert format_of(pickle.dumps([1], protocol), "x.dat", 9) == PICKLE


def test_spread__takes_from_all_over() -> None:
    assert spread(range(10), 20) == list(range(10))
    assert spread(range(1001), 5) == [0, 250, 500, 750, 1000]
