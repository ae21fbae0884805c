import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.intake.errors import IntakeError
from ml.intake.quickdraw import LONGEST_LINE
from tests.ml.intake.brought import (
    SHARED,
    bring,
    check_told,
    damaged,
    make_folder,
    make_zip,
    needs_shared,
    refused,
)  # fmt: skip

DRAWING = [[[0, 255, 30], [0, 10, 200]], [[9], [9]]]


def ndjson(*drawings: Any, word: str = "猫") -> bytes:
    return b"".join(json.dumps({"word": word, "drawing": d}).encode() + b"\n" for d in drawings)


def packed(*drawings: list[list[list[int]]], country: bytes = b"SE") -> bytes:
    cells = b""
    for drawing in drawings:
        cells += struct.pack("<Q2sbIH", 5, country, 1, 1_489_000_000, len(drawing))
        for x, y in drawing:
            cells += struct.pack("<H", len(x)) + bytes(x) + bytes(y)
    return cells


def test_json_and_packed_strokes__are_the_same_drawings(tmp_path: Path) -> None:
    files = {"a/cat.ndjson": ndjson(DRAWING, DRAWING[:1])}
    first = bring(make_zip(tmp_path / "x.zip", files))
    assert (first.ids, first.class_names) == (["cat[0]", "cat[1]"], ["猫", "猫"])
    assert first.outline.num_samples == 2
    path = make_folder(tmp_path, {"full_binary_cat.bin": packed(DRAWING, DRAWING[:1])})
    second = bring(path / "full_binary_cat.bin")
    assert second.class_names == ["cat", "cat"]
    assert np.array_equal(first.values, second.values)


def test_raw_strokes__with_times_in_any_unit(tmp_path: Path) -> None:
    raw = [[[x * 3.5 + 100 for x in xs], [y * 3.5 for y in ys], list(range(len(xs)))]
           for xs, ys in DRAWING]  # fmt: skip
    path = make_folder(tmp_path, {"x.ndjson": ndjson(DRAWING, raw)}) / "x.ndjson"
    first, second = bring(path).values.astype(int)
    assert np.abs(first - second).max() <= 1


def test_options__are_obeyed(tmp_path: Path) -> None:
    path = make_folder(tmp_path, {"x.ndjson": ndjson(DRAWING)}) / "x.ndjson"
    taken = bring(path, side=50, color="rgb")
    assert taken.values.shape == (1, 3, 50, 50)
    assert taken.outline.treatment == ("Strokes: drawn as 50 x 50 bitmaps, white on black.",)


def test_broken_lines__are_left_out_with_their_number(tmp_path: Path) -> None:
    lines = [
        ndjson(DRAWING)[:-1], b"", b"{not json", b'{"word": "cat"}', b'{"drawing": 5}', b"[1]",
        b'{"drawing": [[[1, 2], [1]]]}', b'{"drawing": [[["a"], ["b"]]]}', b'{"drawing": []}',
        b'{"drawing": [[[1e400], [1]]]}', b'{"drawing": [[[NaN], [1]]]}', b'{"drawing": [5]}',
        b'{"drawing": [[[' + b"9" * 5000 + b"], [1]]]}", b"[" * 200_000, b"\xff\xfe",
        b'{"drawing": "' + b"x" * LONGEST_LINE + b'"}', b'{"drawing": [[[1], [1]]]}',
    ]  # fmt: skip
    path = make_folder(tmp_path, {"x.ndjson": b"\n".join(lines)}) / "x.ndjson"
    taken = bring(path)
    assert taken.class_names == ["猫", "x"]
    assert len(taken.rejections) == 14
    assert "Line 3 of x.ndjson is no JSON" in taken.rejections[0].message
    assert taken.ids == ["x[0]", "x[15]"]
    assert set(taken.codes.values()) == {"bad_json", "bad_drawing", "empty", "too_large"}


def test_headerless_bitmaps__are_records_of_784_bytes(tmp_path: Path) -> None:
    cells = np.random.default_rng(0).integers(0, 255, (5, 28, 28)).astype(np.uint8)
    files = {"clockData.bin": cells[:3].tobytes(), "donut1000.bin": cells[3:].tobytes()}
    taken = bring(make_folder(tmp_path / "x", files))
    assert np.array_equal(taken.values[:, 0], cells)
    assert taken.class_names == ["clock"] * 3 + ["donut"] * 2
    assert taken.ids[3] == "donut1000[0]"


def test_records_that_are_neither__are_refused(tmp_path: Path) -> None:
    path = make_folder(tmp_path, {"x.bin": bytes(1000)}) / "x.bin"
    with pytest.raises(IntakeError, match="1,000 bytes, which are neither") as error:
        bring(path)
    assert refused(error) == ("corrupt", 422)


def test_packed_strokes_that_end_early__keep_what_was_read(tmp_path: Path) -> None:
    path = make_folder(tmp_path, {"cat.bin": packed(DRAWING, DRAWING)[:-3]}) / "cat.bin"
    taken = bring(path)
    assert (taken.ids, taken.codes) == (["cat[0]"], {"cat[1]": "truncated"})


@needs_shared
def test_real_drawings__of_every_form() -> None:
    raw = SHARED / "raw" / "quickdraw"
    strokes = bring(raw / "ndjson_simplified")
    assert set(strokes.class_names) == {"apple", "clock", "cookie", "donut", "moon"}
    assert (len(strokes.ids), strokes.rejections) == (125, [])
    assert len(bring(raw / "ndjson_raw").ids) == 37
    bitmaps = bring(raw / "bin")
    assert (len(bitmaps.ids), set(bitmaps.class_names)) == (2000, {"clock", "donut"})


@settings(max_examples=200)
@given(st.data())
def test_damaged_files__give_drawings_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name, valid = data.draw(
        st.sampled_from([("x.ndjson", ndjson(DRAWING, DRAWING)), ("x.bin", packed(DRAWING) * 3)])
    )
    path = tmp_path_factory.mktemp("drawn") / name
    path.write_bytes(data.draw(st.composite(one_damaged)(valid)))
    try:
        bring(path)
    except IntakeError as error:
        check_told(error.sentence)


def one_damaged(draw: st.DrawFn, valid: bytes) -> bytes:
    return damaged(valid, draw)
