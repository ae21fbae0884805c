"""Recordings: files that soundfile reads, cut into windows, as log-mel spectrograms."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.intake.errors import IntakeError
from ml.intake.folders import Places
from ml.intake.mel import LOWEST_HZ, LogMel
from ml.intake.members import Member
from ml.intake.recipes import of_recordings
from ml.intake.recordings import Recording, opened
from ml.intake.records import BATCH, Batch, Options, Outline, Reader, Rejection, SoundOptions
from ml.intake.sound_names import Names, read_names
from ml.intake.sources import Source
from ml.intake.windows import SLACK, Cut, Heard, centred, choose

SUFFIXES: Final = frozenset({".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff"})
"""How names of recordings end, in small letters."""
MOST_SURVEYED: Final = 200
"""Headers that are read to choose a window; all of them where there are no more."""
MOST_VALUES: Final = 2**24
"""Samples of sound in one batch."""


def open_sounds(source: Source, options: Options, names: Names | None = None) -> Reader:
    """Recognise the recordings of a source, all of whose members are taken to be recordings.

    Where `options.sound` is None, window and rate are chosen from the headers, and told in
    `outline.chosen["sound"]`.

    Args:
        source: the recordings.
        options: what people chose.
        names: what is known of each before it is opened; None asks their paths.

    Raises:
        IntakeError: when none can be read; `code` and sentence are those of the first.
    """
    members = source.members
    step = -(-len(members) // MOST_SURVEYED)
    heard = _survey(members[::step]) or _survey(members)
    if not heard:
        with opened(members[0]):
            pass
    sound = options.sound or choose(heard)
    cut, (places, told) = Cut.of(sound), names or read_names([m.name for m in members])
    outline = Outline(
        kind="spectrogram",
        format=_format(members),
        sample_shape=(1, sound.num_mels, sound.num_frames),
        num_samples=_expected(heard, cut, len(members)),
        treatment=(*_treatment(sound, cut), *told),
        chosen={} if options.sound else {"sound": asdict(sound)},
        has_split=places.is_held_out is not None,
        sound_rate=sound.rate,
        recipe=of_recordings(sound),
    )
    return Sounds(outline, members, places, cut, sound)


@dataclass(frozen=True)
class Sounds:
    """Recordings that were recognised; a `Reader`."""

    outline: Outline
    members: tuple[Member, ...]
    places: Places
    cut: Cut
    options: SoundOptions

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield spectrograms with their sounds, and a rejection for each file that is refused.

        Of a recording that breaks off, the windows before that place are kept.
        """
        hop = self.cut.length // self.options.num_frames
        mel = LogMel(self.cut.rate, self.options.num_mels, self.options.num_frames, hop)
        most = max(1, min(BATCH, MOST_VALUES // self.cut.length))
        basket = _Basket()
        for index, member in enumerate(self.members):
            try:
                for sample_id, piece in self._pieces(member, self.places.sample_ids[index]):
                    basket.add(index, sample_id, piece)
                    if len(basket.pieces) == most:
                        yield self._batch(basket, mel)
                        basket = _Basket()
            except IntakeError as error:
                yield Rejection(self.places.sample_ids[index], error.code, str(error))
        if basket.pieces:
            yield self._batch(basket, mel)

    def _pieces(self, member: Member, name: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """Yield the samples of a recording, each its id and its sound (length,)."""
        cut = self.cut
        with opened(member) as recording:
            count = max(1, round(recording.duration_s * cut.rate))
            if cut.is_one(count):
                yield name, centred(recording.piece(0, count, cut.rate), cut.length)
                return
            for start in cut.starts(name, count):
                yield cut.title(name, start), _window(recording, start, cut)

    def _batch(self, basket: "_Basket", mel: LogMel) -> Batch:
        pieces = np.stack(basket.pieces)  # (n, length)
        # files of floating point may go beyond 1
        pieces /= np.maximum(1, np.abs(pieces).max(axis=1, keepdims=True))
        held_out = self.places.is_held_out
        return Batch(
            values=mel(pieces),
            sample_ids=basket.sample_ids,
            class_names=[self.places.class_names[i] for i in basket.indices],
            is_held_out=None if held_out is None else [held_out[i] for i in basket.indices],
            texts=self.places.texts_of(basket.indices),
            sounds=list(np.round(pieces * 32767).astype(np.int16)),
        )


@dataclass
class _Basket:
    """Samples that wait until they fill a batch."""

    indices: list[int] = field(default_factory=list)
    sample_ids: list[str] = field(default_factory=list)
    pieces: list[NDArray[np.float32]] = field(default_factory=list)

    def add(self, index: int, sample_id: str, piece: NDArray[np.float32]) -> None:
        """Put in a sample of recording `index`."""
        self.indices.append(index)
        self.sample_ids.append(sample_id)
        self.pieces.append(piece)


def _window(recording: Recording, start: int, cut: Cut) -> NDArray[np.float32]:
    return recording.piece(start / cut.rate, cut.length, cut.rate)


def _survey(members: Sequence[Member]) -> list[Heard]:
    """Return what the headers say that can be read."""
    heard = []
    for member in members:
        try:
            with opened(member) as recording:
                heard.append(Heard(recording.rate, recording.duration_s))
        except IntakeError:
            continue  # it is told when it is its turn to be read
    return heard


def _expected(heard: Sequence[Heard], cut: Cut, num_members: int) -> int:
    """Return how many samples to expect of all recordings, from those whose headers were read."""
    counts = [each.duration_s * cut.rate for each in heard]
    numbers = [1 if cut.is_one(n) else 1 + (n - cut.length) / cut.hop for n in counts]
    return max(1, round(float(np.mean(numbers)) * num_members))


def _format(members: Sequence[Member]) -> str:
    counts = Counter(member.suffix.lstrip(".").upper() or "sound" for member in members)
    return ", ".join(kind for kind, _ in counts.most_common())


def _treatment(sound: SoundOptions, cut: Cut) -> tuple[str, ...]:
    window = cut.length / cut.rate
    overlap = f" that overlap by {sound.overlap:.0%}" if sound.overlap else ""
    return (
        f"Recordings are brought to {sound.rate / 1000:g} kHz and one channel.",
        f"A sample is {window:.2f} s long: shorter recordings lie in the middle of silence, of "
        f"those up to {window * (1 + SLACK):.2f} s the part with most energy is kept, longer ones "
        f"are cut into windows{overlap}.",
        f"Shown are {sound.num_mels} bands from {LOWEST_HZ:g} to {sound.rate / 2:,g} Hz by "
        f"{sound.num_frames} columns, in decibels below each sample's loudest place.",
    )
