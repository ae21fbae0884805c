"""The part of an exported `network.py` that makes samples of files, as the import made them.

It is source alone, for it imports nothing of Lodemap; `tests/tasks/test_plain_prepare.py` holds it
to the bytes that the import makes of the same files.
"""

from dataclasses import dataclass
from typing import Final

from ml.intake.mel import FLOOR_DB, FRAME_S, LONGEST_FFT, LOWEST_HZ, QUIETEST_DB
from ml.intake.recipes import MADE_FROM, fit_of, sound_of
from ml.intake.recordings import FINEST_RATIO, SETTLE
from ml.intake.windows import SLACK, Cut
from store.records import Dataset


@dataclass(frozen=True)
class Preparing:
    """What makes samples of files."""

    source: str
    """Of a function `prepare(path)`, in Python."""
    packages: tuple[str, ...] = ()
    """What it needs beside PyTorch, as pip calls it."""
    example: str | None = None
    """A name that such a file may have; None where no file becomes a sample."""
    sentence: str = ""
    """Why none does."""


def preparing(dataset: Dataset) -> Preparing:
    """Return what makes samples of files as those of a data set were made."""
    recipe = dataset.about.recipe
    made_from = recipe.get(MADE_FROM)
    if made_from == "pictures":
        fit = fit_of(recipe)
        source = PICTURES.format(ground=fit.ground, bits=fit.bits)
        return Preparing(source, ("numpy", "pillow"), "picture.png")
    if made_from == "recordings":
        sound = sound_of(recipe)
        cut = Cut.of(sound)
        numbers = {"rate": cut.rate, "length": cut.length, "hop": cut.hop}
        source = RECORDINGS.format(**numbers, **SOUND_RULES)
        return Preparing(source, ("numpy", "scipy", "soundfile"), "sound.wav")
    sentence = f"{why_not(dataset)} Give Network {reads_of(dataset)}."
    return Preparing(NOTHING.format(sentence=sentence), sentence=sentence)


def why_not(dataset: Dataset) -> str:
    """Return a sentence that says why no file becomes a sample."""
    about = dataset.about
    if not about.source:
        return "These samples are no files: the program made them."
    made_from = about.recipe.get(MADE_FROM)
    if made_from is None:
        return (
            "How these samples were made is not known: they were imported before it was kept; "
            "the same files imported again tell it."
        )
    return f"These samples came as {made_from}, not as files of one sample each."


def reads_of(dataset: Dataset) -> str:
    """Return what the network reads: type, shape and range."""
    if len(dataset.sample_shape) == 3:
        shape = ", ".join(map(str, dataset.sample_shape))
        return f"uint8 of shape (n, {shape}), 0 to 255"
    return f"float32 of shape (n, {dataset.sample_shape[0]}), in the units of the data set"


def told_of_input(dataset: Dataset) -> dict[str, object]:
    """Return what `config.json` says of what the network reads, and of how that was made."""
    is_image = len(dataset.sample_shape) == 3
    about = dataset.about
    return {
        "dtype": "uint8" if is_image else "float32",
        "range": [0, 255] if is_image else None,
        "made_from": "the program" if not about.source else "unknown",
        **about.recipe,
        "told": list(about.treatment),
    }


SOUND_RULES: Final = {
    "slack": SLACK, "lowest_hz": LOWEST_HZ, "floor_db": FLOOR_DB, "quietest_db": QUIETEST_DB,
    "frame_s": FRAME_S, "longest_fft": LONGEST_FFT, "finest_ratio": FINEST_RATIO, "settle": SETTLE,
}  # fmt: skip
"""What no import chooses."""

NOTHING: Final = '''

def prepare(path):
    """Say why no file becomes a sample."""
    raise NotImplementedError({sentence!r})
'''

PICTURES: Final = '''

GROUND = {ground}
"""Brightness of margins, and of what shines through."""
BITS = {bits}
"""Of grey with more than 8 bits a value: 2 to this power is white."""
TURNS = {{2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}}
"""How the camera was held, by EXIF, and the transposition of Pillow that sets it right."""


def prepare(path):
    """Return a picture (PNG, JPEG, WebP) as the network reads it, shape (1, *SAMPLE_SHAPE).

    Turned as EXIF says, scaled with its aspect kept, centred on the ground. It needs NumPy and
    Pillow.
    """
    import numpy as np
    from PIL import Image

    channels, height, width = SAMPLE_SHAPE
    side = 2 * max(height, width)
    image = Image.open(path, formats=("PNG", "JPEG", "WEBP"))
    if image.format == "JPEG":
        image.draft(None, (side, side))  # a large one is decoded smaller
    image.load()
    image = _upright(image)
    factor = max(image.size) // side
    if factor >= 2 and image.mode in ("L", "RGB", "LA", "RGBA"):
        image = image.reduce((min(factor, image.width), min(factor, image.height)))
    image = _in_mode(image, "L" if channels == 1 else "RGB")
    if image.size != (width, height):
        ratio = min(width / image.width, height / image.height)
        fitted = (
            min(max(round(image.width * ratio), 1), width),
            min(max(round(image.height * ratio), 1), height),
        )
        image = image.resize(fitted, Image.Resampling.BICUBIC, reducing_gap=2.0)
        canvas = Image.new(image.mode, (width, height), (GROUND,) * channels)
        canvas.paste(image, ((width - fitted[0]) // 2, (height - fitted[1]) // 2))
        image = canvas
    pixels = np.array(image).reshape(height, width, channels).transpose(2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(pixels))[None]


def _upright(image):
    if image.format == "PNG" and "exif" not in image.info:
        return image
    try:
        turn = TURNS.get(image.getexif().get(0x0112, 1))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        return image  # damaged
    return image if turn is None else image.transpose(turn)


def _in_mode(image, mode):
    import numpy as np
    from PIL import Image

    if image.mode == mode and "transparency" not in image.info:
        return image
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I"):
        deep = np.clip(np.asarray(image), 0, 2**BITS - 1).astype(np.uint32)
        image = Image.fromarray((deep * 256 >> BITS).astype(np.uint8))
    elif image.mode == "F":
        image = Image.fromarray(np.clip(np.nan_to_num(np.asarray(image)), 0, 255).astype(np.uint8))
    if image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        below = Image.new("RGBA", image.size, (GROUND, GROUND, GROUND, 255))
        image = Image.alpha_composite(below, image)
    return image if image.mode == mode else image.convert("RGB").convert(mode)
'''

