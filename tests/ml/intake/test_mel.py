import numpy as np
import pytest
from scipy.signal import ShortTimeFFT

from ml.intake.mel import LOWEST_HZ, LogMel, to_hz, to_mel

RATE, NUM_MELS, NUM_FRAMES, HOP = 16_000, 64, 64, 250
MEL = LogMel(RATE, NUM_MELS, NUM_FRAMES, HOP)


def sine(hz: float, height: float = 0.5) -> np.ndarray:
    time_s = np.arange(HOP * NUM_FRAMES) / RATE
    return (height * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def independent_band(hz: float) -> int:
    """The band, from the lowest, whose peak is nearest; natural logarithms, as in Slaney's text."""
    pitch = [1127.01048 * np.log1p(f / 700) for f in (LOWEST_HZ, RATE / 2, hz)]
    share = float((pitch[2] - pitch[0]) / (pitch[1] - pitch[0]))
    return round(share * (NUM_MELS + 1)) - 1


@pytest.mark.parametrize("hz", [150, 440, 1000, 3000, 7000])
def test_log_mel__lights_the_band_of_a_sine_low_ones_at_the_bottom(hz: float) -> None:
    picture = MEL(sine(hz)[None])[0, 0]  # (num_mels, num_frames)
    rows = picture[:, NUM_FRAMES // 2]
    assert NUM_MELS - 1 - rows.argmax() == independent_band(hz)
    assert rows.max() == 255


def test_log_mel__is_black_80_db_below_the_loudest_place() -> None:
    both = MEL((sine(1000) + sine(4000, 0.5 * 10 ** (-40 / 20)))[None])[0, 0, :, 32]
    at = [NUM_MELS - 1 - independent_band(hz) for hz in (1000, 4000)]
    assert both[at[0]] == 255
    assert both[at[1]] == pytest.approx(255 / 2, abs=8)  # -40 dB, and a band's skirt
    assert both.min() == 0


def test_log_mel__does_not_depend_on_loudness_but_leaves_silence_dark() -> None:
    loud, quiet = MEL(np.stack([sine(500), sine(500, 0.05)]))
    assert np.abs(loud.astype(int) - quiet.astype(int)).max() <= 1
    noise = np.random.default_rng(0).normal(0, 1e-6, HOP * NUM_FRAMES).astype(np.float32)
    assert MEL(noise[None]).max() < 128
    assert MEL(np.zeros((2, HOP * NUM_FRAMES), np.float32)).max() == 0


def test_log_mel__leaves_a_constant_offset_out() -> None:
    shifted, plain = MEL(np.stack([sine(500) + 0.4, sine(500)]))
    assert np.abs(shifted.astype(int) - plain.astype(int)).max() <= 1


def test_log_mel__shows_a_click_in_its_column() -> None:
    piece = np.zeros(HOP * NUM_FRAMES, np.float32)
    piece[40 * HOP + HOP // 2] = 1
    picture = MEL(piece[None])[0, 0]
    assert picture.sum(axis=0, dtype=int).argmax() == 40


def test_log_mel__is_what_scipy_computes() -> None:
    piece = np.random.default_rng(1).normal(0, 0.1, HOP * NUM_FRAMES).astype(np.float32)
    transform = ShortTimeFFT(MEL.window.astype(float), HOP, RATE, mfft=MEL.fft_length)
    offset = HOP // 2  # columns are centred in their hop
    lines = np.abs(transform.stft(piece - piece.mean(), p0=0, p1=NUM_FRAMES, k_offset=offset)) ** 2
    decibels = 10 * np.log10(MEL.filters @ lines)
    expected = 255 * np.clip((decibels - decibels.max()) / 80 + 1, 0, 1)
    assert np.abs(MEL(piece[None])[0, 0, ::-1] - expected).max() <= 1


@pytest.mark.parametrize(
    ("rate", "num_mels"), [(2000, 16), (8000, 64), (16_000, 128), (48_000, 128)]
)
def test_filters__leave_no_band_empty(rate: int, num_mels: int) -> None:
    mel = LogMel(rate, num_mels, 32, 100)
    assert (mel.filters.sum(axis=1) > 0.5).all()
    # neighbours overlap so that nothing between two peaks is lost
    lines = np.arange(mel.fft_length // 2 + 1) * rate / mel.fft_length
    inside = (lines >= mel.bands[1]) & (lines <= mel.bands[-2])
    assert mel.filters.sum(axis=0)[inside] == pytest.approx(1, abs=1e-4)


def test_mel__is_its_own_inverse_and_1000_at_1000_hz() -> None:
    hz = np.array([20.0, 440.0, 1000.0, 7999.0])
    assert to_hz(to_mel(hz)) == pytest.approx(hz)
    assert to_mel(np.array([1000.0]))[0] == pytest.approx(1000, abs=0.1)
