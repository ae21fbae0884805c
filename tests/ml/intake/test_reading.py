import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.intake.errors import IntakeError
from ml.intake.reading import open_reader
from ml.intake.records import Batch, Options
from tests.memory import peak_of
from tests.ml.intake.brought import (
    SHARED,
    bring,
    check_told,
    make_folder,
    make_zip,
    needs_shared,
    npy,
    npz,
    png,
    refused,
)  # fmt: skip


def wav(path: Path) -> bytes:
    soundfile.write(path, np.sin(np.arange(4000) / 9).astype(np.float32), 8000)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "code", "status", "word"),
    [
        ("x.pt", b"PK\3\4anything", "pickle_refused", 415, r"convert .* \.npz or \.safetensors"),
        ("x.pth", b"", "pickle_refused", 415, "convert"),
        ("x.pkl", pickle.dumps([1]), "pickle_refused", 415, "convert"),
        ("x.joblib", b"junk", "pickle_refused", 415, "convert"),
        ("x.npy", pickle.dumps([1]), "pickle_refused", 415, "convert"),
        ("x.npy", b"<!DOCTYPE html><html>", "format_not_allowed", 415, "web page.* download"),
        ("x.gif", png(form="GIF"), "format_not_allowed", 415, "GIF picture"),
        ("x.png", png(form="GIF"), "format_not_allowed", 415, "GIF picture"),
        ("x.png", b"junk", "corrupt", 422, "damaged"),
        ("x.xyz", b"junk", "format_not_allowed", 415, "unknown kind"),
        ("x.heic", b"\0\0\0\x18ftypheic\0\0", "format_not_allowed", 415, "save it as PNG"),
        ("x.m4a", b"\0\0\0\x20ftypM4A \0\0", "format_not_allowed", 415, "its sound as WAV"),
        ("x.csv.gz", b"\x1f\x8b\x08\0", "format_not_allowed", 415, "gzip; unpack it first"),
        ("README.md", b"notes", "format_not_allowed", 415, "no samples"),
        ("x.png", b"", "empty", 422, "empty"),
        ("x.7z", b"7z\xbc\xaf\x27\x1c", "format_not_allowed", 415, "pack it as a zip"),
        ("x.xlsx", b"PK\3\4", "format_not_allowed", 415, "save it as CSV"),
    ],
)
def test_what_cannot_be_read__says_why(
    tmp_path: Path, name: str, data: bytes, code: str, status: int, word: str
) -> None:
    with pytest.raises(IntakeError, match=word) as error:
        bring(make_folder(tmp_path, {name: data}) / name)
    assert refused(error) == (code, status)


def test_pickles_in_an_archive__are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "model.zip", {"m/data.pkl": pickle.dumps([1]), "m/version": b"3"})
    with pytest.raises(IntakeError) as error:
        bring(path)
    assert refused(error) == ("pickle_refused", 415)


def test_mixed_files__the_commonest_kind_wins(tmp_path: Path) -> None:
    files = {
        "s/a.png": png(1), "s/b.png": png(2), "s/x.npy": npy(np.zeros((3, 8, 8), np.uint8)),
        "s/m.pt": b"x", "s/notes.html": b"<html>", "s/README.md": b"notes", "s/LICENSE": b"free",
        "s/deep.zip": b"PK\5\6", "s/y.wav": wav(tmp_path / "y.wav"),
    }  # fmt: skip
    taken = bring(make_zip(tmp_path / "x.zip", files))
    assert taken.ids == ["a.png", "b.png"]
    assert taken.codes == {
        "x.npy": "other_kind", "m.pt": "pickle_refused", "notes.html": "format_not_allowed",
        "deep.zip": "nested_archive", "y.wav": "other_kind",
    }  # fmt: skip


def test_recordings__go_to_their_reader(tmp_path: Path) -> None:
    data = wav(tmp_path / "y.wav")
    files = {f"{c}/{i}.wav": data for c in ("low", "high") for i in range(3)}
    taken = bring(make_zip(tmp_path / "x.zip", files | {"low/odd.wav": png(1)}))
    assert taken.outline.kind == "spectrogram"
    assert (len(taken.ids), set(taken.class_names)) == (6, {"low", "high"})
    assert taken.codes == {"low/odd.wav": "other_kind"}


