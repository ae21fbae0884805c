"""One recording: opened with soundfile, checked, and read as mono at the rate that is wanted."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, Final

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from ml.intake.errors import IntakeError
from ml.intake.members import Member, shown

FORMATS: Final = frozenset({"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "AIFF"})
"""What is read, by libsndfile's names; of its others, some trust their header too much."""
INEXACT: Final = frozenset({"OGG", "MP3"})
INEXACT_S: Final = 0.1
"""By how much those may be shorter than they say, in seconds: their length is worked out."""
RATES: Final = (1_000, 384_000)
"""Fewest and most samples a second of a recording, in Hz."""
MOST_CHANNELS: Final = 32
LONGEST_S: Final = 24 * 3600
"""Longest recording, in seconds."""
MOST_IN_MEMORY: Final = 2**26
"""Bytes of a packed file that are unpacked into memory; larger ones go to a temporary file, for
windows are read back and forth."""
BLOCK: Final = 2**18
"""Samples of each channel that are decoded at once."""
FINEST_RATIO: Final = 1000
"""Largest denominator of a change of rate: pitch is kept to a millionth, and filters stay short."""
SETTLE: Final = 64
"""Samples beside a piece that its filter looks at, at the lower of both rates."""
UNKNOWN_BYTES: Final = 2**31 - 2**16
"""Sizes from here on are written by programs that did not know the end of a stream."""
SAID: Final = re.compile(r"^data : (\d+) \(should be (\d+)\)", re.MULTILINE)
"""What libsndfile notes of a WAV file that is shorter than its header says."""
OTHER_KINDS: Final = (
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"), (b"%PDF", "a PDF document"), (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"), (b"\x93NUMPY", "a NumPy array"), (b"<", "a web page or XML"),
    (b"version https://git-lfs", "a pointer of Git LFS; fetch the file itself"),
)  # fmt: skip


@dataclass(frozen=True)
class Recording:
    """An opened recording, at its beginning."""

    name: str
    file: soundfile.SoundFile

    @property
    def rate(self) -> int:
        """Samples a second in the file, in Hz."""
        return int(self.file.samplerate)

    @property
    def duration_s(self) -> float:
        """Length as the header says, in seconds."""
        return float(self.file.frames / self.file.samplerate)

    def read(self, start: int, stop: int, spare: int = 0) -> NDArray[np.float32]:
        """Return samples of the file as mono, shape (stop - start,), or a little less (`INEXACT`).

        Args:
            start: first sample, at the file's rate.
            stop: the one after the last.
            spare: how many of the last ones may be missing.

        Raises:
            IntakeError: `truncated` or `non_finite`.
        """
        try:
            self.file.seek(start)
            blocks = [self._block(min(BLOCK, stop - at)) for at in range(start, stop, BLOCK)]
        except soundfile.LibsndfileError:
            raise IntakeError("truncated", f"{shown(self.name)} cannot be decoded any further "
                              f"than {start / self.rate:.2f} s; copy it again.") \
                from None  # fmt: skip
        mono = np.concatenate([np.zeros(0, np.float32), *blocks])
        spare += round(INEXACT_S * self.rate) if self.file.format in INEXACT else 0
        if len(mono) < stop - start - spare:
            raise IntakeError("truncated", f"{shown(self.name)} ends at "
                              f"{(start + len(mono)) / self.rate:.2f} s, though it announces "
                              f"{self.duration_s:.2f} s; copy it again.")  # fmt: skip
        if not np.isfinite(mono).all():
            raise IntakeError("non_finite", f"{shown(self.name)} holds values that are not finite; "
                              "export it again as 16 bit.")  # fmt: skip
        return mono

    def _block(self, count: int) -> NDArray[np.float32]:
        """Return the next samples as mono, (n, channels) -> (n,)."""
        values = self.file.read(count, dtype="float32", always_2d=True)
        mono: NDArray[np.float32] = values.mean(axis=1)
        return mono

    def piece(self, start_s: float, length: int, rate: int) -> NDArray[np.float32]:
        """Return `length` samples at `rate` from a time on, shape (length,), zeros past the ends.

        Raises:
            IntakeError: as `read`.
        """
        ratio = Fraction(rate, self.rate).limit_denominator(FINEST_RATIO)
        margin = int(SETTLE / min(1.0, float(ratio))) + 1  # so that pieces meet without a click
        first = round(start_s * self.rate)
        last = first + int(length / ratio) + 1
        begin, end = max(0, first - margin), min(last + margin, int(self.file.frames))
        heard = self.read(begin, end, spare=max(0, end - last))
        if ratio != 1 and heard.size:
            heard = resample_poly(heard, ratio.numerator, ratio.denominator)
        return _placed(heard, round((begin - first) * ratio), length)


