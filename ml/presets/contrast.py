"""Pretraining without labels: features that tell a sample and its neighbours from all others.

Pairs are augmented views of a sample and of one of its nearest neighbours, half and half: that
removes stroke width and slant, on which a reconstruction spends its capacity (docs/learning.md).
Later the features themselves tell who is near.
The map is taught by the principal components of the features (Wei et al., section 2), anew each
epoch, so that it forms while the features do.
"""

import math
from collections.abc import Iterator
from typing import ClassVar, Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.graph.neighbours import Neighbours, comparable
from ml.learning.augment import AUGMENT
from ml.learning.learner import Learner
from ml.learning.losses import info_nce
from ml.learning.order import MOST_PER_EPOCH
from ml.maps.principal import principal_map
from ml.networks.embedding import Embedding, chunk_size
from ml.networks.model import LatentModel
from ml.networks.networks import SampleShape
from ml.records import RunConfig
from ml.samples.training_set import TrainingSet
from ml.seeding import draw_some

NUM_NEIGHBOURS: Final = 15
PRETEXT_RATE: Final = 2e-3
"""Largest step of Adam; a fine-tuning's learning_rate is another matter."""
WARM_UP_STEPS: Final = 20
LEAST_PAIRS: Final = 16
"""Pairs in a minibatch: each sample is told from all the others of its minibatch."""
REFRESH_AFTER: Final = 0.4
"""Part of the epochs after which neighbours are those of the features, no longer of the values."""


def most_pairs(batch_size: int, sample_shape: SampleShape, device: torch.device) -> int:
    """Return the most pairs of views in a minibatch: 256 for a batch size of 128.

    Fewer of large images, so that a step takes about as long as a chunk of embedding.
    """
    return max(LEAST_PAIRS, min(2 * batch_size, chunk_size(sample_shape, device) // 2))


class Contrast(Learner):
    """Contrast of augmented neighbours on h, and a map taught by the features' two main axes."""

    TERMS: ClassVar[tuple[str, ...]] = ("loss", "contrast", "teaching")
    SELDOM: ClassVar[tuple[str, ...]] = ("head.",)
    IS_EVEN: ClassVar[bool] = True

    def __init__(self, model: LatentModel, samples: TrainingSet, config: RunConfig) -> None:
        super().__init__(model, samples, config)
        # the same in every epoch, for who is near is looked up among them alone
        self.ids = draw_some(self.ids, MOST_PER_EPOCH)
        self._seen: Embedding | None = None

    def prepare(self) -> Iterator[None]:
        """Find each sample's neighbours by its values."""
        ids = self.ids.to(self.model.device)
        found = Neighbours(comparable(self.pixels[ids]), NUM_NEIGHBOURS)  # places among ids
        yield from found.chunks()
        self._neighbours = found.ids.new_zeros((len(self.pixels), found.ids.shape[1]))
        self._neighbours[ids] = ids[found.ids]  # (num_samples, NUM_NEIGHBOURS), 0 for all others

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch: few and large, for a contrast needs many others to tell apart.

        A small data set still gets eight: its epochs must bring it somewhere.
        """
        model = self.model
        most = most_pairs(self.config.batch_size, model.sample_shape, model.device)
        pairs = min(most, max(LEAST_PAIRS, self.num_per_epoch // 8))
        return math.ceil(self.num_per_epoch / pairs)

    @property
    def warm_up_steps(self) -> int:
        """Steps until the learning rate is reached: contrast dies of nothing, and waits less."""
        return WARM_UP_STEPS

    def rate(self) -> float:
        """Return the learning rate of the next step, of the pretext's own size."""
        return super().rate() * PRETEXT_RATE / self.config.learning_rate

    def tune(self, epoch: int) -> Iterator[None]:
        """Draw the map that teaches the branch; later on, look for neighbours by the features.

        Both depend on the weights alone, so that a resumed run meets the same ones.
        """
        embedding = self.look()
        yield from embedding.chunks()
        device = self.model.device
        mu = torch.from_numpy(embedding.mu).to(device)
        self._target = principal_map(embedding.h, mu, self.ids.to(device))
        if epoch > REFRESH_AFTER * self.config.num_epochs:
            found = Neighbours(F.normalize(embedding.h, dim=1), NUM_NEIGHBOURS, self.ids, self.ids)
            yield from found.chunks()
            self._neighbours = found.ids

    def look(self) -> Embedding:
        """Return an embedding by the weights as they are: the last snapshot's, unless resumed."""
        embedding, self._seen = self._seen or self.embed(), None
        return embedding

    def conclude(self, embedding: Embedding) -> Iterator[None]:
        """Note what the snapshot saw: the next epoch begins with the same weights."""
        self._seen = embedding
        yield from super().conclude(embedding)

    def losses(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, ...]:
        """Return total, contrast and teaching of a minibatch."""
        model = self.model
        first, second = self.views(ids, noise)
        h = model.features(torch.cat([first, second]))  # (2B, FEATURE_DIM)
        assert model.contrast is not None
        contrast = info_nce(*model.contrast(h).float().chunk(2))
        z = model.locate(h.detach()[: len(ids)]).mu  # (B, latent_dim)
        teaching = F.smooth_l1_loss(z, self._target[ids])
        return contrast + teaching, contrast, teaching

    def views(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return augmented samples and their partners, both (B, C, H, W) or (B, D)."""
        shape = (len(ids),)
        device = self.model.device
        pick = torch.randint(self._neighbours.shape[1], shape, generator=noise, device=device)
        is_other = torch.rand(shape, generator=noise, device=device) < 0.5
        partner = torch.where(is_other, self._neighbours[ids, pick], ids)
        augment = AUGMENT[self.samples.kind]
        first, second = (augment(self.samples_at(each), noise) for each in (ids, partner))
        return first, second
