"""Which pieces of a recording become samples, and what that depends on."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.intake.errors import TooLargeError
from ml.intake.members import shown
from ml.intake.records import SoundOptions

SLACK: Final = 0.25
"""Part of a window by which a recording may be longer and still be one sample; at most as much is
left out at the end of one that is cut."""
ALIKE: Final = 2.0
"""Recordings are alike in length where nearly all are at most this many times the median."""
NEARLY_ALL: Final = 95
"""Percent."""
CHOSEN_S: Final = (0.25, 4.0)
"""Shortest and longest window that is chosen for people, in seconds."""
HIGHEST_CHOSEN_RATE: Final = 16_000
"""Highest rate that is chosen for people, in Hz: speech needs no more."""
LOWEST_RATE: Final = 2_000
MOST_WINDOWS: Final = 100_000
"""Samples that one recording may be cut into."""
WINDOW_END: Final = re.compile(r"@\d+\.\d{2,3}s(#\d+)?$")
"""How the id of a window ends (`Cut.title`), also of one that had the id of another."""


@dataclass(frozen=True)
class Heard:
    """What a header says of a recording."""

    rate: int
    """Samples a second, in Hz."""
    duration_s: float
    """Length in seconds."""


def choose(heard: Sequence[Heard]) -> SoundOptions:
    """Return a window and a rate that suit recordings, of which there is one or more.

    Recordings that are alike in length, such as spoken words, are one sample each: the window takes
    in nearly all of them. Otherwise it is as long as the median.
    """
    durations = np.array([each.duration_s for each in heard])
    median, long = np.percentile(durations, (50, NEARLY_ALL))
    wanted = long if long <= ALIKE * median else median
    window_s = min(max(math.ceil(wanted * 20 - 1e-6) / 20, CHOSEN_S[0]), CHOSEN_S[1])
    counts = Counter(each.rate for each in heard)
    commonest = max(counts, key=lambda rate: (counts[rate], rate))
    rate = max(LOWEST_RATE, min(HIGHEST_CHOSEN_RATE, commonest))
    return replace(SoundOptions(), rate=rate, window_s=window_s)


@dataclass(frozen=True)
class Cut:
    """How recordings are cut: lengths in samples at `rate`."""

    rate: int
    """Samples a second, in Hz."""
    length: int
    """Of a window."""
    hop: int
    """From the beginning of a window to that of the next one."""

    @classmethod
    def of(cls, options: SoundOptions) -> "Cut":
        """Return what options ask for; a window is rounded up to whole columns."""
        columns = math.ceil(options.window_s * options.rate / options.num_frames)
        length = columns * options.num_frames
        return cls(options.rate, length, max(1, round(length * (1 - options.overlap))))

    def is_one(self, num_samples: float) -> bool:
        """Whether a recording of so many samples at `rate` is one sample."""
        return num_samples <= (1 + SLACK) * self.length

    def starts(self, name: str, num_samples: int) -> list[int]:
        """Return where the windows of a recording that is longer than one begin.

        The last one ends with the recording, unless at most a quarter of a window would be left.

        Raises:
            TooLargeError: with code `too_many_windows`.
        """
        whole = (num_samples - self.length) // self.hop + 1
        if whole > MOST_WINDOWS:
            message = (f"{shown(name)} would be cut into {whole:,} samples; the limit is "
                       f"{MOST_WINDOWS:,}, so choose a longer window.")  # fmt: skip
            raise TooLargeError(message, "too_many_windows")
        starts = [i * self.hop for i in range(whole)]
        rest = num_samples - (starts[-1] + self.length)
        return [*starts, num_samples - self.length] if rest > SLACK * self.length else starts

    def title(self, name: str, start: int) -> str:
        """Return the id of the sample that begins at `start`."""
        return f"{name}@{start / self.rate:.{2 if self.hop >= 0.02 * self.rate else 3}f}s"


def recording_of(sample_id: str) -> str:
    """Return the recording that a sample is of, by its id."""
    return WINDOW_END.sub("", sample_id)


def centred(values: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Return a recording (n,) as one piece of a length, shape (length,).

    A shorter one lies in the middle of silence; of a longer one that part is kept which has the
    most energy.
    """
    if len(values) <= length:
        before = (length - len(values)) // 2
        return np.pad(values, (before, length - len(values) - before))
    energy = np.concatenate(([0.0], np.cumsum(np.square(values, dtype=np.float64))))
    start = int(np.argmax(energy[length:] - energy[:-length]))
    return values[start : start + length]
