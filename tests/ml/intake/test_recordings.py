"""Recordings that cannot be read: one sentence each, and the others are not harmed."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ml.intake.errors import IntakeError
from ml.intake.members import Member
from ml.intake.records import Options, SoundOptions
from ml.intake.sound import open_sounds
from ml.intake.sources import Source
from tests.ml.intake.brought import check_found, refused
from tests.ml.intake.heard import encoded, ids_of, listen, tone

ONE_SECOND = Options(sound=SoundOptions(rate=16_000, window_s=1.0, num_mels=48))
GOOD = {"good.wav": encoded(tone())}
WAV, FLAC, OGG = (encoded(tone(seconds=4), kind=kind) for kind in ("WAV", "FLAC", "OGG"))


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


def with_header(data: bytes, at: int, form: str, value: int) -> bytes:
    """Bytes of a WAV whose header lies at one place."""
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (png(), "not_a_sound", "PNG picture, whatever its name says"),
        (b"", "empty", "empty file"),
        (b"<!doctype html><p>404", "not_a_sound", "web page"),
        (b"version https://git-lfs.github.com/spec/v1", "not_a_sound", "Git LFS"),
        (b"RIFF\0\0\0\0WAVEfmt ", "not_a_sound", "export it again"),
        (np.random.default_rng(0).bytes(5000), "not_a_sound", "export it again"),
        (encoded(np.zeros(0, np.float32)), "empty", "holds no sound"),
        (WAV[:50_000], "truncated", "ends after 39% of the sound"),
        (with_header(WAV, 24, "<I", 1_000_000), "bad_rate", "limits are 1,000 and 384,000"),
        (with_header(WAV, 24, "<I", 3), "bad_rate", "says 3 samples"),
        (encoded(np.zeros((100, 64), np.float32)), "too_many_channels", "limit is 32"),
        (encoded(np.full(9000, np.nan, np.float32), subtype="FLOAT"), "non_finite", "not finite"),
        (encoded(tone(), kind="AU"), "not_a_sound", "is AU; bring WAV, FLAC, OGG, MP3 or AIFF"),
    ],
)
def test_bad_recordings__are_told_and_harm_no_others(
    tmp_path: Path, data: bytes, code: str, words: str
) -> None:
    _, batches, [told] = listen(tmp_path, GOOD | {"bad.wav": data}, ONE_SECOND, packed=True)
    assert ids_of(batches) == ["good.wav"]
    assert (told.sample_id, told.code) == ("bad.wav", code)
    assert words in told.message


def test_none_that_can_be_read__is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"a\.wav is a PNG picture") as error:
        listen(tmp_path, {"a.wav": png(), "b.wav": png()})
    assert refused(error) == ("not_a_sound", 422)


def test_streams__that_did_not_know_their_length_are_read(tmp_path: Path) -> None:
    for size in (0xFFFFFFFF, 0x7FFFFFFF):
        data = with_header(with_header(WAV, 40, "<I", size), 4, "<I", size)
        _, batches, rejections = listen(tmp_path, {"a.wav": data}, ONE_SECOND)
        assert not rejections
        assert len(ids_of(batches)) == 4


def test_a_recording_that_breaks_off__keeps_the_windows_before(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 64_000).astype(np.float32)
    data = encoded(noise, kind="FLAC")
    lying = bytearray(data)
    lying[18 + 4 : 18 + 8] = struct.pack(">I", 160_000)  # STREAMINFO: total samples
    _, batches, [told] = listen(tmp_path, {"a.flac": bytes(lying)}, ONE_SECOND)
    assert ids_of(batches)[:3] == [f"a.flac@{s}.00s" for s in range(3)]
    assert len(ids_of(batches)) <= 4
    assert told.code == "truncated"


def test_hours_of_silence__are_refused_by_the_header(tmp_path: Path) -> None:
    data = bytearray(encoded(tone(), kind="FLAC"))
    data[18 + 4 : 18 + 8] = struct.pack(">I", 2**32 - 1)
    _, _, [told] = listen(tmp_path, GOOD | {"a.flac": bytes(data)}, ONE_SECOND)
    assert told.code == "too_long"
    assert "75 hours" in told.message


@settings(max_examples=150)
@given(
    st.sampled_from([WAV, FLAC, OGG]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8),
    st.integers(0, 20_000),
)
def test_damaged_bytes__only_ever_reject(
    data: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    damaged = bytearray(data[: max(1, len(data) - cut)])
    for at, value in changes:
        damaged[at % len(damaged)] = value
    member = Member("a.wav", len(damaged), lambda: io.BytesIO(damaged))
    for each in check_found(lambda: open_sounds(Source("a.wav", "file", (member,)), ONE_SECOND)):
        assert each.values.shape[1:] == (1, 48, 64)
