import pickle
import struct

import numpy as np
import pytest

from ml.intake.formats import (
    CSV,
    DAMAGED,
    EMPTY,
    GZIP,
    HTML,
    IDX,
    JPEG,
    MATLAB,
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

BMP = b"BM" + struct.pack("<IHHII", 3126, 0, 0, 54, 40)
AIFF = b"FORM\0\0\x10\0AIFFCOMM"


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
        (b"\x1f\x8b\x08", "notes.gz", GZIP),
        (b'{"word":"moon"}', "moon.ndjson", STROKES),
        (bytes(512), "clock.bin", RECORDS),
        (b"a,b\n1,2", "x.csv", CSV),
        (b"PAR1", "x.parquet", PARQUET),
        (b"\n<!DOCTYPE html>", "x.npy", HTML),
        (b"\xef\xbb\xbf<html>", "x.csv", HTML),
        (b"\x80\4\x95", "x.npy", PICKLE),
        (b"anything", "x.pt", PICKLE),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "x", MATLAB),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64", "x", MATLAB),
        (b"\0\0\0\0\x32\0\0\0", "version4.mat", MATLAB),
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
     (b"SIMPLE  = T", "FITS"), (BMP, "BMP"), (b"<?xml version='1'?><svg>", "SVG"),
     (b"%PDF-1.7", "PDF"), (b"\x89HDF\r\n", "HDF5")],
)  # fmt: skip
def test_formats_nobody_reads__are_named_with_a_remedy(head: bytes, word: str) -> None:
    found = format_of(head, "x.png", len(head))
    told = refusal("x.png", found)
    assert (found.family, found.code) == ("none", "format_not_allowed")
    assert word in told
    assert "save" in told
    check_told(told)


@pytest.mark.parametrize(
    "head",
    [b"BM is short", b"FORM of the answers", b"FORM\0\0\0\x10ILBM", b"ID3 is a tree",
     b"PK of the table", b"RIFF of a song", b"RF64 and others", b"PAR1 is left", b"GIF8 colours",
     b"8BPS is its magic", b"%PDF of all", b"%!PS", b"fLaC and others", b"OggS and others",
     b"\xff\xfb\xff", b"SQLite format 3 it was"],
)  # fmt: skip
def test_letters_of_a_format__are_not_enough_to_be_one(head: bytes) -> None:
    assert format_of(head, "notes.txt", len(head)) == TEXT
    assert format_of(head + b",1", "x.csv", len(head)) == CSV
    assert format_of(head, "x.wav", len(head)) == DAMAGED


@pytest.mark.parametrize("dib", [12, 16, 40, 52, 56, 64, 108, 124])
def test_bmp__is_known_by_its_header_of_any_kind(dib: int) -> None:
    head = b"BM" + struct.pack("<IHHII", 0, 0, 0, 14 + dib, dib)
    assert format_of(head, "x.png", 3126).name == "BMP picture"


@pytest.mark.parametrize(
    "head", [BMP[:n] for n in range(1, len(BMP))] + [AIFF[:n] for n in range(1, 12)]
)
def test_a_header_cut_off__is_damage_under_an_ending_that_is_read(head: bytes) -> None:
    assert format_of(head, "x.aiff", len(head)) == DAMAGED


def test_sounds__are_known_by_what_stands_behind_their_letters() -> None:
    heads = (AIFF, b"FORM\0\0\x10\0AIFC", b"ID3\4\0", b"\xff\xfb\x90", b"fLaC\0\0\0\x22",
             b"OggS\0", b"RIFFsizeWAVE", b"RF64\xff\xff\xff\xffWAVE")  # fmt: skip
    assert {format_of(head, "x", len(head)).family for head in heads} == {"sounds"}


def test_pickles__of_every_protocol_since_2_are_known() -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert format_of(pickle.dumps([1], protocol), "x.dat", 9) == PICKLE


def test_spread__takes_from_all_over() -> None:
    assert spread(range(10), 20) == list(range(10))
    assert spread(range(1001), 5) == [0, 250, 500, 750, 1000]
