"""Sounds as a browser plays them."""

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

from store.errors import NotFoundError


def wav(sound: NDArray[np.int16], rate: int | None) -> bytes:
    """Return mono samples, shape (num_values,), at `rate` Hz as a WAV file.

    Raises:
        NotFoundError: there is nothing to hear.
    """
    if rate is None:
        raise NotFoundError("These samples have no sound.")
    buffer = io.BytesIO()
    soundfile.write(buffer, np.asarray(sound), rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
