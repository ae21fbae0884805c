"""The frames of a session, read one after the other as a film needs them."""

from collections import OrderedDict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import DecodedFrame, decode_frame
from store.opening import Store
from store.snapshots.seen import living_predictions
from store.takeaway.session import Session

KEPT: Final = 3
"""Decoded frames in memory."""


class Reel:
    """Reads the frames of one session."""

    def __init__(self, store: Store, session: Session) -> None:
        self._store = store
        self._session = session
        self._kept: OrderedDict[int, DecodedFrame] = OrderedDict()
        self._opinion = (-2, np.zeros(0, np.int16))

    def frame(self, shot: int) -> DecodedFrame:
        """Return a frame by its index in the session.

        Raises:
            ArtifactMissingError: its file is gone.
        """
        if shot not in self._kept:
            data = self._store.artifacts.read(self._session.shots[shot].row.artifact)
            self._kept[shot] = decode_frame(data)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[shot]

    def embedding(
        self, shot: int, share: float = 0.0, after: int | None = None
    ) -> NDArray[np.floating]:
        """Return places, (num_samples, latent_dim): those of a frame, or between it and `after`."""
        first: NDArray[np.floating] = self.frame(shot).embedding
        if after is None or share <= 0:
            return first
        return first * np.float32(1 - share) + self.frame(after).embedding * np.float32(share)

    def prediction(self, shot: int) -> NDArray[np.int16]:
        """Return what the newest snapshot up to a frame predicts, (num_samples,), -1 if none."""
        at = shot
        while at >= 0 and not self._session.shots[at].row.is_snapshot:
            at -= 1
        if at != self._opinion[0]:
            said = self.frame(at).prediction if at >= 0 else None
            num_samples = self._session.dataset.num_samples
            living = living_predictions(said, self._session.told.state, num_samples)
            self._opinion = (at, living)
        return self._opinion[1]
