"""Log-mel spectrograms: pieces of sound as pictures, in which equal steps sound equally far apart.

Pitch in mel is 2595 log10(1 + f / 700) of a frequency f in Hz (O'Shaughnessy, Speech Communication,
1987, p. 150; the HTK Book, Young et al. 2006, eq. 5.13).
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse
from scipy.signal.windows import hann

LOWEST_HZ: Final = 20.0
"""Where the lowest band begins: below it nobody hears."""
FLOOR_DB: Final = 80.0
"""What lies this far below the loudest place of a piece is black."""
QUIETEST_DB: Final = -60.0
"""A piece's loudest place counts as this loud at least, against a sine of full scale: noise in a
pause stays dark."""
FRAME_S: Final = 0.032
"""Length of sound that a column looks at, in seconds; two columns' worth where they are wider."""
LONGEST_FFT: Final = 2**14
MOST_LINES: Final = 2**20
"""Numbers of a spectrum that are worked on at once: they fit a processor's cache."""


def to_mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the pitch in mel of frequencies in Hz."""
    return 2595 * np.log10(1 + hz / 700)


def to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the frequency in Hz of pitches in mel."""
    return 700 * (10 ** (mel / 2595) - 1)


@dataclass(frozen=True)
class LogMel:
    """What makes spectrograms of pieces of one length."""

    rate: int
    """Samples a second, in Hz."""
    num_mels: int
    """Bands of frequency."""
    num_frames: int
    """Columns of time."""
    hop: int
    """Samples from column to column; a piece has hop * num_frames of them."""

    @cached_property
    def bands(self) -> NDArray[np.float64]:
        """Corners of the bands in Hz, shape (num_mels + 2,): of each its low end, peak, high end.

        A band begins at the peak of the one below and ends at the peak of the one above.
        """
        low, high = to_mel(np.array([LOWEST_HZ, self.rate / 2]))
        return to_hz(np.linspace(low, high, self.num_mels + 2))

    @cached_property
    def window(self) -> NDArray[np.float32]:
        """Hann window, shape (length,)."""
        length = max(round(FRAME_S * self.rate), 2 * self.hop)
        return np.asarray(hann(length, sym=False), dtype=np.float32)

    @cached_property
    def fft_length(self) -> int:
        """Samples a transform is padded to: two of its lines or more in the narrowest band."""
        narrowest = float(np.diff(self.bands).min())
        wanted = min(LONGEST_FFT, math.ceil(2 * self.rate / narrowest))
        return 1 << (max(wanted, len(self.window)) - 1).bit_length()

    @cached_property
    def filters(self) -> NDArray[np.float32]:
        """Weights of the transform's lines in each band: triangles of height 1.

        Shape (num_mels, fft_length / 2 + 1), low bands first.
        """
        lines = np.arange(self.fft_length // 2 + 1) * self.rate / self.fft_length
        low, peak, high = (self.bands[i : i + self.num_mels, None] for i in range(3))
        rise, fall = (lines - low) / (peak - low), (high - lines) / (high - peak)
        return np.clip(np.minimum(rise, fall), 0, None).astype(np.float32)

    @cached_property
    def _sparse_filters(self) -> sparse.csr_array:
        """The filters without their zeros.

        A line lies in two bands at most, so that this is as quick as BLAS on an idle machine; on a
        busy one BLAS's threads wait for each other, for up to 50 times as long.
        """
        return sparse.csr_array(self.filters)

    def __call__(self, pieces: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Return spectrograms of pieces of sound.

        Args:
            pieces: between -1 and 1, shape (n, hop * num_frames).

        Returns:
            0 at `FLOOR_DB` below the loudest place of a piece to 255 there, low frequencies in the
            bottom row, shape (n, 1, num_mels, num_frames).
        """
        step = max(1, MOST_LINES // (self.num_frames * self.fft_length))
        chunks = [pieces[i : i + step] for i in range(0, len(pieces), step)]
        return np.concatenate([self._levels(chunk) for chunk in chunks])

    def _levels(self, pieces: NDArray[np.float32]) -> NDArray[np.uint8]:
        lines = self._powers(pieces).reshape(-1, self.fft_length // 2 + 1)
        bands = self._sparse_filters @ lines.T  # (num_mels, n * num_frames)
        power = np.swapaxes(bands.reshape(self.num_mels, len(pieces), self.num_frames), 0, 1)
        full_scale = float(self.window.sum() / 2) ** 2  # what a line says of a sine of height 1
        least = full_scale * 10 ** (QUIETEST_DB / 10)
        loudest = np.maximum(power.max(axis=(1, 2), keepdims=True), least)  # (n, 1, 1)
        decibels = 10 * np.log10(np.maximum(power / loudest, 10 ** (-FLOOR_DB / 10)))
        levels = np.round((decibels / FLOOR_DB + 1) * 255).astype(np.uint8)
        return np.ascontiguousarray(levels[:, None, ::-1])

    def _powers(self, pieces: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the power of each line in each column, shape (n, num_frames, fft_length / 2 + 1).

        Column i is centred on sample (i + 1/2) hop. It is what `scipy.signal.ShortTimeFFT` gives,
        in a third of the time: that one knows no single precision.
        """
        half = len(self.window) // 2
        level = pieces - pieces.mean(axis=1, keepdims=True)
        padded = np.pad(level, ((0, 0), (half, len(self.window) - half)))
        views = np.lib.stride_tricks.sliding_window_view(padded, len(self.window), axis=1)
        first = self.hop // 2
        columns = views[:, first : first + self.hop * self.num_frames : self.hop]
        spectrum = fft.rfft(columns * self.window, self.fft_length)  # (n, num_frames, lines)
        return np.asarray(spectrum.real**2 + spectrum.imag**2)