@contextmanager
def opened(member: Member) -> Iterator[Recording]:
    """Open a recording and check what its header says.

    Raises:
        IntakeError: `not_a_sound`, `empty`, `truncated`, `bad_rate`, `too_many_channels` or
            `too_long`; or what opening the member raises.
    """
    with _stream(member) as stream:
        try:
            file = soundfile.SoundFile(stream)
        except (soundfile.SoundFileError, ValueError, TypeError):
            raise _not_a_sound(member) from None
        with file:
            recording = Recording(member.name, file)
            _check(recording)
            yield recording


def _stream(member: Member) -> BinaryIO:
    if member.path is not None:
        return member.open()
    if member.num_bytes <= MOST_IN_MEMORY:
        return io.BytesIO(member.read())
    return member.unpack()


def _placed(values: NDArray[np.float32], at: int, length: int) -> NDArray[np.float32]:
    """Return zeros of a length with values laid in from place `at` on, which may be negative."""
    placed = np.zeros(length, np.float32)
    inside = values[max(0, -at) : max(0, length - at)]
    placed[max(0, at) : max(0, at) + len(inside)] = inside
    return placed


def _not_a_sound(member: Member) -> IntakeError:
    name, head = shown(member.name), member.read(64)
    if not head:
        return IntakeError("empty", f"{name} is an empty file; copy it again.")
    kind = next((kind for magic, kind in OTHER_KINDS if head.startswith(magic)), None)
    if kind is not None:
        return IntakeError("not_a_sound", f"{name} is {kind}, whatever its name says; "
                           "bring WAV, FLAC, OGG, MP3 or AIFF.")  # fmt: skip
    return IntakeError("not_a_sound", f"{name} cannot be read as sound: it is damaged, or no WAV, "
                       "FLAC, OGG, MP3 or AIFF; export it again as 16-bit WAV.")  # fmt: skip


def _check(recording: Recording) -> None:
    file, name = recording.file, shown(recording.name)
    if file.format not in FORMATS:
        words = f"{name} is {file.format}; bring WAV, FLAC, OGG, MP3 or AIFF."
        raise IntakeError("not_a_sound", words)
    if not RATES[0] <= file.samplerate <= RATES[1]:
        raise IntakeError("bad_rate", f"{name} says {file.samplerate:,} samples a second; the "
                          f"limits are {RATES[0]:,} and {RATES[1]:,}.")  # fmt: skip
    if file.channels > MOST_CHANNELS:
        raise IntakeError("too_many_channels", f"{name} has {file.channels} channels; the limit is "
                          f"{MOST_CHANNELS}, so export it as stereo.")  # fmt: skip
    if file.frames == 0:
        raise IntakeError("empty", f"{name} holds no sound, or was not finished; export it again "
                          "or leave it out.")  # fmt: skip
    _check_length(recording)


def _check_length(recording: Recording) -> None:
    name = shown(recording.name)
    if recording.duration_s > LONGEST_S:
        raise IntakeError("too_long", f"{name} lasts {recording.duration_s / 3600:,.0f} hours; the "
                          f"limit is {LONGEST_S // 3600}, so cut it.")  # fmt: skip
    said = SAID.search(recording.file.extra_info)
    if said is not None and int(said[2]) < int(said[1]) < UNKNOWN_BYTES:
        share = int(said[2]) / int(said[1])
        raise IntakeError("truncated", f"{name} ends after {share:.0%} of the sound its header "
                          "announces; copy it again.")  # fmt: skip