RECORDINGS: Final = '''

RATE = {rate}
"""Samples a second that every recording is brought to, in Hz."""
LENGTH = {length}
"""Samples in a window, which becomes one spectrogram."""
HOP = {hop}
"""Samples from the beginning of a window to that of the next one."""


def prepare(path):
    """Return a recording (WAV, FLAC, OGG, MP3, AIFF) as the network reads it, (n, *SAMPLE_SHAPE).

    One that is at most a quarter longer than a window is one sample, in the middle of silence
    where it is shorter; a longer one is cut into n windows. It needs NumPy, SciPy and soundfile.
    """
    import numpy as np
    import soundfile

    with soundfile.SoundFile(path) as file:
        count = max(1, round(file.frames / file.samplerate * RATE))
        if count <= (1 + {slack}) * LENGTH:
            pieces = [_centred(_piece(file, 0, count))]
        else:
            starts = [i * HOP for i in range((count - LENGTH) // HOP + 1)]
            if count - (starts[-1] + LENGTH) > {slack} * LENGTH:
                starts.append(count - LENGTH)
            pieces = [_piece(file, start / RATE, LENGTH) for start in starts]
    pieces = np.stack(pieces)
    pieces /= np.maximum(1, np.abs(pieces).max(axis=1, keepdims=True))
    return torch.from_numpy(_spectrograms(pieces))


def _piece(file, start_s, length):
    """Return mono sound at RATE from a time on, shape (length,), zeros past the ends."""
    from fractions import Fraction

    import numpy as np
    from scipy.signal import resample_poly

    ratio = Fraction(RATE, file.samplerate).limit_denominator({finest_ratio})
    margin = int({settle} / min(1.0, float(ratio))) + 1
    first = round(start_s * file.samplerate)
    begin = max(0, first - margin)
    end = min(first + int(length / ratio) + 1 + margin, file.frames)
    file.seek(begin)
    heard = file.read(end - begin, dtype="float32", always_2d=True).mean(axis=1)
    if ratio != 1 and heard.size:
        heard = resample_poly(heard, ratio.numerator, ratio.denominator)
    at = round((begin - first) * ratio)
    inside = heard[max(0, -at) : max(0, length - at)]
    placed = np.zeros(length, np.float32)
    placed[max(0, at) : max(0, at) + len(inside)] = inside
    return placed


def _centred(sound):
    """Return a recording in the middle of a window; of a longer one the part of most energy."""
    import numpy as np

    if len(sound) <= LENGTH:
        before = (LENGTH - len(sound)) // 2
        return np.pad(sound, (before, LENGTH - len(sound) - before))
    energy = np.concatenate(([0.0], np.cumsum(np.square(sound, dtype=np.float64))))
    start = int(np.argmax(energy[LENGTH:] - energy[:-LENGTH]))
    return sound[start : start + LENGTH]


def _spectrograms(pieces):
    """Return log-mel spectrograms of windows (n, LENGTH), uint8 (n, *SAMPLE_SHAPE).

    255 is the loudest place of each, 0 what lies {floor_db:g} dB below; low frequencies are in the
    bottom row.
    """
    import numpy as np
    from scipy import fft, sparse
    from scipy.signal.windows import hann

    _, num_bands, num_columns = SAMPLE_SHAPE
    step = LENGTH // num_columns
    window = hann(max(round({frame_s} * RATE), 2 * step), sym=False).astype(np.float32)
    low, high = 2595 * np.log10(1 + np.array([{lowest_hz}, RATE / 2]) / 700)
    edges = 700 * (10 ** (np.linspace(low, high, num_bands + 2) / 2595) - 1)  # in Hz
    wanted = min({longest_fft}, int(np.ceil(2 * RATE / np.diff(edges).min())))
    size = 1 << (max(wanted, len(window)) - 1).bit_length()
    lines = np.arange(size // 2 + 1) * RATE / size
    left, peak, right = (edges[i : i + num_bands, None] for i in range(3))
    weights = np.minimum((lines - left) / (peak - left), (right - lines) / (right - peak))
    filters = sparse.csr_array(np.clip(weights, 0, None).astype(np.float32))
    least = float(window.sum() / 2) ** 2 * 10 ** ({quietest_db} / 10)
    half, first = len(window) // 2, step // 2
    drawn = []
    for piece in pieces:
        level = piece[None] - piece[None].mean(axis=1, keepdims=True)
        padded = np.pad(level[0], (half, len(window) - half))
        views = np.lib.stride_tricks.sliding_window_view(padded, len(window))
        spectrum = fft.rfft(views[first : first + LENGTH : step] * window, size)
        power = filters @ (spectrum.real**2 + spectrum.imag**2).T  # (bands, columns)
        share = np.maximum(power / max(power.max(), least), 10 ** (-{floor_db} / 10))
        levels = np.round((10 * np.log10(share) / {floor_db} + 1) * 255).astype(np.uint8)
        drawn.append(levels[None, ::-1])
    return np.ascontiguousarray(np.stack(drawn))
'''
