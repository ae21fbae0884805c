"""Recordings as samples: lengths, rates, channels, classes."""

from pathlib import Path

import numpy as np
import pytest

from ml.intake.records import Batch, Options, SoundOptions
from ml.intake.sound import open_sounds
from ml.intake.sources import open_source
from tests.ml.intake.brought import SHARED, needs_shared
from tests.ml.intake.heard import encoded, ids_of, listen, tone

ONE_SECOND = Options(sound=SoundOptions(rate=16_000, window_s=1.0, overlap=0.5))


def test_words__are_one_sample_each_with_their_sound(tmp_path: Path) -> None:
    lengths = {"a/1.wav": 0.4, "a/2.wav": 0.5, "b/3.wav": 0.45, "b/4.wav": 0.5}
    files = {name: encoded(tone(500, s, 8000), 8000) for name, s in lengths.items()}
    outline, [batch], rejections = listen(tmp_path, files, packed=True)
    assert not rejections
    assert (outline.kind, outline.format) == ("spectrogram", "WAV")
    assert (outline.sound_rate, outline.num_samples) == (8000, 4)
    assert outline.sample_shape == (1, 64, 64)
    assert outline.chosen["sound"]["window_s"] == pytest.approx(0.5)
    assert batch.sample_ids == list(lengths)
    assert batch.class_names == ["a", "a", "b", "b"]
    assert batch.values.shape == (4, 1, 64, 64)
    assert batch.values.dtype == np.uint8
    assert batch.sounds is not None
    assert {(len(sound), sound.dtype.name) for sound in batch.sounds} == {(63 * 64, "int16")}
    silence = (63 * 64 - 3200) // 2  # 0.4 s lie in the middle of 0.504 s
    assert not batch.sounds[0][:silence].any()
    assert np.abs(batch.sounds[0][silence + 1 : silence + 20]).max() > 5000


def test_long_recordings__are_cut_into_windows_that_overlap(tmp_path: Path) -> None:
    values = np.concatenate([tone(hz) for hz in (300, 1000, 3000)])
    outline, batches, _ = listen(tmp_path, {"long.flac": encoded(values, kind="FLAC")}, ONE_SECOND)
    assert ids_of(batches) == [f"long.flac@{s:.2f}s" for s in (0, 0.5, 1, 1.5, 2)]
    assert outline.num_samples == 5
    assert outline.chosen == {}
    assert "overlap by 50%" in " ".join(outline.treatment)
    brightest = [picture[0, :, 32].argmax() for picture in batches[0].values[::2]]
    assert brightest[0] > brightest[1] > brightest[2]  # rows: high ones lie further up


def test_a_little_longer__stays_one_sample_around_its_energy(tmp_path: Path) -> None:
    values = np.concatenate([np.zeros(4000, np.float32), tone(440, 0.95)])
    _, [batch], _ = listen(tmp_path, {"late.wav": encoded(values)}, ONE_SECOND)
    assert batch.sample_ids == ["late.wav"]
    assert batch.sounds is not None
    assert not batch.sounds[0][:790].any()
    assert np.abs(batch.sounds[0][800:]).max() > 15_000


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_every_width_of_wav__sounds_the_same(tmp_path: Path, subtype: str) -> None:
    _, [batch], _ = listen(tmp_path, {"a.wav": encoded(tone(), subtype=subtype)}, ONE_SECOND)
    assert batch.sounds is not None
    assert np.abs(batch.sounds[0] / 32767 - tone()).max() < 0.01


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3", "AIFF"])
@pytest.mark.parametrize("rate", [8000, 44_100, 48_000])
def test_every_rate_and_format__has_its_tone_in_its_place(
    tmp_path: Path, kind: str, rate: int
) -> None:
    data = encoded(tone(1000, 1, rate), rate, kind)
    _, [batch], rejections = listen(tmp_path, {f"a.{kind.lower()}": data}, ONE_SECOND)
    assert not rejections
    assert batch.sounds is not None
    spectrum = np.abs(np.fft.rfft(batch.sounds[0][2000:-2000]))
    assert spectrum.argmax() * 16_000 / 12_000 == pytest.approx(1000, abs=2)


def test_192_khz_and_stereo__become_mono_at_the_rate_asked_for(tmp_path: Path) -> None:
    both = np.stack([tone(1000, 1, 192_000), np.zeros(192_000, np.float32)], axis=1)
    _, [batch], _ = listen(tmp_path, {"a.wav": encoded(both, 192_000)}, ONE_SECOND)
    assert batch.sounds is not None
    middle = batch.sounds[0][4000:12_000] / 32767
    assert middle.max() == pytest.approx(0.25, abs=0.01)


def test_windows__meet_without_a_click_where_the_rate_changes(tmp_path: Path) -> None:
    options = Options(sound=SoundOptions(rate=16_000, window_s=0.2))
    _, [batch], _ = listen(tmp_path, {"a.wav": encoded(tone(200, 2, 44_100), 44_100)}, options)
    assert batch.sounds is not None
    whole = np.concatenate(batch.sounds)[1000:-1000] / 32767
    assert np.abs(np.diff(whole)).max() < 1.1 * 0.5 * 2 * np.pi * 200 / 16_000


def test_loud_floats__are_scaled_so_that_they_can_be_played(tmp_path: Path) -> None:
    _, [batch], _ = listen(tmp_path, {"a.wav": encoded(tone() * 1e5, subtype="FLOAT")}, ONE_SECOND)
    assert batch.sounds is not None
    assert np.abs(batch.sounds[0]).max() == 32767
    assert batch.values.max() == 255


def test_reading_again__gives_the_same(tmp_path: Path) -> None:
    files = {f"{i}.wav": encoded(tone(300 * i, 0.3 + 0.2 * i)) for i in range(1, 5)}
    first, second = (listen(tmp_path, files, ONE_SECOND)[1] for _ in range(2))
    assert ids_of(first) == ids_of(second)
    assert all((one.values == two.values).all() for one, two in zip(first, second, strict=True))


@needs_shared
def test_spoken_digits__are_one_sample_each_in_ten_classes() -> None:
    path = SHARED / "raw" / "fsdd" / "recordings"
    reader = open_sounds(open_source(path, "recordings"), Options())
    batches = [each for each in reader.read() if isinstance(each, Batch)]
    class_names = [name for batch in batches for name in batch.class_names]
    assert sorted(set(class_names), key=str) == list("0123456789")
    assert len(set(ids_of(batches))) == len(class_names)
    num_files = len(list(path.glob("*.wav")))
    assert num_files <= len(class_names) <= 1.05 * num_files  # nearly all are one sample


def test_options__equal_to_the_default_are_a_choice(tmp_path: Path) -> None:
    files = {f"{i}.wav": encoded(tone(500 + i, 0.4, 8000), 8000) for i in range(3)}
    chosen, _, _ = listen(tmp_path / "chosen", files, Options(sound=SoundOptions()))
    assert (chosen.sound_rate, chosen.chosen) == (16_000, {})
    left, _, _ = listen(tmp_path / "left", files)
    assert (left.sound_rate, left.chosen["sound"]["window_s"]) == (8000, pytest.approx(0.4))