def test_vectors__keep_classes_and_split(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32)
    rows[300, 3] = np.nan
    labels = np.arange(500) % 2
    path = npz(tmp_path / "x.npz", x_train=rows[:400], y_train=labels[:400], x_test=rows[400:],
               y_test=labels[400:])  # fmt: skip
    taken = bring(path)
    assert (taken.outline.kind, taken.outline.format) == ("vector", "NPZ")
    assert taken.codes == {"x_train[300]": "non_finite"}
    kept = [i for i in range(500) if i != 300]
    assert np.array_equal(taken.values, rows[kept])
    assert taken.is_held_out == [i >= 400 for i in kept]
    assert taken.class_names == [str(labels[i]) for i in kept]
    alone = bring(make_folder(tmp_path, {"v.npy": npy(rows[:300])}) / "v.npy")
    assert (alone.ids[7], alone.class_names[7], alone.is_held_out) == ("v[7]", None, None)


def test_tables__with_pictures_beside_them(tmp_path: Path) -> None:
    """A table of vectors shows the pictures; one that describes them names classes."""
    names = [f"{i}.png" for i in range(6)]
    numbers = {f"v{i}": np.random.default_rng(i).normal(size=6) for i in range(9)}
    folder = make_folder(tmp_path / "x", {f"set/{name}": png(7) for name in names})
    pq.write_table(pa.table({"image": names, **numbers}), folder / "set" / "v.parquet")
    taken = bring(folder)
    assert (taken.outline.kind, taken.values.shape, taken.codes) == ("vector", (6, 9), {})
    lines = "".join(f"{name},1\n" for name in names)
    (folder / "set" / "v.parquet").unlink()
    (folder / "set" / "metadata.csv").write_text(f"file_name,label\n{lines}")
    taken = bring(folder)
    assert (taken.outline.kind, taken.codes) == ("image", {})
    assert taken.class_names == ["1"] * 6


def test_large_arrays__are_never_held_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    text = b"{'descr': '|u1', 'fortran_order': False, 'shape': (50000, 64, 64), }\n"
    path.write_bytes(b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text)
    with path.open("r+b") as file:
        file.truncate(len(text) + 10 + 50_000 * 64 * 64)
    reader = open_reader(path, "x.npy", Options())
    peak, num_samples = peak_of(
        lambda: sum(len(b.sample_ids) for b in reader.read() if isinstance(b, Batch))
    )
    assert num_samples == 50_000
    assert peak < 40_000_000


@needs_shared
def test_a_web_page_saved_as_npy() -> None:
    path = SHARED / "raw" / "bad_inputs" / "ant_is_really_html.npy"
    with pytest.raises(IntakeError, match="is a web page") as error:
        bring(path)
    assert refused(error) == ("format_not_allowed", 415)


ENDS = st.sampled_from(
    ["png", "jpg", "webp", "npy", "npz", "idx", "bin", "ndjson", "wav", "parquet", "zip",
     "gz", "pt", "txt", ""]
)  # fmt: skip
MAGICS = st.sampled_from(
    [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WEBPVP8 ", b"\x93NUMPY\1\0v\0",
     b"PK\3\4", b"PK\5\6", b"\0\0\x08\x03", b"\x1f\x8b\x08\0", b'{"drawing":', b"RIFFxxxxWAVE",
     b"PAR1", b"a,b\n", b"\x80\4", b"GIF89a", b"fLaC", b"OggS"]
)  # fmt: skip


@settings(max_examples=300)
@given(ENDS, MAGICS, st.binary(max_size=900))
def test_any_bytes_under_any_name__give_samples_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, end: str, magic: bytes, rest: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / f"x.{end}"
    path.write_bytes(magic + rest)
    try:
        bring(path)
    except IntakeError as error:
        check_told(error.sentence)
